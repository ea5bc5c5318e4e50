# The data disk for guests: the disk that Azure attached at the LUN of the plan, and what is on it.

$GuestLabel = 'Guests'

# Its one partition for data; nothing without one.
function Get-DataPartition {
    param([int] $Number)
    return @(Get-OsPartition $Number | Where-Object { $_.Kind -eq 'Basic' })
}

function Get-DataVolume {
    param([int] $Number)
    $partitions = @(Get-DataPartition $Number)
    if ($partitions.Count -eq 1 -and $partitions[0].Letter -ne '') {
        return Get-OsVolume $partitions[0].Letter
    }
}

# Each controller counts LUNs for itself, so that the system's disk and the temporary one may have the same. Azure attaches
# disks raw: one that has something on it is ours only if that was made here.
function Find-DataDisk {
    foreach ($disk in @(Get-OsDisk)) {
        if ($disk.System -or $disk.Lun -ne $script:Plan.dataDisk.lun -or @('SAS', 'SCSI') -notcontains $disk.Bus) {
            continue
        }
        $volume = Get-DataVolume $disk.Number
        if ($disk.Style -eq 'RAW' -or (Test-Made "disk:$($disk.UniqueId)") -or ($null -ne $volume -and $volume.Label -eq $GuestLabel)) {
            $disk
        }
    }
}

# Whether Hyper-V puts disks and configurations of new guests on that volume.
function Test-GuestPaths {
    param([string] $Letter)
    $paths = Get-OsVmHost
    return $paths.DiskPath.StartsWith("${Letter}:\") -and $paths.MachinePath.StartsWith("${Letter}:\")
}
