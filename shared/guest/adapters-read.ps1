# Adapter layer: looks at Windows. The list of functions is in adapters.ps1.

function Get-OsFeature {
    param([string[]] $Names)
    foreach ($feature in @(Get-WindowsFeature -Name $Names -ErrorAction Stop)) {
        [pscustomobject]@{ Name = [string]$feature.Name; State = $feature.InstallState.ToString() }
    }
}

function Get-OsService {
    param([string] $Name)
    $service = Get-Service -Name $Name -ErrorAction SilentlyContinue
    if ($null -eq $service) {
        return $null
    }
    return [pscustomobject]@{ Status = $service.Status.ToString(); StartType = $service.StartType.ToString() }
}

# The services that are asked for have a process of their own.
function Get-OsServiceStart {
    param([string] $Name)
    $service = @(Get-CimInstance -ClassName Win32_Service -ErrorAction Stop | Where-Object { $_.Name -eq $Name })
    if ($service.Count -ne 1 -or $service[0].ProcessId -eq 0) {
        return $null
    }
    $process = @(Get-CimInstance -ClassName Win32_Process -ErrorAction Stop | Where-Object { $_.ProcessId -eq $service[0].ProcessId })
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

function Get-OsLogged {
    param([string] $Log, [string] $Provider, [int] $Id, [DateTime] $Since)
    $wanted = @{ LogName = $Log; ProviderName = $Provider; Id = $Id; StartTime = $Since }
    return @(Get-WinEvent -FilterHashtable $wanted -MaxEvents 1 -ErrorAction SilentlyContinue).Count -gt 0
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
        Level     = $task.Principal.RunLevel.ToString()
        Startup   = $triggers.Count -eq 1 -and $triggers[0].CimClass.CimClassName -eq 'MSFT_TaskBootTrigger'
        Enabled   = [bool]$task.Settings.Enabled -and $actions.Count -eq 1
    }
}

# Win32_DiskDrive knows the LUN as a number; the text that Get-Disk shows for the place is for people.
function Get-OsDisk {
    $lun = @{}
    foreach ($drive in @(Get-CimInstance -ClassName Win32_DiskDrive -ErrorAction Stop)) {
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
            Bus      = $disk.BusType.ToString()
            Model    = ([string]$disk.FriendlyName).Trim()
            Bytes    = [uint64]$disk.Size
            Style    = $disk.PartitionStyle.ToString()
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
            Kind   = $partition.Type.ToString()
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
    return [pscustomobject]@{ FileSystem = [string]$volume.FileSystem; Label = [string]$volume.FileSystemLabel }
}
