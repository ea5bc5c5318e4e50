# Adapter layer: prepares a disk for guests. Only in phase network.
#   Enable-OsDisk number                             online, and writable
#   Initialize-OsDisk number                         GPT
#   New-OsPartition number                           all of the disk, with the next free letter
#   Format-OsVolume letter label                     NTFS
#   New-OsFolder path                                with all above it

function Enable-OsDisk {
    param([int] $Number)
    Set-Disk -Number $Number -IsOffline $false -ErrorAction Stop
    Set-Disk -Number $Number -IsReadOnly $false -ErrorAction Stop
}

function Initialize-OsDisk {
    param([int] $Number)
    Initialize-Disk -Number $Number -PartitionStyle GPT -Confirm:$false -ErrorAction Stop
}

function New-OsPartition {
    param([int] $Number)
    [void](New-Partition -DiskNumber $Number -UseMaximumSize -AssignDriveLetter -ErrorAction Stop)
}

function Format-OsVolume {
    param([string] $Letter, [string] $Label)
    [void](Format-Volume -DriveLetter $Letter -FileSystem NTFS -NewFileSystemLabel $Label -Confirm:$false -ErrorAction Stop)
}

function New-OsFolder {
    param([string] $Path)
    [void](New-Item -Path $Path -ItemType Directory -Force -ErrorAction Stop)
}
