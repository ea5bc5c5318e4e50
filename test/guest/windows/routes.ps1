# Routes: of the active store, the persistent one and RRAS's own list.

function ConvertTo-Value {
    param([string] $Address)
    $bytes = [Net.IPAddress]::Parse($Address).GetAddressBytes()
    return [long]$bytes[0] * 16777216 + [long]$bytes[1] * 65536 + [long]$bytes[2] * 256 + [long]$bytes[3]
}

# Routes that Windows has by itself: one on the link for every address.
function Get-LinkRoute {
    foreach ($one in @($script:Machine.addresses | Where-Object { $null -ne (Find-Adapter $_.index) })) {
        $size = [long][Math]::Pow(2, 32 - $one.prefixLength)
        $value = ConvertTo-Value $one.address
        $first = $value - $value % $size
        $network = (@(16777216, 65536, 256, 1) | ForEach-Object { [Math]::Floor($first / $_) % 256 }) -join '.'
        [pscustomobject]@{ prefix = "$network/$($one.prefixLength)"; nextHop = '0.0.0.0'; index = $one.index; metric = 256; dhcp = $false }
    }
}

# Those of RRAS's own list alone are there while it runs.
function Get-ActiveRoute {
    $runs = $script:Machine.rras.routing -eq 'Installed' -and (Test-Running 'RemoteAccess')
    foreach ($route in @($script:Machine.routes | Where-Object { $_['inactive'] -ne $true })) {
        if ($route.persistent -or $route['router'] -ne $true -or $runs) {
            $route
        }
    }
    Get-LinkRoute
}

function Get-NetRoute {
    [CmdletBinding()]
    param(
        [string] $DestinationPrefix, [object] $InterfaceIndex, [string] $NextHop, [string] $AddressFamily,
        [string] $PolicyStore = 'ActiveStore')
    Assert-Alive
    $routes = @($script:Machine.routes)
    if ($PolicyStore -eq 'PersistentStore') {
        $routes = @($routes | Where-Object { $_.persistent })
    }
    else {
        $routes = @(Get-ActiveRoute)
    }
    $found = @($routes | Where-Object {
            ($DestinationPrefix -eq '' -or $_.prefix -eq $DestinationPrefix) -and
            ($null -eq $InterfaceIndex -or $_.index -eq $InterfaceIndex) -and ($NextHop -eq '' -or $_.nextHop -eq $NextHop)
        })
    if ($found.Count -eq 0) {
        return Write-Failure $PSCmdlet 'CmdletizationQuery_NotFound' "No MSFT_NetRoute objects found."
    }
    foreach ($route in $found) {
        [pscustomobject]@{
            DestinationPrefix = $route.prefix
            NextHop           = $route.nextHop
            ifIndex           = [uint32]$route.index
            InterfaceIndex    = [uint32]$route.index
            RouteMetric       = [uint16]$route.metric
            Protocol          = $(if ($route.dhcp) { 'Dhcp' } else { 'NetMgmt' })
        }
    }
}

function New-NetRoute {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $DestinationPrefix, [Parameter(Mandatory)] [uint32] $InterfaceIndex,
        [Parameter(Mandatory)] [string] $NextHop, [uint16] $RouteMetric = 256)
    Assert-Alive
    foreach ($route in $script:Machine.routes) {
        if ($route.prefix -eq $DestinationPrefix -and $route.nextHop -eq $NextHop -and $route.index -eq $InterfaceIndex) {
            return Write-Failure $PSCmdlet 'Windows System Error 87,New-NetRoute' 'Instance MSFT_NetRoute already exists'
        }
    }
    [void]$script:Machine.routes.Add([ordered]@{
            prefix = $DestinationPrefix; nextHop = $NextHop; index = [long]$InterfaceIndex; metric = [long]$RouteMetric; persistent = $true
        })
    Save-Change "route $DestinationPrefix $NextHop"
    return [pscustomobject]@{ DestinationPrefix = $DestinationPrefix }
}

