# Probes of routes: those that are planned, those that lead elsewhere, and what Windows makes of them all.

function Test-DefaultRoute {
    param([object] $Nic1)
    $default = @(Get-OsRoute 'Active' | Where-Object { $_.Prefix -eq '0.0.0.0/0' })
    if ($default.Count -eq 0) {
        'no default route'
    }
    foreach ($route in @($default | Where-Object { $_.Index -ne $Nic1.Index })) {
        "default route via $($route.Gateway) is not on NIC 1"
    }
}

# Those that take what is meant for a NIC to another adapter, or keep it on a link, belong to what the host does as well.
function Get-NicRoute {
    param([hashtable] $Index, [object[]] $Strays)
    $active = @(Get-OsRoute 'Active')
    foreach ($nic in @(1, 2)) {
        foreach ($route in @($active | Where-Object { $_.Gateway -ne '0.0.0.0' -and $_.Index -eq $Index["nic$nic"] })) {
            if (@('0.0.0.0/0', '169.254.169.254/32') -notcontains $route.Prefix) {
                @{ prefix = $route.Prefix; gateway = $route.Gateway; nic = $nic; metric = $route.Metric }
            }
        }
    }
    $beside = @($Strays | Where-Object { $_.Gateway -eq '0.0.0.0' -or @($Index['nic1'], $Index['nic2']) -notcontains $_.Index })
    $keys = @($active | ForEach-Object { "$($_.Prefix)>$($_.Gateway)>$($_.Index)" })
    foreach ($stray in @($beside | Where-Object { $keys -contains "$($_.Prefix)>$($_.Gateway)>$($_.Index)" })) {
        $nic = [Array]::IndexOf(@($Index['nic1'], $Index['nic2']), $stray.Index) + 1
        @{ prefix = $stray.Prefix; gateway = $stray.Gateway; nic = $nic; metric = $stray.Metric }
    }
}

# What brings a planned route back after a restart: Azure's DHCP, Windows' persistent store, or the list of RRAS.
function Test-PlannedRoute {
    param([object] $Route, [int] $Index)
    $name = "route $($Route.prefix) via $($Route.gateway) on NIC $($Route.nic)"
    $same = { $_.Prefix -eq $Route.prefix -and $_.Gateway -eq $Route.gateway -and $_.Index -eq $Index }
    $here = @(Get-OsRoute 'Active' | Where-Object $same)
    if ($here.Count -eq 0) {
        "$name is missing"
    }
    elseif ($here[0].Protocol -eq 'Dhcp') {
        return
    }
    elseif (@(Get-OsRoute 'Persistent' | Where-Object $same).Count -gt 0) {
        if ($here[0].Metric -ne $Route.metric) {
            "$name has metric $($here[0].Metric), not $($Route.metric)"
        }
    }
    elseif (-not (Test-RouterRoute $Route.prefix $Route.gateway $Index)) {
        "$name is lost at the next start"
    }
}

# Made here for an earlier plan.
function Test-EarlierRoute {
    $wanted = @($script:Plan.routes | ForEach-Object { Get-RouteKey $_ })
    $present = @(@('Active', 'Persistent') | ForEach-Object { Get-OsRoute $_ } | Where-Object { $_.Protocol -ne 'Dhcp' } | ForEach-Object { "$($_.Prefix)>$($_.Gateway)" })
    foreach ($key in @((Read-State)['routes'] | Where-Object { $wanted -notcontains $_ })) {
        $prefix, $gateway, $nic = $key.Split('>')
        if ($present -contains "$prefix>$gateway") {
            "route $prefix via $gateway is planned no longer"
        }
    }
}

function Test-Routes {
    param([hashtable] $Index)
    $strays = @(Get-StrayRoute $Index)
    $script:Facts['routes'] = @(Get-NicRoute $Index $strays)
    foreach ($route in @($script:Plan.routes)) {
        Test-PlannedRoute $route $Index["nic$($route.nic)"]
    }
    foreach ($stray in $strays) {
        "route $(Get-StrayText $Index $stray) is in the way of $($stray.Of)"
    }
    Test-EarlierRoute
}

# An address in the range that no narrower way takes; none if its ends are both taken.
function Get-Sample {
    param([object[]] $Ways, [string] $Prefix)
    $range = Get-PrefixRange $Prefix
    $ends = @($range.First)
    if ($range.Length -lt 31) {
        $ends = @(($range.Last - 1), ($range.First + 1))
    }
    foreach ($number in $ends) {
        if (@(Get-NarrowestWay $Ways $number $number)[0].Length -eq $range.Length) {
            return ConvertTo-Dotted $number
        }
    }
}

# What Windows would really do, whatever the lists say: towards the platform, the internet, the DNS servers, and each
# planned range.
function Test-RouteSelection {
    param([hashtable] $Index)
    $ways = @(Get-MeantWay $Index)
    $addresses = @('168.63.129.16', '8.8.8.8') + @($script:Plan.dnsServers)
    foreach ($route in @($script:Plan.routes)) {
        $addresses += @(Get-Sample $ways $route.prefix)
    }
    $asked = @{}
    foreach ($address in $addresses) {
        if ($asked.ContainsKey($address)) {
            continue
        }
        $asked[$address] = $true
        $number = ConvertTo-Number $address
        $meant = @(Get-NarrowestWay $ways $number $number)[0]
        $chosen = Find-OsRoute $address
        if ($null -eq $chosen -or $chosen.Index -ne $meant.Index) {
            "$address does not leave by $(Get-NicLabel $Index $meant.Index)"
        }
    }
}
