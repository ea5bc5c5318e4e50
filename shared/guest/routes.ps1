# Static routes of the host. A route counts if it is active, whichever store it comes from; never twice, never moved.

function Get-StoredRoute {
    param([string] $Prefix, [string] $Store)
    return @(Get-NetRoute -DestinationPrefix $Prefix -PolicyStore $Store -ErrorAction SilentlyContinue |
            Where-Object { $_.NextHop -ne '0.0.0.0' })
}

# RRAS keeps its own list; `dump` prints it as commands, which are the same in every language.
function Test-RouterRoute {
    param([string] $Prefix, [string] $Gateway)
    $range = Get-PrefixRange $Prefix
    $pattern = "add persistentroute dest=$([regex]::Escape($range.Network)) mask=$([regex]::Escape($range.Mask)) .*nhop=$([regex]::Escape($Gateway))\b"
    return @((Invoke-Netsh @('routing', 'ip', 'dump')).Lines | Where-Object { $_ -match $pattern }).Count -gt 0
}

function Get-RouteKey {
    param([object] $Route)
    return "$($Route.prefix)>$($Route.gateway)>$($Route.nic)"
}

function Set-Route {
    param([object] $Route, [int] $Index, [string[]] $Owned)
    $active = @(Get-StoredRoute $Route.prefix 'ActiveStore')
    foreach ($other in @($active | Where-Object { $_.NextHop -ne $Route.gateway -or $_.ifIndex -ne $Index })) {
        $mine = @($Owned | Where-Object { $_ -like "$($Route.prefix)>$($other.NextHop)>*" }).Count -gt 0
        if (-not $mine) {
            Stop-Phase 'foreignRoute' "Route $($Route.prefix) via $($other.NextHop) was not made here; it is left as it is."
        }
        Remove-NetRoute -DestinationPrefix $Route.prefix -NextHop $other.NextHop -InterfaceIndex $other.ifIndex -Confirm:$false
        Add-Change "route:$($Route.prefix)"
    }
    $here = @($active | Where-Object { $_.NextHop -eq $Route.gateway -and $_.ifIndex -eq $Index })
    if ($here.Count -gt 0 -and $here[0].Protocol.ToString() -eq 'Dhcp') {
        # Azure's own: its DHCP lease brings it back.
        return
    }
    $stored = @(Get-StoredRoute $Route.prefix 'PersistentStore' |
            Where-Object { $_.NextHop -eq $Route.gateway -and $_.ifIndex -eq $Index })
    if ($here.Count -gt 0 -and ($stored.Count -gt 0 -or (Test-RouterRoute $Route.prefix $Route.gateway))) {
        if ($here[0].RouteMetric -ne $Route.metric) {
            Set-NetRoute -DestinationPrefix $Route.prefix -NextHop $Route.gateway -InterfaceIndex $Index -RouteMetric $Route.metric
            Add-Change "route:$($Route.prefix)"
        }
        return
    }
    # In one store only: New-NetRoute would refuse, so the half goes first.
    if ($here.Count -gt 0) {
        Remove-NetRoute -DestinationPrefix $Route.prefix -NextHop $Route.gateway -InterfaceIndex $Index -PolicyStore ActiveStore -Confirm:$false
    }
    if ($stored.Count -gt 0) {
        Remove-NetRoute -DestinationPrefix $Route.prefix -NextHop $Route.gateway -InterfaceIndex $Index -PolicyStore PersistentStore -Confirm:$false
    }
    [void](New-NetRoute -DestinationPrefix $Route.prefix -NextHop $Route.gateway -InterfaceIndex $Index -RouteMetric $Route.metric)
    Add-Change "route:$($Route.prefix)"
}

function Remove-StaleRoute {
    param([string] $Key, [hashtable] $Index)
    $prefix, $gateway, $nic = $Key.Split('>')
    $present = @(Get-NetRoute -DestinationPrefix $prefix -ErrorAction SilentlyContinue |
            Where-Object { $_.NextHop -eq $gateway -and $_.ifIndex -eq $Index[$nic] })
    if ($present.Count -gt 0) {
        Remove-NetRoute -DestinationPrefix $prefix -NextHop $gateway -InterfaceIndex $Index[$nic] -Confirm:$false
        Add-Change "route:$prefix"
    }
}

# What this program adds is written down before it is added: only such routes are ever removed.
function Set-Routes {
    param([hashtable] $Index)
    $state = Read-State
    $owned = @($state['routes'])
    $wanted = @($script:Plan.routes | ForEach-Object { Get-RouteKey $_ })
    $all = @($owned + $wanted | Sort-Object -Unique)
    if (($all -join ' ') -ne ($owned -join ' ')) {
        $state['routes'] = $all
        Save-State $state
    }
    foreach ($key in @($owned | Where-Object { $wanted -notcontains $_ })) {
        Remove-StaleRoute $key $Index
    }
    foreach ($route in @($script:Plan.routes)) {
        Set-Route $route $Index[[string]$route.nic] $all
    }
    $final = @($wanted | Sort-Object -Unique)
    if (($all -join ' ') -ne ($final -join ' ')) {
        $state['routes'] = $final
        Save-State $state
    }
}
