# Probes of DHCP.

function Test-DhcpBindings {
    param([string] $Alias)
    $bound = @(Get-OsDhcpBinding | Where-Object { $_.Bound } | ForEach-Object { $_.Alias })
    if ($bound -notcontains $Alias) {
        "DHCP does not serve $Alias"
    }
    foreach ($other in @($bound | Where-Object { $_ -ne $Alias })) {
        "DHCP serves $other"
    }
}

# A host that was built by hand has no conflict detection and longer leases, and is left with both.
function Test-DhcpServer {
    Test-ServiceRunning @('DHCPServer') $true
    if (-not (Test-Running 'DHCPServer')) {
        return
    }
    $setting = Get-OsDhcpSetting
    if ($setting.InDomain -and -not $setting.Authorized) {
        'its domain has not authorised it'
    }
    if ((Test-BootExpected) -and $setting.ConflictAttempts -ne $ConflictAttempts) {
        "conflict detection is $($setting.ConflictAttempts), not $ConflictAttempts"
    }
    if ((Read-State)['dhcpStale']) {
        'the switch is newer than the DHCP server'
    }
    elseif (Test-DhcpSilent) {
        'it wrote that it serves nobody'
    }
}

function Get-ScopeFacts {
    param([object] $Scope, [string] $ScopeId)
    return @{
        name   = $Scope.Name
        start  = $Scope.Start
        end    = $Scope.End
        mask   = $Scope.Mask
        state  = $Scope.State
        router = [string[]]@(Get-OsDhcpOption $ScopeId 3)
        dns    = [string[]]@(Get-OsDhcpOption $ScopeId 6)
    }
}

function Test-DhcpScope {
    $ghosted = $script:Plan.ghosted
    $range = Get-PrefixRange $ghosted.prefix
    $script:Facts['dhcp'] = $null
    $scope = Get-OsDhcpScope $range.Network
    if ($null -eq $scope) {
        "no scope $($range.Network)"
        return
    }
    $facts = Get-ScopeFacts $scope $range.Network
    $wanted = @{
        name   = $script:Plan.scopeName
        start  = $ghosted.dhcpStart
        end    = $ghosted.dhcpEnd
        mask   = $range.Mask
        state  = 'Active'
        router = $ghosted.gateway
        dns    = @($script:Plan.dnsServers) -join ','
    }
    $keys = @('name', 'start', 'end', 'mask', 'state', 'router', 'dns')
    $suffix = [string](Get-Field $script:Plan 'dnsSuffix')
    if ($suffix -ne '') {
        $keys += 'suffix'
        $facts['suffix'] = @(Get-OsDhcpOption $range.Network 15) -join ','
        $wanted['suffix'] = $suffix
    }
    $script:Facts['dhcp'] = $facts
    # A scope may be full with guests that are all at work: told, not judged.
    $use = Get-OsDhcpUse $range.Network
    if ($null -ne $use) {
        $facts['free'] = $use.Free
        $facts['inUse'] = $use.InUse
    }
    if ((Test-BootExpected) -and $scope.LeaseSeconds -ne $LeaseSeconds) {
        "lease is $($scope.LeaseSeconds) s, not $LeaseSeconds s"
    }
    foreach ($key in $keys) {
        $seen = @($facts[$key]) -join ','
        if ($seen -ne $wanted[$key]) {
            "$key is '$seen', not '$($wanted[$key])'"
        }
    }
}
