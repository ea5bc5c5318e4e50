# What this program remembers on the host, in a folder that only SYSTEM and Administrators may touch.

$Trusted = @('SY', 'BA', 'S-1-5-18', 'S-1-5-32-544')
$Logs = 1048576
$Flags = @('dhcpPrepared', 'routerStale', 'dhcpStale', 'webServerUnwanted', 'bootRan')

# SDDL: owner, then the flags of the list (P: inherits nothing), then one entry per account, who comes last in it.
function Test-Closed {
    param([string] $Sddl)
    if ($Sddl -notmatch '^O:(S-1-[0-9-]+|[A-Z]{2})(G:(S-1-[0-9-]+|[A-Z]{2}))?D:([A-Z]*)((\([^)]*\))+)') {
        return $false
    }
    $owner = $Matches[1]
    $others = @($Matches[5].Trim('(', ')') -split '\)\(' | Where-Object { $Trusted -notcontains $_.Split(';')[5] })
    return ($Trusted -contains $owner) -and $others.Count -eq 0
}

# What its parent hands down may be another thing tomorrow.
function Test-Folder {
    param([string] $Sddl)
    return (Test-Closed $Sddl) -and $Sddl -match '^[^(]*D:[A-Z]*P'
}

# Of an administrator's doing: whoever is one may do everything here anyway.
function Test-FolderOwner {
    param([string] $Sddl)
    return $Sddl -match '^O:(SY|BA|LA|S-1-5-18|S-1-5-32-544|S-1-5-21-[0-9-]+-500)[GD]:'
}

# Everybody may make a folder, or a link to elsewhere, where programs keep their data. What is in it may be a trap.
function Stop-Foreign {
    param([string] $Why)
    Stop-Phase 'folderForeign' "$($script:Root) $Why. Nothing was read there or written: see what it is, rename or remove it, and run this again."
}

function Assert-OwnFolder {
    param([string] $Kind)
    if ($Kind -ne 'folder') {
        Stop-Foreign "is a $Kind and no folder"
    }
    $access = Get-OsFolderAccess $script:Root
    if (-not (Test-FolderOwner $access)) {
        Stop-Foreign "belongs to neither SYSTEM nor Administrators ($(Limit-Text $access 80))"
    }
}

# Rights are set on all that is in it, so nothing in it may lead elsewhere.
function Assert-PlainFolder {
    foreach ($entry in @(Get-OsEntry $script:Root)) {
        if ((Get-OsPathKind $entry) -ne 'file') {
            Stop-Foreign "is open to others and has something in it that is no file: $(Limit-Text $entry 80)"
        }
    }
}

# What the folder and all in it show afterwards decides, and not what was said on the way, which is returned.
function Protect-Folder {
    $said = (@(Set-OsFolderAccess $script:Root) -join ' ')
    $access = Get-OsFolderAccess $script:Root
    $open = @(Get-OsEntry $script:Root | Where-Object { -not (Test-Closed (Get-OsFolderAccess $_)) })
    if ($open.Count -gt 0 -or -not (Test-Folder $access)) {
        $what = Limit-Text (@($access) + $open -join ', ') 160
        Stop-Phase 'folderOpen' "$($script:Root) could not be closed to others ($what). $said Give it to SYSTEM and Administrators alone, and run this again."
    }
    return $said
}

function Get-FolderFault {
    if (-not (Test-Folder (Get-OsFolderAccess $script:Root))) {
        "others than SYSTEM and Administrators have rights in $($script:Root)"
    }
}

# The state says what may be removed and the boot task runs a script from here, so nobody else may write.
function Initialize-Folder {
    param([bool] $Repair)
    $script:Root = Get-OsFolder
    $script:LogFile = [IO.Path]::Combine($script:Root, 'guest.log')
    $script:LockFile = [IO.Path]::Combine($script:Root, 'guest.lock')
    $script:StateFile = [IO.Path]::Combine($script:Root, 'state.json')
    $said = ''
    $kind = Get-OsPathKind $script:Root
    if ($kind -eq '') {
        New-OsDirectory $script:Root
        $said = Protect-Folder
        # It was open to everybody for a moment.
        if (@(Get-OsEntry $script:Root).Count -gt 0) {
            Stop-Foreign 'had something in it as soon as it was made'
        }
    }
    else {
        Assert-OwnFolder $kind
        if ($Repair -and $null -ne (Get-FolderFault)) {
            Assert-PlainFolder
            $said = Protect-Folder
            Add-Change 'folder'
        }
    }
    if ($said -ne '') {
        Add-Warning 'icacls' $said
    }
    if ((Get-OsTextSize $script:LogFile) -gt $Logs) {
        Move-OsText $script:LogFile "$($script:LogFile).old"
    }
}

# routes: those added here, as `prefix>gateway>nic`; made: all else that was. restartBoot: boot in which a restart was asked
# for. bootScript: SHA-256 of the stored script; bootVersion: its version. routerStale, dhcpStale: the switch or its address is newer than what the
# service knows. webServerUnwanted: it came with Routing. bootRan: the startup task has run on this host.
function Read-State {
    $state = @{ routes = @(); made = @(); restartBoot = ''; bootScript = ''; bootVersion = '' }
    foreach ($flag in $Flags) {
        $state[$flag] = $false
    }
    $text = Read-OsText $script:StateFile
    if ($null -eq $text) {
        return $state
    }
    try {
        $saved = ConvertFrom-OsJson $text
        $state['routes'] = @(Get-Field $saved 'routes' | Where-Object { $null -ne $_ })
        $state['made'] = @(Get-Field $saved 'made' | Where-Object { $null -ne $_ })
        $state['bootScript'] = [string](Get-Field $saved 'bootScript')
        $state['bootVersion'] = [string](Get-Field $saved 'bootVersion')
        $state['restartBoot'] = ConvertTo-Instant (Get-Field $saved 'restartBoot')
        foreach ($flag in $Flags) {
            $state[$flag] = [bool](Get-Field $saved $flag)
        }
    }
    catch {
        Write-Log "state file unreadable, starting over: $($_.Exception.Message)"
    }
    return $state
}

function Save-State {
    param([hashtable] $State)
    Write-OsText $script:StateFile (ConvertTo-OsJson $State)
}

function Set-StateField {
    param([string] $Name, [object] $Value)
    $state = Read-State
    if ($state[$Name] -ne $Value) {
        $state[$Name] = $Value
        Save-State $state
    }
}

# What is made here is written down before it is made: only that is ever taken away again.
function Add-Made {
    param([string] $Item)
    $state = Read-State
    if ($state['made'] -notcontains $Item) {
        $state['made'] = @($state['made'] + $Item)
        Save-State $state
    }
}

function Test-Made {
    param([string] $Item)
    return (Read-State)['made'] -contains $Item
}

# A restart stays due until the boot in which it was asked for is over, also if this run is cut off now. Windows has just
# had one where the startup task is at work: what it mended then was not lost for want of a restart.
function Request-Restart {
    if ($script:AtBoot) {
        return
    }
    Set-StateField 'restartBoot' $script:Boot
}
