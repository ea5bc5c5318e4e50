# RRAS: the RemoteAccess module and netsh.

# RRAS sees the interfaces that are there when it starts.
function Update-RouterInterfaces {
    $hidden = $script:Trouble['rrasMisses']
    $script:Machine.rras.interfaces = [Collections.ArrayList]@(
        $script:Machine.adapters | Where-Object { $_.kind -ne 'vf' -and $_.alias -ne $hidden } | ForEach-Object { $_.alias })
}

function Get-RemoteAccess {
    [CmdletBinding()]
    param()
    Assert-Alive
    if ($script:Trouble['noRoutingStatus']) {
        return Write-Failure $PSCmdlet 'HRESULT 80041010,Get-RemoteAccess' 'Invalid class'
    }
    $status = $script:Machine.rras.routing
    if ($status -eq 'Installed' -and (Test-Late 'lateRouting')) {
        $status = 'Uninstalled'
    }
    return [pscustomobject]@{ RoutingStatus = $status; VpnStatus = 'Uninstalled' }
}

function Install-RemoteAccess {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $VpnType)
    Assert-Alive
    if ($VpnType -ne 'RoutingOnly' -or $script:Machine.features['Routing'] -ne 'Installed') {
        throw "Install-RemoteAccess -VpnType $VpnType is not for this machine."
    }
    $script:Machine.rras.routing = 'Installed'
    $script:Machine.services['RemoteAccess'] = [ordered]@{ status = 'Running'; startType = 'Automatic' }
    $script:Trouble['rrasMisses'] = $null
    Update-RouterInterfaces
    Save-Change 'rras'
    if ($script:Trouble['rrasComplains']) {
        Write-Failure $PSCmdlet 'HRESULT 800703bc,Install-RemoteAccess' 'The service has returned a service-specific error code.'
    }
}

function Uninstall-RemoteAccess {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory)] [string] $VpnType, [switch] $Force)
    Assert-Alive
    if (-not $Force -and -not $PSCmdlet.ShouldProcess($VpnType)) {
        return
    }
    $script:Machine.rras.routing = 'Uninstalled'
    $script:Machine.rras.interfaces = [Collections.ArrayList]@()
    $script:Machine.rras.Remove('filters')
    $script:Machine.rras.Remove('filterLists')
    $script:Machine.nat.installed = $false
    $script:Machine.nat.interfaces = [ordered]@{}
    $script:Machine.services['RemoteAccess'] = [ordered]@{ status = 'Stopped'; startType = 'Disabled' }
    Save-Change 'no rras'
}

# Prints in German: nothing may depend on its words.
function netsh.exe {
    Assert-Alive
    $global:LASTEXITCODE = 0
    $line = $args -join ' '
    $nat = $script:Machine.nat
    if ($script:Machine.rras.routing -ne 'Installed' -or -not (Test-Running 'RemoteAccess') -or (Test-Late 'lateRouter') -or (Test-Late 'late:RemoteAccess')) {
        $global:LASTEXITCODE = 1
        return 'Der Dienst wurde nicht gestartet.'
    }
    switch -Regex ($line) {
        '^routing ip show interface$' { return 'Schnittstelle    Status' }
        '^routing ip nat dump$' { return Get-NatDump }
        '^routing ip dump$' { return Get-RouterDump }
        '^routing ip nat install$' {
            if (-not $nat.installed) {
                $nat.installed = $true
                Save-Change 'nat install'
            }
            return 'OK'
        }
        '^routing ip nat (add|set) interface name=(.+) mode=(full|private)$' {
            $verb, $alias, $mode = $Matches[1], $Matches[2], $Matches[3]
            $listed = $nat.interfaces.Contains($alias)
            if ($script:Trouble['refusesNat'] -or -not $nat.installed -or $script:Machine.rras.interfaces -notcontains $alias -or ($verb -eq 'set') -ne $listed) {
                $global:LASTEXITCODE = 1
                return 'Falscher Parameter.'
            }
            $nat.interfaces[$alias] = $mode
            Save-Change "nat $verb $alias $mode"
            return 'OK'
        }
        '^routing ip (add|delete) filter name=(.+) filtertype=INPUT (.+)$' { return Set-RouterFilter $Matches[1] $Matches[2] $Matches[3] }
        '^routing ip set filter name=(.+) filtertype=INPUT action=FORWARD$' { return Clear-FilterList $Matches[1] }
        '^routing ip nat delete interface name=(.+)$' {
            $alias = $Matches[1]
            if (-not $nat.interfaces.Contains($alias)) {
                $global:LASTEXITCODE = 1
                return 'Falscher Parameter.'
            }
            $nat.interfaces.Remove($alias)
            Save-Change "nat delete $alias"
            return 'OK'
        }
    }
    throw "FakeWindows has no netsh $line."
}

