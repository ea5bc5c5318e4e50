# Phase inventory: the guests of this host, in whatever state. Where guests cannot be counted the phase fails.

# Of whatever state; a server that does not run leases nothing.
function Get-Lease {
    if (-not (Test-Running 'DHCPServer')) {
        return @()
    }
    return @(Get-OsDhcpLease (Get-PrefixRange $script:Plan.ghosted.prefix).Network)
}

# Addresses as the guest says, through Hyper-V, which only some do while they run; leases as DHCP has given them to its
# adapters. Neither is missed: guests are counted without.
function Get-GuestFact {
    param([object[]] $Guests)
    $ports = @{}
    $leases = @{}
    try {
        foreach ($port in @(Get-OsGuestAdapter)) {
            $ports[$port.Guest] = @($ports[$port.Guest]) + $port
        }
        foreach ($lease in @(Get-Lease)) {
            $leases[(ConvertTo-MacDigits $lease.Mac)] = $lease.Address
        }
    }
    catch {
        Write-Log "addresses: $($_.Exception.Message)"
    }
    foreach ($guest in $Guests) {
        $fact = @{ name = Limit-Text $guest.Name 64; state = $guest.State }
        $addresses = @()
        $leased = @()
        foreach ($port in @($ports[$guest.Name] | Where-Object { $null -ne $_ })) {
            $addresses += @($port.Addresses | Where-Object { Test-IPv4 $_ })
            $leased += @($leases[(ConvertTo-MacDigits $port.Mac)] | Where-Object { $null -ne $_ })
        }
        if ($addresses.Count -gt 0) {
            $fact['addresses'] = $addresses
        }
        if ($leased.Count -gt 0) {
            $fact['leases'] = $leased
        }
        $fact
    }
}

Invoke-Phase 'inventory' {
    $guests = @(Get-Guest)
    $script:Facts['count'] = $guests.Count
    $script:Facts['guests'] = @()
    if ($guests.Count -gt 0) {
        $script:Facts['guests'] = @(Get-GuestFact $guests)
    }
}
exit 0
