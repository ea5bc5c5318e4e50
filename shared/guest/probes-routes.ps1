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

function Get-NicRoute {
    param([hashtable] $Index)
    $active = @(Get-OsRoute 'Active' | Where-Object { $_.Gateway -ne '0.0.0.0' })
    foreach ($nic in @(1, 2)) {
        foreach ($route in @($active | Where-Object { $_.Index -eq $Index["nic$nic"] })) {
            if (@('0.0.0.0/0', '169.254.169.254/32') -notcontains $route.Prefix) {
                @{ prefix = $route.Prefix; gateway = $route.Gateway; nic = $nic; metric = $route.Metric }
            }
        }
    }
}

function Test-Routes {
    param([hashtable] $Index)
    $facts = @(Get-NicRoute $Index)
    $script:Facts['routes'] = $facts
    foreach ($wanted in @($script:Plan.routes)) {
        $good = @($facts | Where-Object {
                $_['prefix'] -eq $wanted.prefix -and $_['gateway'] -eq $wanted.gateway -and $_['nic'] -eq $wanted.nic
            })
        if ($good.Count -eq 0) {
            "route $($wanted.prefix) via $($wanted.gateway) on NIC $($wanted.nic) is missing"
        }
    }
    foreach ($stray in @(Get-StrayRoute $Index)) {
        "route $(Get-StrayText $Index $stray) is in the way of $($stray.Of)"
    }
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
