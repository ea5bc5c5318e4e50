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
    $ports = @()
    $leases = @()
    try {
        $ports = @(Get-OsGuestAdapter)
        $leases = @(Get-Lease)
    }
    catch {
        Write-Log "addresses: $($_.Exception.Message)"
    }
    foreach ($guest in $Guests) {
        $fact = @{ name = Limit-Text $guest.Name 64; state = $guest.State }
        $own = @($ports | Where-Object { $_.Guest -eq $guest.Name })
        $macs = @($own | ForEach-Object { ConvertTo-MacDigits $_.Mac })
        $addresses = @($own | ForEach-Object { $_.Addresses } | Where-Object { Test-IPv4 $_ })
        if ($addresses.Count -gt 0) {
            $fact['addresses'] = $addresses
        }
        $leased = @($leases | Where-Object { $macs -contains (ConvertTo-MacDigits $_.Mac) } | ForEach-Object { $_.Address })
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
