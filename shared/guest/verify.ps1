# Phase verify: looks at everything, changes nothing, reports what is there and what is wrong.

function Test-Step {
    param([string] $Name, [scriptblock] $Probe)
    # The probe returns what is wrong; a probe that fails is itself what is wrong.
    try {
        $wrong = @(& $Probe | Where-Object { $null -ne $_ -and $_ -ne '' })
    }
    catch {
        $wrong = @($_.Exception.Message)
    }
    Add-Check $Name ($wrong.Count -eq 0) ($wrong -join '; ')
}

function Test-ServiceRunning {
    param([string[]] $Names, [bool] $Automatic)
    foreach ($name in $Names) {
        $service = Get-Service -Name $name -ErrorAction SilentlyContinue
        if ($null -eq $service -or $service.Status.ToString() -ne 'Running') {
            "service $name is not running"
        }
        elseif ($Automatic -and $service.StartType.ToString() -ne 'Automatic') {
            "service $name does not start by itself"
        }
    }
}

function Test-Features {
    $states = Get-FeatureState
    $missing = @($Features | Where-Object { $states[$_] -ne 'Installed' })
    $script:Facts['missingFeatures'] = $missing
    $missing
}

function Test-Switch {
    $name = $script:Plan.switchName
    $found = @(Get-VMSwitch -Name $name -ErrorAction SilentlyContinue)
    $script:Facts['switch'] = $null
    if ($found.Count -ne 1) {
        "$($found.Count) switches named $name"
        return
    }
    $type = $found[0].SwitchType.ToString()
    $script:Facts['switch'] = @{ name = $name; type = $type }
    if ($type -ne 'Internal') {
        "switch $name is $type"
    }
}

function Test-SwitchAddress {
    param([object] $Adapter)
    $script:Facts['vEthernet'] = $null
    if ($null -eq $Adapter) {
        'the switch has no adapter in the host'
        return
    }
    $wanted = "$($script:Plan.ghosted.gateway)/$((Get-PrefixRange $script:Plan.ghosted.prefix).Length)"
    $present = @(Get-IPv4Address $Adapter.ifIndex)
    foreach ($address in $present) {
        $script:Facts['vEthernet'] = @{ address = [string]$address.IPAddress; prefixLength = [int]$address.PrefixLength }
    }
    $seen = @($present | ForEach-Object { "$($_.IPAddress)/$($_.PrefixLength)" }) -join ', '
    if ($seen -ne $wanted) {
        "address is '$seen', not $wanted"
    }
    elseif ($present[0].PrefixOrigin.ToString() -ne 'Manual') {
        "address $seen is not static"
    }
}

function Test-DefaultRoute {
    param([object] $Nic1)
    $default = @(Get-NetRoute -DestinationPrefix '0.0.0.0/0' -AddressFamily IPv4 -ErrorAction SilentlyContinue)
    if ($default.Count -eq 0) {
        'no default route'
    }
    foreach ($route in @($default | Where-Object { $_.ifIndex -ne $Nic1.ifIndex })) {
        "default route via $($route.NextHop) is not on NIC 1"
    }
}

function Test-Forwarding {
    param([hashtable] $Index)
    $facts = @{}
    foreach ($label in @('nic1', 'nic2', 'vEthernet')) {
        $facts[$label] = $false
        if ($null -ne $Index[$label]) {
            $interface = Get-NetIPInterface -InterfaceIndex $Index[$label] -AddressFamily IPv4 -ErrorAction SilentlyContinue
            $facts[$label] = $null -ne $interface -and $interface.Forwarding.ToString() -eq 'Enabled'
        }
        if (-not $facts[$label]) {
            "forwarding is off on $label"
        }
    }
    $script:Facts['forwarding'] = $facts
}

function Test-NatInterfaces {
    param([string] $Alias1, [string] $Alias2)
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
        elseif ($entry.Mode -eq 'full') {
            "$($entry.Alias) is a NAT interface"
        }
        $facts += @{ nic = $nic; interface = $entry.Alias; mode = $entry.Mode }
    }
    $script:Facts['nat'] = $facts
    if (@($facts | Where-Object { $_['nic'] -eq 1 -and $_['mode'] -eq 'full' }).Count -ne 1) {
        'NIC 1 is not a full NAT interface'
    }
}

function Test-NetNats {
    foreach ($nat in @(Get-NetNat -ErrorAction SilentlyContinue)) {
        $internal = [string]$nat.InternalIPInterfaceAddressPrefix
        if ($internal -eq '' -or (Test-Overlap $internal $script:Plan.ghosted.prefix)) {
            "NetNat $($nat.Name) translates $internal"
        }
    }
}

function Test-Routes {
    param([hashtable] $Index)
    $facts = @()
    foreach ($nic in @(1, 2)) {
        $present = @(Get-NetRoute -InterfaceIndex $Index["nic$nic"] -AddressFamily IPv4 -ErrorAction SilentlyContinue)
        foreach ($route in @($present | Where-Object { $_.NextHop -ne '0.0.0.0' })) {
            if (@('0.0.0.0/0', '169.254.169.254/32') -notcontains $route.DestinationPrefix) {
                $facts += @{
                    prefix  = [string]$route.DestinationPrefix
                    gateway = [string]$route.NextHop
                    nic     = $nic
                    metric  = [int]$route.RouteMetric
                }
            }
        }
    }
    $script:Facts['routes'] = $facts
    foreach ($wanted in @($script:Plan.routes)) {
        $same = @($facts | Where-Object { $_['prefix'] -eq $wanted.prefix })
        $good = @($same | Where-Object { $_['gateway'] -eq $wanted.gateway -and $_['nic'] -eq $wanted.nic })
        if ($good.Count -eq 0) {
            "route $($wanted.prefix) via $($wanted.gateway) on NIC $($wanted.nic) is missing"
        }
        if ($same.Count -gt $good.Count) {
            "another route for $($wanted.prefix)"
        }
    }
}

