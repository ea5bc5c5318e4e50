# Static routes of the host. One that is active counts, whichever store brings it back after a restart; never twice, never
# moved.

$script:Standing = @()
$script:Active = @()
$script:Persistent = @()

function Read-Routes {
    $script:Standing = @(Get-StandingRoute | Where-Object { $_.Gateway -ne '0.0.0.0' })
    $script:Active = @(Get-OsRoute 'Active' | Where-Object { $_.Gateway -ne '0.0.0.0' })
    $script:Persistent = @(Get-OsRoute 'Persistent' | Where-Object { $_.Gateway -ne '0.0.0.0' })
}

# From both stores, and from every interface: after a move to other hardware the old one may still carry it.
function Remove-Everywhere {
    param([string] $Prefix, [string] $Gateway, [int] $Except = -1)
    $gone = 0
    foreach ($store in @('Active', 'Persistent')) {
        foreach ($route in @(Get-OsRoute $store | Where-Object { $_.Prefix -eq $Prefix -and $_.Gateway -eq $Gateway -and $_.Index -ne $Except -and $_.Protocol -ne 'Dhcp' })) {
            Remove-OsRoute $Prefix $Gateway $route.Index $store
            $gone++
        }
    }
    if ($gone -gt 0) {
        Add-Change "route:$Prefix"
    }
}

# What somebody else put in our way stays; that it is there is reported in the end, with all else that leads astray.
function Clear-Way {
    param([object] $Route, [int] $Index, [string[]] $Owned)
    $clear = $true
    $others = @($script:Standing | Where-Object { $_.Prefix -eq $Route.prefix -and ($_.Gateway -ne $Route.gateway -or $_.Index -ne $Index) })
    foreach ($other in $others) {
        if (@($Owned | Where-Object { $_ -like "$($Route.prefix)>$($other.Gateway)>*" }).Count -eq 0) {
            $clear = $false
        }
        elseif ($other.Gateway -eq $Route.gateway) {
            Remove-Everywhere $Route.prefix $other.Gateway $Index
        }
        else {
            Remove-Everywhere $Route.prefix $other.Gateway
        }
    }
    return $clear
}

function Set-Route {
    param([object] $Route, [int] $Index, [string[]] $Owned)
    if (-not (Clear-Way $Route $Index $Owned)) {
        return
    }
    $same = { $_.Prefix -eq $Route.prefix -and $_.Gateway -eq $Route.gateway -and $_.Index -eq $Index }
    $here = @($script:Active | Where-Object $same)
    $stored = @($script:Persistent | Where-Object $same)
    if ($here.Count -gt 0 -and $here[0].Protocol -eq 'Dhcp') {
        # Azure's own: its DHCP lease brings it back.
        return
    }
    if ($here.Count -gt 0 -and ($stored.Count -gt 0 -or (Test-RouterRoute $Route.prefix $Route.gateway $Index))) {
        if ($stored.Count -gt 0 -and $here[0].Metric -ne $Route.metric) {
            Set-OsRouteMetric $Route.prefix $Route.gateway $Index $Route.metric
            Add-Change "route:$($Route.prefix)"
        }
        return
    }
    if ($here.Count -eq 0 -and (Test-RouterRoute $Route.prefix $Route.gateway $Index)) {
        Add-Finding 'routeInactive' "RRAS has route $($Route.prefix) via $($Route.gateway), but it is not active."
        return
    }
    # In one store only: New-NetRoute would refuse, so the half goes first.
    if ($here.Count -gt 0) {
        Remove-OsRoute $Route.prefix $Route.gateway $Index 'Active'
    }
    if ($stored.Count -gt 0) {
        Remove-OsRoute $Route.prefix $Route.gateway $Index 'Persistent'
    }
    Add-RouteClaim (Get-RouteKey $Route)
    Add-OsRoute $Route.prefix $Route.gateway $Index $Route.metric
    Add-Change "route:$($Route.prefix)"
}

# Only what this program adds itself is ever removed, so it is written down before it is added.
function Add-RouteClaim {
    param([string] $Key)
    $state = Read-State
    if ($state['routes'] -notcontains $Key) {
        $state['routes'] = @($state['routes'] + $Key)
        Save-State $state
    }
}

function Remove-StaleRoute {
    param([string[]] $Wanted)
    $state = Read-State
    $kept = @($state['routes'] | Where-Object { $Wanted -contains $_ })
    foreach ($key in @($state['routes'] | Where-Object { $Wanted -notcontains $_ })) {
        $prefix, $gateway, $nic = $key.Split('>')
        Remove-Everywhere $prefix $gateway
    }
    if ($kept.Count -lt $state['routes'].Count) {
        $state['routes'] = $kept
        Save-State $state
    }
}

function Set-Routes {
    param([hashtable] $Index)
    $owned = @((Read-State)['routes'])
    $wanted = @($script:Plan.routes | ForEach-Object { Get-RouteKey $_ })
    Read-Routes
    foreach ($route in @($script:Plan.routes)) {
        Set-Route $route $Index["nic$($route.nic)"] $owned
    }
    Remove-StaleRoute $wanted
    foreach ($stray in @(Get-StrayRoute $Index)) {
        Add-Finding 'foreignRoute' "Route $(Get-StrayText $Index $stray) was not made here and takes packets meant for $($stray.Of); it is left as it is."
    }
}
