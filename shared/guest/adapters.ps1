# ADAPTER LAYER. Everything that the phases ask of Windows, one operation per function: they convert what Windows
# answers to plain strings, numbers and booleans, and decide nothing. A test replaces these functions, or the cmdlets
# below them; nothing outside the files adapters*.ps1 touches the machine. `?` marks what may be $null.
#
# adapters.ps1: the process and its files
#   Get-OsFolder                          folder of this program
#   Get-OsClock, Wait-OsSeconds n         UTC now as DateTime; sleep
#   Enter-OsLock path, Exit-OsLock        one phase at a time: whether it was entered
#   Test-OsWide                           whether this is a process of 64 bits
#   Read-OsText path                      ? whole file
#   Write-OsText path text                whole file, never half of it
#   Add-OsText path text                  append
#   Get-OsTextSize path                   bytes, 0 without the file
#   Move-OsText from to                   rename, over what is there
#   Write-OsLine text                     standard output
#   ConvertFrom-OsJson, ConvertTo-OsJson  text to object and back
#   Get-OsScriptText                      full text of the running script
#   Get-OsSystem                          Caption, Build, ProductType (1: no server), BootTime (DateTime), UpSeconds
#   Get-OsPathKind path                   folder, file, link, '' where there is nothing; no link is followed
#   Get-OsEntry path                      paths of all that is in a folder
#   Get-OsFolderAccess path               who may what in the folder, as SDDL
#   New-OsDirectory path                  with what its parent hands down
#   Set-OsFolderAccess path               all in it for SYSTEM and Administrators only; what went wrong on the way
# adapters-read.ps1: looks at Windows
#   Get-OsFeature names                   Name, State (Available, Installed, InstallPending, Removed)
#   Get-OsService name                    ? Status, StartType
#   Get-OsServiceStart name               ? UTC DateTime at which its process started
#   Test-OsRegistryKey path, Get-OsRegistryValue path name (?)
#   Get-OsDriver name                     ? state: Running, Stopped
#   Get-OsEvent log provider since        ids of the events written since then, newest first
#   Get-OsStartupTask name                ? Execute, Arguments, Sid, Level, Startup, Enabled
#   Get-OsDisk                            Number, UniqueId, Lun, Bus, Model, Bytes, Style, Offline, ReadOnly, System
#   Get-OsPartition disk                  Number, Kind, Letter ('' without one), Bytes
#   Get-OsVolume letter                   ? FileSystem ('' before it is formatted), Label
# adapters-network.ps1: looks at the network and the roles
#   Get-OsAdapter                         Index, Name, Description, Driver, Mac, Guid
#   Get-OsAddress index                   Address, Length, Origin, State
#   Get-OsInterface index                 ? Forwarding
#   Get-OsRoute store                     Prefix, Gateway, Index, Metric, Protocol; store Active or Persistent
#   Find-OsRoute address                  ? Index, Gateway: what Windows would choose
#   Invoke-OsNetsh words                  Code, Lines
#   Get-OsRouting                         RoutingStatus: Installed, Uninstalled
#   Get-OsNetNat                          Name, Prefix ('' if of no prefix)
#   Resolve-OsName name server            whether the server answers
#   Test-OsTcp address port               whether a connection opens
#   Get-OsSwitch name, Get-OsSwitchPort name   Name, Type; Guid, Mac of its adapters in the host
#   Get-OsGuest, Get-OsGuestAdapter       Name, State; Guest, Switch, Mac, Addresses
#   Get-OsVmHost                          DiskPath, MachinePath
#   Get-OsDhcpSetting                     InDomain, Authorized, ConflictAttempts
#   Get-OsDhcpBinding                     Alias, Bound
#   Get-OsDhcpScope scope                 ? Name, Start, End, Mask, State, LeaseSeconds
#   Get-OsDhcpUse scope                   ? Free, InUse: addresses
#   Get-OsDhcpOption scope option         strings, in order
#   Get-OsDhcpLease scope                 Address, Name, Mac, State
# adapters-features, -change, -roles, -disk and -remove change it, and only the phases that must have them

function Get-OsFolder {
    return [IO.Path]::Combine($env:ProgramData, 'nested-hosts')
}

function Get-OsClock {
    return [DateTime]::UtcNow
}

