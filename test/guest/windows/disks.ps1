# Disks: Storage, and where Hyper-V puts guests.

$script:SystemDisk = [ordered]@{
    number = 0; uniqueId = 'system'; lun = 0; role = 'system'; model = 'Msft Virtual Disk'; gigabytes = 127; style = 'GPT'
    offline = $false; readOnly = $false; partitions = @()
}

function Get-MachineDisk {
    if ($null -eq $script:Machine['disks']) {
        return @($script:SystemDisk)
    }
    return @($script:Machine.disks)
}

function Find-Disk {
    param([int] $Number)
    return Get-MachineDisk | Where-Object { $_.number -eq $Number }
}

function Find-Letter {
    param([string] $Letter)
    foreach ($disk in @(Get-MachineDisk)) {
        foreach ($partition in @($disk.partitions)) {
            if ($partition['letter'] -eq $Letter -and -not $disk.offline) {
                return $partition
            }
        }
    }
}

function Get-Disk {
    [CmdletBinding()]
    param()
    Assert-Alive
    foreach ($disk in @(Get-MachineDisk)) {
        [pscustomobject]@{
            Number         = [uint32]$disk.number
            UniqueId       = $disk.uniqueId
            BusType        = 'SAS'
            FriendlyName   = $disk.model
            Size           = [uint64]$disk.gigabytes * 1GB
            PartitionStyle = $disk.style
            IsOffline      = [bool]$disk.offline
            IsReadOnly     = [bool]$disk.readOnly
            IsBoot         = $disk.role -eq 'system'
            IsSystem       = $disk.role -eq 'system'
        }
    }
}

function Set-Disk {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [uint32] $Number, [object] $IsOffline, [object] $IsReadOnly)
    Assert-Alive
    $disk = Find-Disk $Number
    if ($null -ne $IsOffline) {
        $disk.offline = [bool]$IsOffline
        Save-Change "disk $Number offline $IsOffline"
    }
    if ($null -ne $IsReadOnly) {
        $disk.readOnly = [bool]$IsReadOnly
        Save-Change "disk $Number readOnly $IsReadOnly"
    }
}

function Initialize-Disk {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory)] [uint32] $Number, [Parameter(Mandatory)] [string] $PartitionStyle)
    Assert-Alive
    $disk = Find-Disk $Number
    if ($disk.style -ne 'RAW' -or $disk.offline) {
        return Write-Failure $PSCmdlet 'StorageWMI 41002,Initialize-Disk' 'The disk has already been initialized.'
    }
    $disk.style = $PartitionStyle
    $disk.partitions = [Collections.ArrayList]@([ordered]@{ number = 1; kind = 'Reserved'; gigabytes = 0.02 })
    Save-Change "disk $Number $PartitionStyle"
}

function Get-Partition {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [uint32] $DiskNumber)
    Assert-Alive
    $disk = Find-Disk $DiskNumber
    if (@($disk.partitions).Count -eq 0) {
        return Write-Failure $PSCmdlet 'CmdletizationQuery_NotFound_DiskNumber' "No MSFT_Partition objects found with DiskNumber $DiskNumber."
    }
    foreach ($partition in @($disk.partitions)) {
        [pscustomobject]@{
            PartitionNumber = [uint32]$partition.number
            Type            = $partition.kind
            DriveLetter     = $(if ($partition['letter']) { [char]$partition.letter } else { [char]0 })
            Size            = [uint64]($partition.gigabytes * 1GB)
        }
    }
}

function New-Partition {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [uint32] $DiskNumber, [switch] $UseMaximumSize, [switch] $AssignDriveLetter)
    Assert-Alive
    $disk = Find-Disk $DiskNumber
    $letter = 'F', 'G', 'H', 'I' | Where-Object { $null -eq (Find-Letter $_) } | Select-Object -First 1
    [void]$disk.partitions.Add([ordered]@{
            number = [long](@($disk.partitions).Count + 1); kind = 'Basic'; letter = $letter; gigabytes = $disk.gigabytes
        })
    Save-Change "disk $DiskNumber partition ${letter}:"
    return [pscustomobject]@{ DriveLetter = [char]$letter }
}

function Get-Volume {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [char] $DriveLetter)
    Assert-Alive
    $partition = Find-Letter ([string]$DriveLetter)
    if ($null -eq $partition) {
        return Write-Failure $PSCmdlet 'CmdletizationQuery_NotFound_DriveLetter' "No MSFT_Volume objects found with DriveLetter $DriveLetter."
    }
    return [pscustomobject]@{ FileSystem = [string]$partition['fileSystem']; FileSystemLabel = [string]$partition['label'] }
}

function Format-Volume {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory)] [char] $DriveLetter, [Parameter(Mandatory)] [string] $FileSystem,
        [Parameter(Mandatory)] [string] $NewFileSystemLabel)
    Assert-Alive
    $partition = Find-Letter ([string]$DriveLetter)
    $partition['fileSystem'] = $FileSystem
    $partition['label'] = $NewFileSystemLabel
    Save-Change "volume ${DriveLetter}: $FileSystem $NewFileSystemLabel"
    return [pscustomobject]@{ FileSystem = $FileSystem }
}

function Get-VMHost {
    [CmdletBinding()]
    param()
    Assert-HyperV $PSCmdlet
    $paths = $script:Machine['hyperVPaths']
    if ($null -eq $paths) {
        $paths = @{ disks = 'C:\Users\Public\Documents\Hyper-V\Virtual Hard Disks'; machines = 'C:\ProgramData\Microsoft\Windows\Hyper-V' }
    }
    return [pscustomobject]@{ VirtualHardDiskPath = $paths.disks; VirtualMachinePath = $paths.machines }
}

function Set-VMHost {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $VirtualHardDiskPath, [Parameter(Mandatory)] [string] $VirtualMachinePath)
    Assert-HyperV $PSCmdlet
    $script:Machine['hyperVPaths'] = [ordered]@{ disks = $VirtualHardDiskPath; machines = $VirtualMachinePath }
    Save-Change "guests to $VirtualMachinePath"
}