# What Windows would really do, whatever the lists say.
function Test-RouteSelection {
    param([hashtable] $Index)
    foreach ($address in @('168.63.129.16', '8.8.8.8')) {
        $chosen = @(Find-NetRoute -RemoteIPAddress $address | Where-Object { $null -ne $_.PSObject.Properties['NextHop'] })
        if ($chosen.Count -eq 0 -or $chosen[0].InterfaceIndex -ne $Index['nic1']) {
            "$address does not leave by NIC 1"
        }
    }
}

function Test-DhcpBindings {
    param([string] $Alias)
    $bound = @(Get-DhcpServerv4Binding | Where-Object { [bool]$_.BindingState } | ForEach-Object { $_.InterfaceAlias })
    if ($bound -notcontains $Alias) {
        "DHCP does not serve $Alias"
    }
    foreach ($other in @($bound | Where-Object { $_ -ne $Alias })) {
        "DHCP serves $other"
    }
}

function Test-DhcpScope {
    $ghosted = $script:Plan.ghosted
    $range = Get-PrefixRange $ghosted.prefix
    $script:Facts['dhcp'] = $null
    $scope = Get-DhcpServerv4Scope -ScopeId $range.Network -ErrorAction SilentlyContinue
    if ($null -eq $scope) {
        "no scope $($range.Network)"
        return
    }
    $facts = @{
        name   = [string]$scope.Name
        start  = [string]$scope.StartRange
        end    = [string]$scope.EndRange
        mask   = [string]$scope.SubnetMask
        state  = [string]$scope.State
        router = [string[]]@(Get-DhcpOption $range.Network 3)
        dns    = [string[]]@(Get-DhcpOption $range.Network 6)
    }
    $script:Facts['dhcp'] = $facts
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
        $facts['suffix'] = @(Get-DhcpOption $range.Network 15) -join ','
        $wanted['suffix'] = $suffix
    }
    foreach ($key in $keys) {
        $seen = @($facts[$key]) -join ','
        if ($seen -ne $wanted[$key]) {
            "$key is '$seen', not '$($wanted[$key])'"
        }
    }
}

# A server of the customer's may be unreachable for reasons of its own: reported, not judged.
function Measure-Dns {
    $answers = @()
    foreach ($server in @($script:Plan.dnsServers)) {
        $reply = @()
        try {
            $reply = @(Resolve-DnsName -Name 'microsoft.com' -Type A -Server $server -DnsOnly -QuickTimeout)
        }
        catch {
            Write-Log "DNS ${server}: $($_.Exception.Message)"
        }
        $answers += @{ server = [string]$server; answers = $reply.Count -gt 0 }
    }
    $script:Facts['dnsProbes'] = $answers
}

Invoke-Phase 'verify' {
    $nics = @{}
    Test-Step 'features' { Test-Features }
    Test-Step 'hypervisor' { Test-ServiceRunning @('vmms', 'vmcompute') $false }
    Test-Step 'nic1' { $nics['1'] = Find-Nic 'NIC 1' $script:Plan.nic1 }
    Test-Step 'nic2' { $nics['2'] = Find-Nic 'NIC 2' $script:Plan.nic2 }
    if ($null -eq $nics['1'] -or $null -eq $nics['2']) {
        Stop-Phase 'verifyFailed' 'The NICs of this host are not there as Azure describes them.'
    }
    $hasHyperV = (Get-FeatureState)['Hyper-V-PowerShell'] -eq 'Installed'
    $vEthernet = $null
    if ($hasHyperV) {
        Test-Step 'switch' { Test-Switch }
        $vEthernet = Find-SwitchAdapter $script:Plan.switchName
    }
    $alias = ''
    $index = @{ nic1 = $nics['1'].ifIndex; nic2 = $nics['2'].ifIndex; vEthernet = $null }
    if ($null -ne $vEthernet) {
        $alias = $vEthernet.Name
        $index['vEthernet'] = $vEthernet.ifIndex
    }
    Test-Step 'address' { Test-SwitchAddress $vEthernet }
    Test-Step 'defaultRoute' { Test-DefaultRoute $nics['1'] }
    Test-Step 'rras' {
        Test-ServiceRunning @('RemoteAccess') $true
        if ((Get-RoutingStatus) -ne 'Installed') {
            'RRAS is not configured for routing'
        }
    }
    Test-Step 'nat' { Test-NatInterfaces $nics['1'].Name $nics['2'].Name }
    Test-Step 'netNat' { Test-NetNats }
    Test-Step 'forwarding' { Test-Forwarding $index }
    Test-Step 'routes' { Test-Routes $index }
    Test-Step 'routeSelection' { Test-RouteSelection $index }
    Test-Step 'dhcpService' { Test-ServiceRunning @('DHCPServer') $true }
    Test-Step 'dhcpBinding' { Test-DhcpBindings $alias }
    Test-Step 'dhcpScope' { Test-DhcpScope }
    if ($hasHyperV) {
        Test-Step 'guests' { $script:Facts['guestCount'] = @(Get-VM).Count }
    }
    Measure-Dns
    $failed = @($script:Checks | Where-Object { -not $_['ok'] } | ForEach-Object { $_['name'] })
    if ($failed.Count -gt 0) {
        Stop-Phase 'verifyFailed' "Not as planned: $($failed -join ', ')."
    }
}
exit 0
