# Phase deconfigure: takes away what phase network made on this host, and nothing else. The features stay.

# Guests of other hosts and of Azure still send packets for this range here; without the router they would be lost.
function Assert-NotRouted {
    $routes = Get-Field $script:Plan 'routesHere'
    if ($null -eq $routes) {
        Stop-Phase 'routesUnknown' 'Nobody has looked for routes in Azure that still point to this host.'
    }
    if ($routes -gt 0) {
        Stop-Phase 'stillRouted' "$routes routes in Azure still send $($script:Plan.ghosted.prefix) to this host; remove them first."
    }
}

function Assert-NoGuest {
    $guests = @(Get-Guest)
    if ($guests.Count -gt 0) {
        Stop-Phase 'guestsPresent' "$($guests.Count) guests are on this host; remove them first."
    }
}

# What was there before is not ours, but its owner should know.
function Get-Left {
    $states = Get-FeatureState
    if ($states['Hyper-V-PowerShell'] -eq 'Installed' -and (Test-Running 'vmms') -and @(Get-OsSwitch $script:Plan.switchName).Count -gt 0) {
        'switch'
    }
    if (Test-Routing) {
        'rras'
    }
    if ($states['RSAT-DHCP'] -eq 'Installed' -and (Test-Running 'DHCPServer') -and $null -ne (Get-OsDhcpScope (Get-PrefixRange $script:Plan.ghosted.prefix).Network)) {
        'dhcp:scope'
    }
}

Invoke-Phase 'deconfigure' {
    Assert-NotRouted
    Assert-NoGuest
    $nic1 = Find-Nic 'NIC 1' $script:Plan.nic1
    $nic2 = Find-Nic 'NIC 2' $script:Plan.nic2
    if (@(Get-Made '').Count -gt 0) {
        foreach ($name in @('vmms', 'vmcompute')) {
            Wait-Until "service $name" 300 { Test-Running $name }
        }
    }

    Remove-BootTask
    Remove-StaleRoute @()
    if (-not (Test-RouterSilent)) {
        Remove-Filter
        Remove-Nat $nic1.Name
        Remove-Router
    }
    Remove-Forwarding @{ nic1 = $nic1.Index; nic2 = $nic2.Index }
    Remove-Dhcp
    Remove-Address
    Remove-Switch
    $script:Facts['left'] = [string[]]@(Get-Left)
}
exit 0
