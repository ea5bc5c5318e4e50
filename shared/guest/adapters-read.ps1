# Adapter layer: looks at Windows. The list of functions is in adapters.ps1.

function Get-OsFeature {
    param([string[]] $Names)
    foreach ($feature in @(Get-WindowsFeature -Name $Names -ErrorAction Stop)) {
        [pscustomobject]@{ Name = [string]$feature.Name; State = [string]$feature.InstallState }
    }
}

function Get-OsService {
    param([string] $Name)
    $service = Get-Service -Name $Name -ErrorAction SilentlyContinue
    if ($null -eq $service) {
        return $null
    }
    return [pscustomobject]@{ Status = [string]$service.Status; StartType = [string]$service.StartType }
}

# The services that are asked for have a process of their own.
function Get-OsServiceStart {
    param([string] $Name)
    $service = @(Get-CimInstance -ClassName Win32_Service -OperationTimeoutSec 120 -ErrorAction Stop | Where-Object { $_.Name -eq $Name })
    if ($service.Count -ne 1 -or $service[0].ProcessId -eq 0) {
        return $null
    }
    $process = @(Get-CimInstance -ClassName Win32_Process -OperationTimeoutSec 120 -ErrorAction Stop | Where-Object { $_.ProcessId -eq $service[0].ProcessId })
    if ($process.Count -ne 1 -or $null -eq $process[0].CreationDate) {
        return $null
    }
    return $process[0].CreationDate.ToUniversalTime()
}

function Test-OsRegistryKey {
    param([string] $Path)
    return Test-Path -LiteralPath $Path
}

function Get-OsRegistryValue {
    param([string] $Path, [string] $Name)
    $item = Get-ItemProperty -LiteralPath $Path -Name $Name -ErrorAction SilentlyContinue
    if ($null -eq $item) {
        return $null
    }
    return $item.$Name
}

# A provider that is not registered is an error that no preference silences; it has written nothing.
function Get-OsEvent {
    param([string] $Log, [string] $Provider, [DateTime] $Since)
    $wanted = @{ LogName = $Log; ProviderName = $Provider; StartTime = $Since }
    try {
        $found = @(Get-WinEvent -FilterHashtable $wanted -MaxEvents 500 -ErrorAction SilentlyContinue)
    }
    catch {
        $found = @()
    }
    foreach ($one in $found) {
        [int]$one.Id
    }
}

function Get-OsDriver {
    param([string] $Name)
    foreach ($driver in @(Get-CimInstance -ClassName Win32_SystemDriver -OperationTimeoutSec 120 -ErrorAction Stop | Where-Object { $_.Name -eq $Name })) {
        return [string]$driver.State
    }
}

# Account names are translated, SIDs are not.
function ConvertTo-OsSid {
    param([string] $Account)
    if ($Account -like 'S-1-*') {
        return $Account
    }
    try {
        return [Security.Principal.NTAccount]::new($Account).Translate([Security.Principal.SecurityIdentifier]).Value
    }
    catch {
        return $Account
    }
}

function Get-OsStartupTask {
    param([string] $Name)
    $task = Get-ScheduledTask -TaskName $Name -TaskPath '\' -ErrorAction SilentlyContinue
    if ($null -eq $task) {
        return $null
    }
    $actions = @($task.Actions)
    $triggers = @($task.Triggers)
    return [pscustomobject]@{
        Execute   = [string]$actions[0].Execute
        Arguments = [string]$actions[0].Arguments
        Sid       = ConvertTo-OsSid ([string]$task.Principal.UserId)
        Level     = [string]$task.Principal.RunLevel
        Startup   = $triggers.Count -eq 1 -and $triggers[0].CimClass.CimClassName -eq 'MSFT_TaskBootTrigger'
        Enabled   = [bool]$task.Settings.Enabled -and $actions.Count -eq 1
    }
}

# Win32_DiskDrive knows the LUN as a number; the text that Get-Disk shows for the place is for people.
function Get-OsDisk {
    $lun = @{}
    foreach ($drive in @(Get-CimInstance -ClassName Win32_DiskDrive -OperationTimeoutSec 120 -ErrorAction Stop)) {
        $lun[[int]$drive.Index] = [int]$drive.SCSILogicalUnit
    }
    foreach ($disk in @(Get-Disk -ErrorAction Stop)) {
        $number = [int]$disk.Number
        $place = -1
        if ($lun.ContainsKey($number)) {
            $place = $lun[$number]
        }
        [pscustomobject]@{
            Number   = $number
            UniqueId = ([string]$disk.UniqueId).Trim()
            Lun      = $place
            Bus      = [string]$disk.BusType
            Model    = ([string]$disk.FriendlyName).Trim()
            Bytes    = [uint64]$disk.Size
            Style    = [string]$disk.PartitionStyle
            Offline  = [bool]$disk.IsOffline
            ReadOnly = [bool]$disk.IsReadOnly
            System   = [bool]$disk.IsBoot -or [bool]$disk.IsSystem
        }
    }
}

function Get-OsPartition {
    param([int] $Disk)
    foreach ($partition in @(Get-Partition -DiskNumber $Disk -ErrorAction SilentlyContinue)) {
        [pscustomobject]@{
            Number = [int]$partition.PartitionNumber
            Kind   = [string]$partition.Type
            Letter = ([string]$partition.DriveLetter).Trim([char]0, ' ')
            Bytes  = [uint64]$partition.Size
        }
    }
}

function Get-OsVolume {
    param([string] $Letter)
    $volume = Get-Volume -DriveLetter $Letter -ErrorAction SilentlyContinue
    if ($null -eq $volume) {
        return $null
    }
    $system = [string]$volume.FileSystem
    if ($system -eq 'RAW') {
        $system = ''
    }
    return [pscustomobject]@{ FileSystem = $system; Label = [string]$volume.FileSystemLabel }
}
