# What is the same on every host: phase network brings it about, and verify looks whether it is there.

$LeaseSeconds = 86400
$ConflictAttempts = 1
$RouterKey = 'HKLM:\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\IP'

# RRAS must not lease addresses for dial-in clients from our own scope.
function Test-AddressPool {
    return (Get-OsRegistryValue $RouterKey 'InitialAddressPoolSize') -eq 0
}

# WinNAT that takes in guests. Where it cannot be asked it is most likely not there.
function Get-TranslatingNat {
    try {
        $nats = @(Get-OsNetNat)
    }
    catch {
        Add-Warning 'netNatUnknown' $_.Exception.Message
        return
    }
    foreach ($nat in $nats) {
        if ($nat.Prefix -eq '' -or (Test-Overlap $nat.Prefix $script:Plan.ghosted.prefix)) {
            $nat
        }
    }
}

# Names of adapters that are gone: after a move to other hardware theirs may go to NIC 2 one day. One that went to the twin
# of a NIC, which has its MAC and no address, is as good as gone.
function Get-GoneNat {
    param([string] $Public, [string] $Private)
    $ours = @($script:Plan.nic1.mac, $script:Plan.nic2.mac) | ForEach-Object { ConvertTo-MacDigits $_ }
    $present = @(Get-OsAdapter | Where-Object {
            @($Public, $Private) -contains $_.Name -or $ours -notcontains (ConvertTo-MacDigits $_.Mac)
        } | ForEach-Object { $_.Name })
    return @(Get-NatInterface | Where-Object { $present -notcontains $_.Alias } | ForEach-Object { $_.Alias })
}

# A DHCP server that finds no static address when it starts writes that it serves nobody. What it wrote before it was last
# started counts no more: at a boot it may have been there before the adapter of the switch.
function Test-DhcpSilent {
    $since = Get-OsServiceStart 'DHCPServer'
    if ($null -eq $since) {
        $since = (Get-OsSystem).BootTime
    }
    return @(Get-OsEvent 'System' 'Microsoft-Windows-DHCP-Server' $since) -contains 1041
}
