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
    foreach ($key in $keys) {
        $seen = @($facts[$key]) -join ','
        if ($seen -ne $wanted[$key]) {
            "$key is '$seen', not '$($wanted[$key])'"
        }
    }
}
