# The operating system, time and files.

function Get-CimInstance {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $ClassName, [int] $OperationTimeoutSec)
    Assert-Alive
    if ($ClassName -eq 'Win32_DiskDrive') {
        foreach ($disk in @(Get-MachineDisk)) {
            [pscustomobject]@{ Index = [uint32]$disk.number; SCSILogicalUnit = [uint16]$disk.lun }
        }
        return
    }
    if ($ClassName -eq 'Win32_SystemDriver') {
        if ($true -ne $script:Trouble['noVid'] -and $script:Machine.features['Hyper-V'] -eq 'Installed') {
            [pscustomobject]@{ Name = 'Vid'; State = $(if ($true -eq $script:Machine['hypervisorDown']) { 'Stopped' } else { 'Running' }) }
        }
        return
    }
    if ($ClassName -eq 'Win32_Service') {
        foreach ($name in @($script:Machine.services.Keys)) {
            [pscustomobject]@{ Name = $name; ProcessId = [uint32]$(if (Test-Running $name) { Get-ServiceProcess $name } else { 0 }) }
        }
        return
    }
    if ($ClassName -eq 'Win32_Process') {
        foreach ($name in @($script:Machine.services.Keys)) {
            [pscustomobject]@{ ProcessId = [uint32](Get-ServiceProcess $name); CreationDate = (Get-MachineStart).AddSeconds(60).ToLocalTime() }
        }
        return
    }
    if ($ClassName -ne 'Win32_OperatingSystem') {
        throw "FakeWindows has no $ClassName."
    }
    [void]($script:Machine.os -match '20\d\d( R2)?')
    # The clock is set while the script runs: what Windows derives from it moves.
    $start = [DateTimeOffset]::Parse($script:Machine.bootTime).UtcDateTime
    if ($null -ne $script:Trouble['clockSetBy'] -and $script:Slept -gt 0) {
        $start = $start.AddSeconds($script:Trouble['clockSetBy'])
    }
    $up = 3600
    if ($null -ne $script:Trouble['up']) {
        $up = $script:Trouble['up']
    }
    return [pscustomobject]@{
        Caption        = $script:Machine.os
        BuildNumber    = [string]$script:Defaults.releases[$Matches[0]].build
        ProductType    = [uint32]3
        LastBootUpTime = $start.ToLocalTime()
        LocalDateTime  = $start.AddSeconds($up + $script:Slept).ToLocalTime()
    }
}

function Get-MachineStart {
    return [DateTimeOffset]::Parse($script:Machine.bootTime).UtcDateTime
}

function Get-ServiceProcess {
    param([string] $Name)
    return 1000 + 4 * @($script:Machine.services.Keys).IndexOf($Name)
}

# What the system log has: what became of the hypervisor, and a DHCP server that found nobody to serve.
function Get-SystemEvent {
    $start = Get-MachineStart
    if ($script:Machine.features['Hyper-V'] -eq 'Installed') {
        $ids = @(1, 2, 156)
        if ($true -eq $script:Machine['hypervisorDown']) {
            $ids = @(41)
        }
        if ($null -ne $script:Trouble['hypervisorWrote']) {
            $ids = @($script:Trouble['hypervisorWrote'])
        }
        foreach ($id in $ids) {
            @{ provider = 'Microsoft-Windows-Hyper-V-Hypervisor'; id = $id; time = $start.AddSeconds(-19) }
        }
    }
    if ($true -eq $script:Machine.dhcp['silent']) {
        @{ provider = 'Microsoft-Windows-DHCP-Server'; id = 1041; time = $start.AddSeconds(61) }
    }
    if ($script:Trouble['silentBefore']) {
        @{ provider = 'Microsoft-Windows-DHCP-Server'; id = 1041; time = $start.AddSeconds(30) }
    }
}

function Get-WinEvent {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [hashtable] $FilterHashtable, [Parameter(Mandatory)] [int] $MaxEvents)
    Assert-Alive
    $wanted = $FilterHashtable
    $found = @(Get-SystemEvent | Where-Object {
            $wanted['LogName'] -eq 'System' -and $_.provider -eq $wanted['ProviderName'] -and
            ($null -eq $wanted['Id'] -or $_.id -eq $wanted['Id']) -and
            $_.time -ge $wanted['StartTime'].ToUniversalTime()
        })
    if ($found.Count -eq 0) {
        return Write-Failure $PSCmdlet 'NoMatchingEventsFound' 'No events were found that match the specified selection criteria.' -Compiled
    }
    [Array]::Reverse($found)
    foreach ($one in @($found[0..([Math]::Min($MaxEvents, $found.Count) - 1)])) {
        [pscustomobject]@{ Id = $one.id; TimeCreated = $one.time.ToLocalTime() }
    }
}

