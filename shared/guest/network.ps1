# Phase network: virtual switch, address, RRAS with NAT on NIC 1 and filters, forwarding, routes, DHCP, in this
# order; then the data disk for guests.

function Assert-Ready {
    $states = Get-FeatureState
    $pending = @($Features | Where-Object { $states[$_] -ne 'Installed' })
    if ($pending.Count -gt 0) {
        Stop-Phase 'featuresNotReady' "Not installed, or waiting for a restart: $($pending -join ', ')."
    }
    # After the restart the hypervisor's services come up late; New-VMSwitch fails before.
    foreach ($name in @('vmms', 'vmcompute')) {
        Wait-Until "service $name" 300 { Test-Running $name }
    }
}

function Assert-NoForeignNat {
    foreach ($nat in @(Get-TranslatingNat)) {
        Stop-Phase 'foreignNetNat' "NetNat '$($nat.Name)' ($($nat.Prefix)) would translate guests; remove it."
    }
}

# Azure gives the default gateway to the primary NIC only.
function Assert-DefaultRoute {
    param([object] $Nic1)
    $default = @(Get-OsRoute 'Active' | Where-Object { $_.Prefix -eq '0.0.0.0/0' })
    $elsewhere = @($default | Where-Object { $_.Index -ne $Nic1.Index })
    if ($default.Count -eq 0 -or $elsewhere.Count -gt 0) {
        Stop-Phase 'defaultRoute' 'The default route is not on NIC 1 alone; NIC 1 must be the primary NIC.'
    }
}

if ($script:AtBoot) {
    $script:Before = { $script:Encoded = Read-Stored }
}
$script:Ending = { param($Failure, $Held) Write-BootReport $Failure $Held }

Invoke-Phase 'network' {
    $plan = $script:Plan
    $ghosted = $plan.ghosted
    $range = Get-PrefixRange $ghosted.prefix
    Wait-Started
    Wait-Settled
    Assert-Ready
    $nic1 = Find-Nic 'NIC 1' $plan.nic1
    $nic2 = Find-Nic 'NIC 2' $plan.nic2
    Assert-DefaultRoute $nic1
    Assert-NoForeignNat

    Set-Switch $plan.switchName
    Wait-Until "the adapter of switch $($plan.switchName)" 90 { $null -ne (Find-SwitchAdapter $plan.switchName) }
    $vEthernet = Find-SwitchAdapter $plan.switchName
    Set-Address $vEthernet.Index $ghosted.gateway $range.Length

    Set-Router
    Set-Nat $nic1.Name $nic2.Name
    Set-Filter $vEthernet.Name $nic1.Name $nic2.Name
    Set-Forwarding 'nic1' $nic1.Index
    Set-Forwarding 'nic2' $nic2.Index
    Set-Forwarding 'vEthernet' $vEthernet.Index
    Set-Routes @{ nic1 = $nic1.Index; nic2 = $nic2.Index; vEthernet = $vEthernet.Index }

    Set-DhcpServer $vEthernet.Name
    Set-DhcpBinding $vEthernet.Name
    Set-DhcpScope $ghosted $plan.scopeName
    Set-DhcpOptions $range.Network $ghosted.gateway ([string[]]@($plan.dnsServers)) ([string](Get-Field $plan 'dnsSuffix'))

    Set-DataDisk
    Set-BootTask
    Confirm-Nat $nic1 $nic2 $vEthernet

    $script:Facts['nic1'] = Limit-Text $nic1.Name 64
    $script:Facts['nic2'] = Limit-Text $nic2.Name 64
    $script:Facts['vEthernet'] = Limit-Text $vEthernet.Name 80
}
exit 0
