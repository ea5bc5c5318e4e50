# Prepares the data disk for guests. Nothing is ever formatted twice: what cannot be read may hold guests all the same.

function Set-DataVolume {
    param([object] $Disk, [string] $Letter)
    $volume = Get-OsVolume $Letter
    if ($null -eq $volume -or $volume.FileSystem -eq '') {
        if ((Test-Made "volume:$($Disk.UniqueId)") -or -not (Test-Made "disk:$($Disk.UniqueId)")) {
            Add-Finding 'dataDiskUnreadable' "The volume of disk $($Disk.Number) cannot be read; it is left as it is."
            return $false
        }
        Format-OsVolume $Letter $GuestLabel
        Add-Change 'disk:volume'
    }
    Add-Made "volume:$($Disk.UniqueId)"
    return $true
}

function Set-GuestPaths {
    param([string] $Letter)
    if (Test-GuestPaths $Letter) {
        return
    }
    $machines = "${Letter}:\Hyper-V"
    $disks = "$machines\Virtual Hard Disks"
    New-OsFolder $disks
    Set-OsVmHost $disks $machines
    Add-Change 'disk:paths'
}

function Set-DataDisk {
    if ($null -eq (Get-Field $script:Plan 'dataDisk')) {
        return
    }
    $found = @(Find-DataDisk)
    if ($found.Count -ne 1) {
        Add-Finding 'dataDiskNotFound' "$($found.Count) disks at LUN $($script:Plan.dataDisk.lun) are raw or were made here; disks with anything on them are left as they are."
        return
    }
    $disk = $found[0]
    if ($disk.Offline -or $disk.ReadOnly) {
        Enable-OsDisk $disk.Number
        Add-Change 'disk:online'
    }
    if ($disk.Style -eq 'RAW') {
        Add-Made "disk:$($disk.UniqueId)"
        Initialize-OsDisk $disk.Number
        Add-Change 'disk:initialized'
    }
    if (@(Get-DataPartition $disk.Number).Count -eq 0) {
        New-OsPartition $disk.Number
        Add-Change 'disk:partition'
    }
    $partitions = @(Get-DataPartition $disk.Number)
    if ($partitions.Count -ne 1 -or $partitions[0].Letter -eq '') {
        Add-Finding 'dataDiskUnreadable' "Disk $($disk.Number) has $($partitions.Count) partitions and should have one, with a letter; it is left as it is."
        return
    }
    if (Set-DataVolume $disk $partitions[0].Letter) {
        Set-GuestPaths $partitions[0].Letter
    }
}