function Start-Sleep {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [int] $Seconds)
    Assert-Alive
    $script:Slept += $Seconds
    if ($script:Slept -gt 7200) {
        throw 'The script sleeps for hours.'
    }
    # RRAS settles, and its NAT interfaces are gone once more.
    if ($script:Trouble['losesNat'] -gt 0 -and $script:Machine.nat.interfaces.Count -gt 0) {
        $script:Trouble['losesNat']--
        $script:Machine.nat.interfaces = [ordered]@{}
    }
    # The startup task, which is at work beside this script, comes to its end.
    if ($null -ne $script:Trouble['taskEndsAfter'] -and $script:Slept -ge $script:Trouble['taskEndsAfter']) {
        [IO.File]::WriteAllText("$env:ProgramData/nested-hosts/boot.json", "{`"boot`":`"$($script:Machine.bootTime)`",`"changed`":[]}")
    }
}

function Move-Item {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $LiteralPath, [Parameter(Mandatory)] [string] $Destination, [switch] $Force)
    Assert-Alive
    [IO.File]::Move($LiteralPath, $Destination, [bool]$Force)
    Save-Change "file $([IO.Path]::GetFileName($Destination))"
}

# Who may what in the folder of the scripts: as they left it, or as a new one inherits it.
$script:Closed = 'O:SYG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)'
$script:Inherited = 'O:SYG:SYD:AI(A;OICIID;FA;;;SY)(A;OICIID;FA;;;BA)(A;OICIID;0x1200a9;;;BU)(A;CIID;DCLCRPCR;;;BU)'
$script:FolderAccess = ''

# What somebody put in the place of the folder, or into it, before the script comes.
function Initialize-FolderAccess {
    $folder = "$env:ProgramData/nested-hosts"
    $script:FolderAccess = $script:Inherited
    if ([IO.Directory]::Exists($folder)) {
        $script:FolderAccess = $script:Closed
    }
    if ($null -ne $script:Trouble['access']) {
        [void][IO.Directory]::CreateDirectory($folder)
        $script:FolderAccess = $script:Trouble['access']
    }
    if ($script:Trouble['folderHolds']) {
        [void][IO.Directory]::CreateDirectory("$folder/$($script:Trouble['folderHolds'])")
    }
    if ($script:Trouble['folderIs'] -eq 'link') {
        [void][IO.Directory]::CreateDirectory("$env:ProgramData/elsewhere")
        [void][IO.Directory]::CreateSymbolicLink($folder, "$env:ProgramData/elsewhere")
    }
    if ($script:Trouble['folderIs'] -eq 'file') {
        [void][IO.Directory]::CreateDirectory($env:ProgramData)
        [IO.File]::WriteAllText($folder, 'x')
    }
}

function icacls.exe {
    Assert-Alive
    $global:LASTEXITCODE = 0
    if ($script:Trouble['icaclsFails'] -eq $args[1]) {
        $global:LASTEXITCODE = 5
        return 'Zugriff verweigert'
    }
    if ($args[1] -eq '/setowner' -and $script:Trouble['planted']) {
        [IO.File]::WriteAllText("$($args[0])/state.json", '{}')
    }
    if ($args[1] -eq '/setowner' -and -not $script:Trouble['icaclsIdle']) {
        $script:FolderAccess = $script:FolderAccess -replace '^O:[^G:]+', 'O:SY'
    }
    if ($args[1] -eq '/inheritance:r' -and -not $script:Trouble['icaclsIdle']) {
        $script:FolderAccess = $script:FolderAccess -replace 'D:.*$', 'D:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)'
    }
    Save-Change 'acl'
    "processed file: $($args[0])"
}

function Get-Acl {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $LiteralPath)
    Assert-Alive
    if ([IO.File]::Exists($LiteralPath) -and $null -ne $script:Trouble['entryAccess']) {
        return [pscustomobject]@{ Path = $LiteralPath; Sddl = $script:Trouble['entryAccess'] }
    }
    return [pscustomobject]@{ Path = $LiteralPath; Sddl = $script:FolderAccess }
}