function Wait-OsSeconds {
    param([int] $Seconds)
    Start-Sleep -Seconds $Seconds
}

function Test-OsWide {
    return [Environment]::Is64BitProcess
}

$script:OsLock = $null

# A file that nobody else may open meanwhile, and no mutex: every account could be the first to take the name of one. Windows
# closes the file when its process ends, however that ends; every phase goes on from where it finds Windows.
function Enter-OsLock {
    param([string] $Path)
    try {
        $script:OsLock = [IO.File]::Open($Path, [IO.FileMode]::OpenOrCreate, [IO.FileAccess]::ReadWrite, [IO.FileShare]::None)
        return $true
    }
    catch [IO.IOException] {
        return $false
    }
}

function Exit-OsLock {
    $script:OsLock.Dispose()
}

# A write that was cut off between removing the old and renaming the new leaves the new.
function Read-OsText {
    param([string] $Path)
    foreach ($file in @($Path, "$Path.new")) {
        if ([IO.File]::Exists($file)) {
            return [IO.File]::ReadAllText($file)
        }
    }
    return $null
}

function Write-OsText {
    param([string] $Path, [string] $Text)
    [IO.File]::WriteAllText("$Path.new", $Text)
    Move-OsText "$Path.new" $Path
}

function Add-OsText {
    param([string] $Path, [string] $Text)
    [IO.File]::AppendAllText($Path, $Text)
}

function Get-OsTextSize {
    param([string] $Path)
    if ([IO.File]::Exists($Path)) {
        return [IO.FileInfo]::new($Path).Length
    }
    return 0
}

function Move-OsText {
    param([string] $From, [string] $To)
    Move-Item -LiteralPath $From -Destination $To -Force
}

function Write-OsLine {
    param([string] $Text)
    [Console]::Out.WriteLine($Text)
}

function ConvertFrom-OsJson {
    param([string] $Text)
    return ConvertFrom-Json -InputObject $Text
}

function ConvertTo-OsJson {
    param([object] $Value)
    return ConvertTo-Json -InputObject $Value -Depth 8 -Compress
}

function Get-OsScriptText {
    $here = { $true }
    return $here.Ast.Extent.StartScriptPosition.GetFullScript()
}

function Get-OsSystem {
    $system = Get-CimInstance -ClassName Win32_OperatingSystem -OperationTimeoutSec 120 -ErrorAction Stop
    return [pscustomobject]@{
        Caption     = ([string]$system.Caption).Trim()
        Build       = [int]$system.BuildNumber
        ProductType = [int]$system.ProductType
        BootTime    = $system.LastBootUpTime.ToUniversalTime()
        UpSeconds   = [int][Math]::Floor(($system.LocalDateTime - $system.LastBootUpTime).TotalSeconds)
    }
}

function Get-OsPathKind {
    param([string] $Path)
    try {
        $attributes = [IO.File]::GetAttributes($Path)
    }
    catch [IO.FileNotFoundException] {
        return ''
    }
    catch [IO.DirectoryNotFoundException] {
        return ''
    }
    if ($attributes -band [IO.FileAttributes]::ReparsePoint) {
        return 'link'
    }
    if ($attributes -band [IO.FileAttributes]::Directory) {
        return 'folder'
    }
    return 'file'
}

function Get-OsEntry {
    param([string] $Path)
    return [string[]]@([IO.Directory]::GetFileSystemEntries($Path))
}

# Security descriptors have a text form that is the same in every language.
function Get-OsFolderAccess {
    param([string] $Path)
    return (Get-Acl -LiteralPath $Path).Sddl
}

function New-OsDirectory {
    param([string] $Path)
    [void][IO.Directory]::CreateDirectory($Path)
}

# Unverified: that icacls ends with 0 under Run Command whenever all is done.
function Set-OsFolderAccess {
    param([string] $Path)
    $steps = @(
        @('/setowner', '*S-1-5-18', '/t', '/q'),
        @('/reset', '/t', '/q'),
        @('/inheritance:r', '/grant:r', '*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F', '/q')
    )
    foreach ($words in $steps) {
        [void](& icacls.exe $Path @words)
        if ($LASTEXITCODE -ne 0) {
            "icacls $($words[0]) ended with $LASTEXITCODE."
        }
    }
}