function Get-NatDump {
    'pushd routing ip nat'
    'uninstall'
    if ($script:Machine.nat.installed) {
        'install'
        'set global tcptimeoutmins=1440 udptimeoutmins=1 loglevel=ERROR'
        foreach ($alias in $script:Machine.nat.interfaces.Keys) {
            '#'
            "# NAT-Konfiguration fuer $alias"
            "add interface name=`"$alias`" mode=$($script:Machine.nat.interfaces[$alias].ToUpperInvariant())"
        }
    }
    'popd'
}

# `srcaddr=... proto=TCP srcport=0 dstport=80` to a filter of the state.
function ConvertTo-RouterFilter {
    param([string] $Words)
    $value = @{}
    foreach ($word in $Words.Split(' ')) {
        $name, $text = $word.Split('=')
        $value[$name] = $text
    }
    $filter = [ordered]@{ destination = "$($value['dstaddr'])/$(Get-MaskLength $value['dstmask'])" }
    if ($value['srcmask'] -ne '0.0.0.0') {
        $filter['source'] = "$($value['srcaddr'])/$(Get-MaskLength $value['srcmask'])"
    }
    if ($value['proto'] -ne 'ANY') {
        $filter['protocol'] = $value['proto'].ToLowerInvariant()
        $filter['port'] = [long]$value['dstport']
    }
    return $filter
}

function Get-MaskLength {
    param([string] $Mask)
    return (($Mask.Split('.') | ForEach-Object { [Convert]::ToString([int]$_, 2) }) -join '').Replace('0', '').Length
}

function Get-Mask {
    param([int] $Length)
    $first = 4294967296 - [long][Math]::Pow(2, 32 - $Length)
    return (@(16777216, 65536, 256, 1) | ForEach-Object { [Math]::Floor($first / $_) % 256 }) -join '.'
}

function ConvertFrom-RouterFilter {
    param([object] $Filter)
    $source = @('0.0.0.0', '0')
    if ($null -ne $Filter['source']) {
        $source = $Filter['source'].Split('/')
    }
    $network, $length = $Filter['destination'].Split('/')
    $words = "srcaddr=$($source[0]) srcmask=$(Get-Mask $source[1]) dstaddr=$network dstmask=$(Get-Mask $length)"
    if ($null -eq $Filter['protocol']) {
        return "$words proto=ANY"
    }
    return "$words proto=$($Filter['protocol'].ToUpperInvariant()) srcport=0 dstport=$($Filter['port'])"
}

function Set-RouterFilter {
    param([string] $Verb, [string] $Alias, [string] $Words)
    $rras = $script:Machine.rras
    if ($null -eq $rras['filters']) {
        $rras['filters'] = [ordered]@{}
    }
    $present = @($rras.filters[$Alias] | Where-Object { $null -ne $_ })
    $same = @($present | Where-Object { (ConvertFrom-RouterFilter $_) -eq $Words })
    if ($rras.interfaces -notcontains $Alias -or ($Verb -eq 'add') -ne ($same.Count -eq 0)) {
        $global:LASTEXITCODE = 1
        return 'Falscher Parameter.'
    }
    if ($Verb -eq 'add') {
        $present += ConvertTo-RouterFilter $Words
    }
    else {
        $present = @($present | Where-Object { (ConvertFrom-RouterFilter $_) -ne $Words })
    }
    $rras.filters[$Alias] = [Collections.ArrayList]@($present)
    Save-Change "filter $Verb $Alias $Words"
    return 'OK'
}

function Clear-FilterList {
    param([string] $Alias)
    $rras = $script:Machine.rras
    if ($rras['filterLists'] -contains $Alias) {
        $rras['filterLists'] = [Collections.ArrayList]@($rras['filterLists'] | Where-Object { $_ -ne $Alias })
        Save-Change "filter default $Alias"
    }
    return 'OK'
}

function Get-RouterDump {
    'pushd routing ip'
    'reset'
    if ($null -ne $script:Machine.rras['filters']) {
        foreach ($alias in $script:Machine.rras.filters.Keys) {
            "set filter name=`"$alias`" fragcheck=disable"
            $action = 'FORWARD'
            if ($script:Machine.rras['filterLists'] -contains $alias) {
                $action = 'DROP'
            }
            "set filter name=`"$alias`" filtertype=INPUT action=$action"
            foreach ($filter in @($script:Machine.rras.filters[$alias])) {
                "add filter name=`"$alias`" filtertype=INPUT $(ConvertFrom-RouterFilter $filter)"
            }
        }
    }
    foreach ($route in @($script:Machine.routes | Where-Object { $_['router'] })) {
        $network, $length = $route.prefix.Split('/')
        $mask = Get-Mask $length
        $alias = (Find-Adapter $route.index).alias
        "add persistentroute dest=$network mask=$mask name=`"$alias`" nhop=$($route.nextHop) proto=NONDOD preference=0 metric=$($route.metric) view=Both"
    }
    'popd'
}
