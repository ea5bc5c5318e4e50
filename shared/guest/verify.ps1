# Phase verify: looks at everything, changes nothing, reports what is there and what is wrong.

$script:Before = { Wait-BootTask }

Invoke-Phase 'verify' {
    Wait-Settled
    $waiting = @(Get-PendingRestart)
    if ($waiting.Count -gt 0) {
        $script:Facts['restartPending'] = $waiting
    }
    $nics = @{}
    Test-Step 'features' { Test-Features }
    Test-Step 'hypervisor' { Test-Hypervisor }
    Test-Step 'nic1' { $nics['1'] = Find-Nic 'NIC 1' $script:Plan.nic1 }
    Test-Step 'nic2' { $nics['2'] = Find-Nic 'NIC 2' $script:Plan.nic2 }
    if ($null -eq $nics['1'] -or $null -eq $nics['2']) {
        Stop-Phase 'verifyFailed' 'The NICs of this host are not there as Azure describes them.'
    }
    $hasHyperV = (Get-FeatureState)['Hyper-V-PowerShell'] -eq 'Installed'
    $vEthernet = $null
    if ($hasHyperV) {
        Test-Step 'switch' { Test-Switch }
        $vEthernet = Find-SwitchAdapter $script:Plan.switchName
    }
    $alias = ''
    $index = @{ nic1 = $nics['1'].Index; nic2 = $nics['2'].Index; vEthernet = $null }
    if ($null -ne $vEthernet) {
        $alias = $vEthernet.Name
        $index['vEthernet'] = $vEthernet.Index
    }
    Test-Step 'address' { Test-SwitchAddress $vEthernet }
    Test-Step 'defaultRoute' { Test-DefaultRoute $nics['1'] }
    Test-Step 'rras' { Test-Router }
    Test-Step 'addressPool' { Test-Pool }
    Test-Step 'nat' { Test-NatInterfaces $nics['1'].Name $nics['2'].Name }
    Test-Step 'natNames' { Test-NatNames $nics['1'].Name $nics['2'].Name }
    Test-Step 'netNat' { Test-NetNats }
    Test-Step 'metadata' { Test-Metadata $alias }
    Test-Step 'forwarding' { Test-Forwarding $index }
    Test-Step 'routes' { Test-Routes $index }
    Test-Step 'routeSelection' { Test-RouteSelection $index }
    Test-Step 'platform' { Test-Platform }
    Test-Step 'dhcpService' { Test-DhcpServer }
    Test-Step 'dhcpBinding' { Test-DhcpBindings $alias }
    Test-Step 'dhcpScope' { Test-DhcpScope }
    if ($hasHyperV) {
        if ($null -ne (Get-Field $script:Plan 'dataDisk')) {
            Test-Step 'dataDisk' { Test-DataDisk }
        }
        Test-Step 'guests' { $script:Facts['guestCount'] = @(Get-OsGuest).Count }
    }
    Test-Step 'bootTask' { Test-Boot }
    Test-Step 'bootScript' { Test-BootScript }
    Measure-Dns
    $failed = @($script:Checks | Where-Object { -not $_['ok'] } | ForEach-Object { $_['name'] })
    if ($failed.Count -gt 0) {
        $why = ''
        if ($script:Facts.ContainsKey('bootError')) {
            $why = " The startup task failed with $($script:Facts['bootError'])."
        }
        Stop-Phase 'verifyFailed' "Not as planned: $($failed -join ', ').$why"
    }
}
exit 0