function Set-NetRoute {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $DestinationPrefix, [Parameter(Mandatory)] [uint32] $InterfaceIndex,
        [Parameter(Mandatory)] [string] $NextHop, [Parameter(Mandatory)] [uint16] $RouteMetric)
    Assert-Alive
    foreach ($route in $script:Machine.routes) {
        if ($route.prefix -eq $DestinationPrefix -and $route.nextHop -eq $NextHop -and $route.index -eq $InterfaceIndex) {
            $route.metric = [long]$RouteMetric
            return Save-Change "metric $DestinationPrefix"
        }
    }
    Write-Failure $PSCmdlet 'CmdletizationQuery_NotFound' 'No MSFT_NetRoute objects found.'
}

function Remove-NetRoute {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param(
        [Parameter(Mandatory)] [string] $DestinationPrefix, [Parameter(Mandatory)] [uint32] $InterfaceIndex,
        [Parameter(Mandatory)] [string] $NextHop, [string] $PolicyStore = '')
    Assert-Alive
    $found = @($script:Machine.routes | Where-Object {
            $_.prefix -eq $DestinationPrefix -and $_.nextHop -eq $NextHop -and $_.index -eq $InterfaceIndex -and
            ($PolicyStore -ne 'PersistentStore' -or $_.persistent) -and ($PolicyStore -ne 'ActiveStore' -or -not $_['inactive'])
        })
    if ($found.Count -eq 0) {
        return Write-Failure $PSCmdlet 'CmdletizationQuery_NotFound' 'No MSFT_NetRoute objects found.'
    }
    if (-not $PSCmdlet.ShouldProcess($DestinationPrefix)) {
        return
    }
    foreach ($route in $found) {
        if ($PolicyStore -eq 'ActiveStore' -and ($route.persistent -or $route['router'] -eq $true)) {
            $route['inactive'] = $true
        }
        elseif ($PolicyStore -eq 'PersistentStore' -and (-not $route['inactive'] -or $route['router'] -eq $true)) {
            $route.persistent = $false
        }
        else {
            $script:Machine.routes.Remove($route)
        }
    }
    Save-Change "no route $DestinationPrefix $NextHop $PolicyStore"
}

function Find-BestRoute {
    param([string] $RemoteIPAddress)
    $target = ConvertTo-Value $RemoteIPAddress
    $best = $null
    $longest = -1
    foreach ($route in @(Get-ActiveRoute)) {
        $network, $length = $route.prefix.Split('/')
        $size = [long][Math]::Pow(2, 32 - [int]$length)
        $inside = ($target - $target % $size) -eq (ConvertTo-Value $network)
        $better = [int]$length -gt $longest -or ([int]$length -eq $longest -and $route.metric -lt $best.metric)
        if ($inside -and $better -and $null -ne (Find-Adapter $route.index)) {
            $best = $route
            $longest = [int]$length
        }
    }
    return $best
}

# The platform answers what comes from the primary NIC, where the default route is.
function Test-NetConnection {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $ComputerName, [int] $Port, [string] $InformationLevel)
    Assert-Alive
    # It shows its progress unless the whole session is told not to; there may be no console to show it on.
    if ($global:ProgressPreference -ne 'SilentlyContinue') {
        throw 'The Win32 internal error "The handle is invalid" occurred.'
    }
    if ($ComputerName -ne '168.63.129.16' -or $Port -ne 80 -or $InformationLevel -ne 'Quiet') {
        throw "FakeWindows has no connection to ${ComputerName}:$Port."
    }
    $best = Find-BestRoute $ComputerName
    $default = @($script:Machine.routes | Where-Object { $_.prefix -eq '0.0.0.0/0' -and $_['dhcp'] })
    return $true -ne $script:Trouble['silentPlatform'] -and $null -ne $best -and ($default.Count -eq 0 -or $default[0].index -eq $best.index)
}

# As the real one: first the address that Windows would speak from, then the route it would take.
function Find-NetRoute {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $RemoteIPAddress)
    Assert-Alive
    $best = Find-BestRoute $RemoteIPAddress
    if ($null -eq $best) {
        return Write-Failure $PSCmdlet 'Windows System Error 1231,Find-NetRoute' 'The network location cannot be reached.'
    }
    $from = @($script:Machine.addresses | Where-Object { $_.index -eq $best.index })
    [pscustomobject]@{ IPAddress = $from[0].address; InterfaceIndex = [uint32]$best.index }
    [pscustomobject]@{ DestinationPrefix = $best.prefix; NextHop = $best.nextHop; InterfaceIndex = [uint32]$best.index }
}
