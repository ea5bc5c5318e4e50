# Phase network: virtual switch, address, RRAS with NAT on NIC 1, forwarding, routes, DHCP, in this order.

function Assert-Ready {
    $states = Get-FeatureState
    $pending = @($Features | Where-Object { $states[$_] -ne 'Installed' })
    if ($pending.Count -gt 0) {
        Stop-Phase 'featuresNotReady' "Not installed, or waiting for a restart: $($pending -join ', ')."
    }
    # After the restart the hypervisor's services come up late; New-VMSwitch fails before.
    foreach ($name in @('vmms', 'vmcompute')) {
        Wait-Until "service $name" 300 { (Get-Service -Name $name).Status.ToString() -eq 'Running' }
    }
}

function Assert-NoForeignNat {
    foreach ($nat in @(Get-NetNat -ErrorAction SilentlyContinue)) {
        $internal = [string]$nat.InternalIPInterfaceAddressPrefix
        if ($internal -eq '' -or (Test-Overlap $internal $script:Plan.ghosted.prefix)) {
            Stop-Phase 'foreignNetNat' "NetNat '$($nat.Name)' ($internal) would translate guests; remove it."
        }
    }
}

# Azure gives the default gateway to the primary NIC only.
function Assert-DefaultRoute {
    param([object] $Nic1)
    $default = @(Get-NetRoute -DestinationPrefix '0.0.0.0/0' -AddressFamily IPv4 -ErrorAction SilentlyContinue)
    $elsewhere = @($default | Where-Object { $_.ifIndex -ne $Nic1.ifIndex })
    if ($default.Count -eq 0 -or $elsewhere.Count -gt 0) {
        Stop-Phase 'defaultRoute' 'The default route is not on NIC 1 alone; NIC 1 must be the primary NIC.'
    }
}

Invoke-Phase 'network' {
    $plan = $script:Plan
    $ghosted = $plan.ghosted
    $range = Get-PrefixRange $ghosted.prefix
    Assert-Ready
    $nic1 = Find-Nic 'NIC 1' $plan.nic1
    $nic2 = Find-Nic 'NIC 2' $plan.nic2
    Assert-DefaultRoute $nic1
    Assert-NoForeignNat

    Set-Switch $plan.switchName
    Wait-Until "the adapter of switch $($plan.switchName)" 90 { $null -ne (Find-SwitchAdapter $plan.switchName) }
    $vEthernet = Find-SwitchAdapter $plan.switchName
    Set-Address $vEthernet.ifIndex $ghosted.gateway $range.Length
    $late = $script:Changed.Contains('switch') -or $script:Changed.Contains('address')

    Set-Router $late
    Set-Nat $nic1.Name $nic2.Name
    Set-Forwarding 'nic1' $nic1.ifIndex
    Set-Forwarding 'nic2' $nic2.ifIndex
    Set-Forwarding 'vEthernet' $vEthernet.ifIndex
    Set-Routes @{ '1' = $nic1.ifIndex; '2' = $nic2.ifIndex }

    Set-DhcpServer $vEthernet.Name $late
    Set-DhcpBinding $vEthernet.Name
    Set-DhcpScope $ghosted $plan.scopeName
    Set-DhcpOptions $range.Network $ghosted.gateway ([string[]]@($plan.dnsServers)) ([string](Get-Field $plan 'dnsSuffix'))

    $script:Facts['nic1'] = $nic1.Name
    $script:Facts['nic2'] = $nic2.Name
    $script:Facts['vEthernet'] = $vEthernet.Name
}
exit 0
