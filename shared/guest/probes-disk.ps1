# Probe of the data disk for guests.

function Test-DataDisk {
    if ($null -eq (Get-Field $script:Plan 'dataDisk')) {
        return
    }
    $found = @(Find-DataDisk)
    if ($found.Count -ne 1) {
        "$($found.Count) disks at LUN $($script:Plan.dataDisk.lun) are raw or were made here"
        return
    }
    $disk = $found[0]
    if ($disk.Offline -or $disk.ReadOnly) {
        "disk $($disk.Number) is offline or read-only"
        return
    }
    $volume = Get-DataVolume $disk.Number
    if ($null -eq $volume -or $volume.FileSystem -eq '') {
        "disk $($disk.Number) has no volume that can be read"
        return
    }
    $letter = (Get-DataPartition $disk.Number).Letter
    $script:Facts['dataDisk'] = $letter
    if (-not (Test-GuestPaths $letter)) {
        "Hyper-V does not put new guests on ${letter}:"
    }
}
