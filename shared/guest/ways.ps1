# Which way packets are meant to go, and which routes lead them elsewhere. A probe and phase network judge alike.

# 224.0.0.0: what lies above is multicast and broadcast, which nobody routes.
$Multicast = 3758096384

# One for each planned route, for each subnet that the host's own adapters are in, and for the default route of NIC 1. The
# narrowest that takes in an address is the way meant for it.
function Get-MeantWay {
    param([hashtable] $Index)
    foreach ($route in @($script:Plan.routes)) {
        ConvertTo-Way $route.prefix $route.gateway $Index["nic$($route.nic)"]
    }
    foreach ($label in @('nic1', 'nic2', 'vEthernet')) {
        if ($null -ne $Index[$label]) {
            foreach ($address in @(Get-OsAddress $Index[$label])) {
                ConvertTo-Way (Get-Subnet $address.Address $address.Length) '0.0.0.0' $Index[$label]
            }
        }
    }
    $default = @(Get-OsRoute 'Active' | Where-Object { $_.Prefix -eq '0.0.0.0/0' -and $_.Index -eq $Index['nic1'] })
    ConvertTo-Way '0.0.0.0/0' '' $Index['nic1']
    foreach ($route in $default) {
        ConvertTo-Way $route.Prefix $route.Gateway $route.Index
    }
}

function ConvertTo-Way {
    param([string] $Prefix, [string] $Gateway, [int] $Index)
    $range = Get-PrefixRange $Prefix
    return [pscustomobject]@{
        Prefix  = $Prefix
        First   = $range.First
        Last    = $range.Last
        Length  = $range.Length
        Gateway = $Gateway
        Index   = $Index
    }
}

function Get-Subnet {
    param([string] $Address, [int] $Length)
    $size = [uint64][Math]::Pow(2, 32 - $Length)
    $number = ConvertTo-Number $Address
    return "$(ConvertTo-Dotted ($number - $number % $size))/$Length"
}

# All of the narrowest that take in a range: an equal one may stand in several stores, and on the link as well.
function Get-NarrowestWay {
    param([object[]] $Ways, [uint64] $First, [uint64] $Last)
    $around = @($Ways | Where-Object { $_.First -le $First -and $Last -le $_.Last })
    $longest = -1
    foreach ($way in $around) {
        $longest = [Math]::Max($longest, $way.Length)
    }
    return @($around | Where-Object { $_.Length -eq $longest })
}

# In force now, or stored for an adapter that is there, so that it will be after the next start.
function Get-StandingRoute {
    $present = @(Get-OsAdapter | ForEach-Object { $_.Index })
    $active = @(Get-OsRoute 'Active')
    $known = @{}
    foreach ($route in $active) {
        $known["$($route.Prefix)>$($route.Gateway)>$($route.Index)"] = $true
        $route
    }
    foreach ($route in @(Get-OsRoute 'Persistent')) {
        $key = "$($route.Prefix)>$($route.Gateway)>$($route.Index)"
        if (-not $known.ContainsKey($key) -and $present -contains $route.Index) {
            $route
        }
    }
}

# Routes that take packets from the way meant for them. Elsewhere than in planned ranges the owner of the host may send what
# he likes, as long as it is not a piece of the internet as large as those that stand in for a default route.
function Get-StrayRoute {
    param([hashtable] $Index)
    $ways = @(Get-MeantWay $Index)
    foreach ($route in @(Get-StandingRoute)) {
        $range = Get-PrefixRange $route.Prefix
        if ($range.Length -eq 0 -or $range.First -ge $Multicast) {
            continue
        }
        $meant = @(Get-NarrowestWay $ways $range.First $range.Last)
        if ($meant[0].Length -eq 0 -and $range.Length -ge 8) {
            continue
        }
        if (@($meant | Where-Object { $_.Index -eq $route.Index -and $_.Gateway -eq $route.Gateway }).Count -eq 0) {
            [pscustomobject]@{ Prefix = $route.Prefix; Gateway = $route.Gateway; Index = $route.Index; Metric = $route.Metric; Of = $meant[0].Prefix }
        }
    }
}

$WayLabels = @{ nic1 = 'NIC 1'; nic2 = 'NIC 2'; vEthernet = 'the switch' }

function Get-NicLabel {
    param([hashtable] $Index, [int] $Of)
    foreach ($label in @($WayLabels.Keys)) {
        if ($Index[$label] -eq $Of) {
            return $WayLabels[$label]
        }
    }
    return "adapter $Of"
}

function Get-StrayText {
    param([hashtable] $Index, [object] $Stray)
    return "$($Stray.Prefix) via $($Stray.Gateway) on $(Get-NicLabel $Index $Stray.Index)"
}

function Get-RouteKey {
    param([object] $Route)
    return "$($Route.prefix)>$($Route.gateway)>$($Route.nic)"
}

# RRAS keeps its own list, which it brings into force whenever it runs; `dump` prints it as commands, which are the same in
# every language. What the list has of another adapter does nothing for this one.
function Test-RouterRoute {
    param([string] $Prefix, [string] $Gateway, [int] $Index)
    $range = Get-PrefixRange $Prefix
    $alias = @(Get-OsAdapter | Where-Object { $_.Index -eq $Index })[0].Name
    $lines = @((Invoke-Netsh @('routing', 'ip', 'dump')).Lines | Where-Object { $_ -match '^\s*add persistentroute\s' })
    foreach ($word in @("dest=$($range.Network)", "mask=$($range.Mask)", "nhop=$Gateway")) {
        $lines = @($lines | Where-Object { $_ -match "\s$([regex]::Escape($word))(\s|\z)" })
    }
    return @($lines | Where-Object { $_ -match "\sname=`"?$([regex]::Escape($alias))`"?\s" }).Count -gt 0
}
