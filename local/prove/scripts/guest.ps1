# Makes one small Linux guest on the switch of the app, test-then-set, and waits until DHCP has given it an address.
# Only a prove run sends this; the app knows nothing of it. Nobody has run it on a real Windows.
param([string]$Parameters)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version 2

$wish = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Parameters)) | ConvertFrom-Json
$folder = Join-Path $env:ProgramData 'nested-hosts-prove'
$raw = Join-Path $folder 'guest.raw'
$disk = Join-Path $folder 'guest.vhd'
$seed = Join-Path $folder 'seed.vhdx'

function Write-Number([byte[]]$Bytes, [int]$At, [long]$Value, [int]$Length) {
    for ($i = 0; $i -lt $Length; $i++) {
        $Bytes[$At + $Length - 1 - $i] = [byte](($Value -shr (8 * $i)) -band 255)
    }
}

# The footer that makes a raw image a fixed VHD, after the Virtual Hard Disk Image Format Specification 1.0.
function Get-Footer([long]$Size) {
    $bytes = New-Object byte[] 512
    [Text.Encoding]::ASCII.GetBytes('conectix').CopyTo($bytes, 0)
    Write-Number $bytes 8 2 4
    Write-Number $bytes 12 65536 4
    Write-Number $bytes 16 -1 8
    [Text.Encoding]::ASCII.GetBytes('prov').CopyTo($bytes, 28)
    Write-Number $bytes 32 65536 4
    [Text.Encoding]::ASCII.GetBytes('Wi2k').CopyTo($bytes, 36)
    Write-Number $bytes 40 $Size 8
    Write-Number $bytes 48 $Size 8
    # The geometry that the specification gives disks from 504 MB to 31.5 GB.
    $cylinders = [Math]::Floor($Size / 512 / 63 / 16)
    Write-Number $bytes 56 $cylinders 2
    $bytes[58] = 16
    $bytes[59] = 63
    Write-Number $bytes 60 2 4
    [Guid]::NewGuid().ToByteArray().CopyTo($bytes, 68)
    $sum = 0
    foreach ($byte in $bytes) {
        $sum += $byte
    }
    Write-Number $bytes 64 (4294967295 - $sum) 4
    return , $bytes
}

function Save-Disk {
    if (Test-Path $disk) {
        return
    }
    [Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12
    $client = New-Object Net.WebClient
    $client.Proxy = $null
    for ($attempt = 1; ; $attempt++) {
        try {
            $client.DownloadFile($wish.image, $raw)
            break
        } catch {
            if ($attempt -eq 3) {
                throw
            }
            Start-Sleep -Seconds 20
        }
    }
    $size = (Get-Item $raw).Length
    $footer = Get-Footer $size
    $stream = [IO.File]::Open($raw, 'Append')
    $stream.Write($footer, 0, $footer.Length)
    $stream.Close()
    Move-Item $raw $disk
}

# A volume called CIDATA is where cloud-init looks for what a machine is to be (NoCloud).
function Save-Seed {
    if (Test-Path $seed) {
        return
    }
    New-VHD -Path $seed -SizeBytes 128MB -Fixed | Out-Null
    $number = (Mount-VHD -Path $seed -Passthru | Get-Disk).Number
    try {
        Initialize-Disk -Number $number -PartitionStyle MBR
        $partition = New-Partition -DiskNumber $number -UseMaximumSize -AssignDriveLetter
        $volume = Format-Volume -Partition $partition -FileSystem FAT32 -NewFileSystemLabel 'CIDATA' -Confirm:$false
        $root = '{0}:\' -f $volume.DriveLetter
        foreach ($file in $wish.seed) {
            [IO.File]::WriteAllText((Join-Path $root $file.name), $file.text)
        }
    } finally {
        Dismount-VHD -Path $seed
    }
}

function Start-Guest {
    if (-not (Get-VM -Name $wish.guest -ErrorAction SilentlyContinue)) {
        New-VM -Name $wish.guest -Generation 1 -MemoryStartupBytes 1GB -VHDPath $disk -SwitchName $wish.switch | Out-Null
        Add-VMHardDiskDrive -VMName $wish.guest -Path $seed
        Set-VM -Name $wish.guest -AutomaticStartAction Start -AutomaticStopAction ShutDown -StaticMemory
    }
    if ((Get-VM -Name $wish.guest).State -ne 'Running') {
        Start-VM -Name $wish.guest
    }
}

# Clients may name themselves by something else than their MAC address; this guest is the only one there is.
function Get-Lease([string]$Mac) {
    $id = $Mac -replace '(..)(?=.)', '$1-'
    $leases = foreach ($scope in (Get-DhcpServerv4Scope)) {
        Get-DhcpServerv4Lease -ScopeId $scope.ScopeId -ErrorAction SilentlyContinue
    }
    $active = @($leases | Where-Object { [string]$_.AddressState -like 'Active*' })
    $own = @($active | Where-Object { [string]$_.ClientId -eq $id })
    foreach ($lease in ($own + $active)) {
        return $lease.IPAddress.IPAddressToString
    }
    return ''
}

$result = @{ ok = $false; address = ''; mac = ''; error = '' }
try {
    New-Item -ItemType Directory -Path $folder -Force | Out-Null
    Save-Disk
    Save-Seed
    Start-Guest
    $result.mac = [string](Get-VMNetworkAdapter -VMName $wish.guest).MacAddress
    $until = (Get-Date).AddMinutes(10)
    while ($result.address -eq '' -and (Get-Date) -lt $until) {
        Start-Sleep -Seconds 5
        $result.address = Get-Lease $result.mac
    }
    $result.ok = $result.address -ne ''
    if (-not $result.ok) {
        $result.error = 'DHCP gave the guest no address within ten minutes.'
    }
} catch {
    $result.error = [string]$_.Exception.Message
}
'##prove-begin##' + (ConvertTo-Json -InputObject $result -Compress) + '##prove-end##'
