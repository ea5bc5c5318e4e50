# Probes of forwarding, NAT and filters.

function Test-Forwarding {
    param([hashtable] $Index)
    $facts = @{}
    foreach ($label in @('nic1', 'nic2', 'vEthernet')) {
        $facts[$label] = $false
        if ($null -ne $Index[$label]) {
            $interface = Get-OsInterface $Index[$label]
            $facts[$label] = $null -ne $interface -and $interface.Forwarding
        }
        if (-not $facts[$label]) {
            "forwarding is off on $label"
        }
    }
    $script:Facts['forwarding'] = $facts
}

function Test-Router {
    Test-ServiceRunning @('RemoteAccess') $true
    if ((Get-RoutingStatus) -eq 'Unknown') {
        Add-Warning 'routingUnknown' 'Get-RemoteAccess does not tell how RRAS is configured.'
    }
    if (-not (Test-Routing)) {
        'RRAS is not configured for routing'
    }
    elseif ((Read-State)['routerStale']) {
        'the switch is newer than RRAS'
    }
}

# A host that was built by hand has Windows' own value, and is left with it.
function Test-Pool {
    if ((Test-BootExpected) -and -not (Test-AddressPool)) {
        "InitialAddressPoolSize is '$(Get-OsRegistryValue $RouterKey 'InitialAddressPoolSize')', not 0"
    }
}

function Test-NatNames {
    param([string] $Alias1, [string] $Alias2)
    foreach ($alias in @(Get-GoneNat $Alias1 $Alias2)) {
        "NAT has $(Limit-Text $alias 64), which is gone"
    }
}

function Test-NatInterfaces {
    param([string] $Alias1, [string] $Alias2)
    $present = @(Get-OsAdapter | ForEach-Object { $_.Name })
    $facts = @()
    foreach ($entry in @(Get-NatInterface)) {
        $nic = 0
        if ($entry.Alias -eq $Alias1) {
            $nic = 1
        }
        elseif ($entry.Alias -eq $Alias2) {
            $nic = 2
            "NIC 2 is a NAT interface ($($entry.Mode))"
        }
        elseif ($entry.Mode -eq 'full' -and $present -contains $entry.Alias) {
            "$($entry.Alias) is a NAT interface"
        }
        $facts += @{ nic = $nic; interface = Limit-Text $entry.Alias 64; mode = $entry.Mode }
    }
    $script:Facts['nat'] = $facts
    if (@($facts | Where-Object { $_['nic'] -eq 1 -and $_['mode'] -eq 'full' }).Count -ne 1) {
        'NIC 1 is not a full NAT interface'
    }
}

function Test-NetNats {
    foreach ($nat in @(Get-TranslatingNat)) {
        "NetNat $($nat.Name) translates $($nat.Prefix)"
    }
}

# What guests reach of the platform in the host's name, beside DNS.
function Test-Metadata {
    param([string] $Alias)
    if ($Alias -eq '') {
        'the switch has no adapter in the host'
        return
    }
    $only = Test-FilterList $Alias
    $open = [string[]]@(Get-OpenWay $Alias | ForEach-Object { $_['what'] })
    if ($only) {
        $open = [string[]]@($Forbidden | ForEach-Object { $_['what'] })
    }
    $script:Facts['metadata'] = @{ open = $open; only = $only }
    if (-not (Test-Protected)) {
        if ((Test-Made 'filters') -and @(Get-OpenWay $Alias).Count -lt $Forbidden.Count) {
            'filters are left that are planned no longer'
        }
        return
    }
    if ($only) {
        "the filters of $Alias let in what they name"
        return
    }
    foreach ($what in $open) {
        "guests reach $what"
    }
}

# A server of the customer's may be unreachable for reasons of its own: reported, not judged.
function Measure-Dns {
    $answers = @()
    foreach ($server in @($script:Plan.dnsServers)) {
        $answers += @{ server = [string]$server; answers = Resolve-OsName 'microsoft.com' $server }
    }
    $script:Facts['dnsProbes'] = $answers
}

# The host itself needs the wire server: its agent gets run commands and certificates from there.
function Test-Platform {
    if (-not (Test-OsTcp '168.63.129.16' 80)) {
        '168.63.129.16:80 does not answer'
    }
}
