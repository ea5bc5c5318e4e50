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
    if (-not (Test-Running 'RemoteAccess') -or (Test-Late 'lateRouter')) {
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
            if (-not $nat.installed -or $script:Machine.rras.interfaces -notcontains $alias -or ($verb -eq 'set') -ne $listed) {
                $global:LASTEXITCODE = 1
                return 'Falscher Parameter.'
            }
            $nat.interfaces[$alias] = $mode
            Save-Change "nat $verb $alias $mode"
            return 'OK'
        }
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

function Get-RouterDump {
    'pushd routing ip'
    'reset'
    foreach ($route in @($script:Machine.routes | Where-Object { $_['router'] })) {
        $network, $length = $route.prefix.Split('/')
        $first = 4294967296 - [long][Math]::Pow(2, 32 - [int]$length)
        $mask = (@(16777216, 65536, 256, 1) | ForEach-Object { [Math]::Floor($first / $_) % 256 }) -join '.'
        $alias = (Find-Adapter $route.index).alias
        "add persistentroute dest=$network mask=$mask name=`"$alias`" nhop=$($route.nextHop) proto=NONDOD preference=0 metric=$($route.metric) view=Both"
    }
    'popd'
}
