# The plan for this host: decoded from base64 JSON and checked here again, whatever the sender checked.

# Every field that there is, by the object that has it. A value that nobody knows is refused, not passed over.
$KnownFields = @{
    plan     = @(
        'schema', 'phase', 'host', 'operation', 'nic1', 'nic2', 'switchName', 'scopeName', 'ghosted', 'dnsServers', 'dnsSuffix',
        'protectMetadata', 'routes', 'dataDisk', 'notBootedAt', 'routesHere', 'bootVersion', 'log', 'mayInterrupt'
    )
    nic      = @('mac', 'address')
    ghosted  = @('prefix', 'gateway', 'dhcpStart', 'dhcpEnd')
    route    = @('prefix', 'gateway', 'nic', 'metric')
    dataDisk = @('lun')
}

function Assert-Parameter {
    param([bool] $Condition, [string] $Name)
    if (-not $Condition) {
        Stop-Phase 'badParameters' "Parameter $Name is missing or malformed."
    }
}

function Test-Given {
    param([object] $Object, [string] $Name)
    return $null -ne $Object.PSObject.Properties[$Name]
}

# PowerShell would make text, or a number, of whatever else it is given; a list of one passes for its element.
function Get-Text {
    param([object] $Object, [string] $Name)
    if ((Test-Given $Object $Name) -and $Object.PSObject.Properties[$Name].Value -is [string]) {
        return $Object.PSObject.Properties[$Name].Value
    }
    return ''
}

function Test-Whole {
    param([object] $Object, [string] $Name, [int] $Least, [int] $Most)
    if (-not (Test-Given $Object $Name)) {
        return $false
    }
    $property = $Object.PSObject.Properties[$Name]
    $whole = $property.Value -is [int] -or $property.Value -is [long]
    return $whole -and $property.Value -ge $Least -and $property.Value -le $Most
}

function Get-List {
    param([object] $Object, [string] $Name)
    Assert-Parameter ((Test-Given $Object $Name) -and $Object.PSObject.Properties[$Name].Value -is [array]) $Name
    return $Object.PSObject.Properties[$Name].Value
}

function Assert-Known {
    param([object] $Object, [string] $Kind)
    foreach ($property in $Object.PSObject.Properties) {
        Assert-Parameter ($KnownFields[$Kind] -ccontains $property.Name) (Limit-Text $property.Name 40)
    }
}

# A list of one object passes for it too, once it has gone through a function.
function Get-Object {
    param([object] $Object, [string] $Name, [string] $Kind)
    Assert-Parameter (Test-Given $Object $Name) $Name
    $value = $Object.PSObject.Properties[$Name].Value
    Assert-Parameter ($null -ne $value -and $value -isnot [array]) $Name
    Assert-Known $value $Kind
    return $value
}

# As a result line tells when Windows started. Some engines make a date of it by themselves.
function Test-Instant {
    param([object] $Value)
    if ($Value -isnot [string] -and $Value -isnot [DateTime]) {
        return $false
    }
    $text = ConvertTo-Instant $Value
    if ($text -cnotmatch '^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{3})?Z\z') {
        return $false
    }
    try {
        [void][DateTime]::ParseExact($text.Substring(0, 19), "yyyy-MM-dd'T'HH:mm:ss", [Globalization.CultureInfo]::InvariantCulture)
        return $true
    }
    catch {
        return $false
    }
}

function Assert-Nic {
    param([object] $Plan, [string] $Name)
    $nic = Get-Object $Plan $Name 'nic'
    Assert-Parameter ((Get-Text $nic 'mac') -match '^([0-9A-Fa-f]{2}[-:]?){5}[0-9A-Fa-f]{2}\z') "$Name.mac"
    Assert-Parameter (Test-IPv4 (Get-Text $nic 'address')) "$Name.address"
}

function Assert-Ghosted {
    param([object] $Plan)
    $ghosted = Get-Object $Plan 'ghosted' 'ghosted'
    Assert-Parameter (Test-Prefix (Get-Text $ghosted 'prefix')) 'ghosted.prefix'
    $range = Get-PrefixRange $ghosted.prefix
    Assert-Parameter ($range.Length -le 29) 'ghosted.prefix'
    foreach ($name in @('gateway', 'dhcpStart', 'dhcpEnd')) {
        $address = Get-Text $ghosted $name
        Assert-Parameter (Test-IPv4 $address) "ghosted.$name"
        $number = ConvertTo-Number $address
        Assert-Parameter (($number -gt $range.First) -and ($number -lt $range.Last)) "ghosted.$name"
    }
    Assert-Parameter ((ConvertTo-Number $ghosted.gateway) -lt (ConvertTo-Number $ghosted.dhcpStart)) 'ghosted.dhcpStart'
    Assert-Parameter ((ConvertTo-Number $ghosted.dhcpStart) -le (ConvertTo-Number $ghosted.dhcpEnd)) 'ghosted.dhcpEnd'
}

function Assert-Route {
    param([object] $Route)
    Assert-Parameter ($null -ne $Route) 'routes'
    Assert-Known $Route 'route'
    $prefix = Get-Text $Route 'prefix'
    Assert-Parameter ((Test-Prefix $prefix) -and -not $prefix.EndsWith('/0')) 'routes.prefix'
    Assert-Parameter (Test-IPv4 (Get-Text $Route 'gateway')) 'routes.gateway'
    Assert-Parameter (Test-Whole $Route 'nic' 1 2) 'routes.nic'
    Assert-Parameter (Test-Whole $Route 'metric' 1 9999) 'routes.metric'
}

function Read-Parameters {
    param([string] $Encoded, [string] $Phase)
    try {
        $json = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Encoded))
        $value = ConvertFrom-OsJson $json
    }
    catch {
        Stop-Phase 'badParameters' 'The parameter is not base64 of JSON.'
    }
    Assert-Parameter ($null -ne $value) 'schema'
    Assert-Known $value 'plan'
    Assert-Parameter (Test-Whole $value 'schema' 1 1) 'schema'
    Assert-Parameter ((Get-Text $value 'phase') -ceq $Phase) 'phase'
    Assert-Parameter ((Get-Text $value 'host') -match '^[A-Za-z0-9-]{1,15}\z') 'host'
    Assert-Parameter ((Get-Text $value 'operation') -match '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}\z') 'operation'
    Assert-Nic $value 'nic1'
    Assert-Nic $value 'nic2'
    Assert-Parameter ((Get-Text $value 'switchName') -match '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}\z') 'switchName'
    Assert-Parameter ((Get-Text $value 'scopeName') -match '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}\z') 'scopeName'
    Assert-Ghosted $value
    $servers = @(Get-List $value 'dnsServers')
    Assert-Parameter ($servers.Count -ge 1) 'dnsServers'
    foreach ($server in $servers) {
        Assert-Parameter ($server -is [string] -and (Test-IPv4 $server)) 'dnsServers'
    }
    if (Test-Given $value 'dnsSuffix') {
        Assert-Parameter ((Get-Text $value 'dnsSuffix') -match '^[A-Za-z0-9][A-Za-z0-9.-]{0,254}\z') 'dnsSuffix'
    }
    foreach ($name in @('protectMetadata', 'log', 'mayInterrupt')) {
        if (Test-Given $value $name) {
            Assert-Parameter ($value.PSObject.Properties[$name].Value -is [bool]) $name
        }
    }
    if (Test-Given $value 'bootVersion') {
        Assert-Parameter ((Get-Text $value 'bootVersion') -cmatch '^[0-9a-f]{16}\z') 'bootVersion'
    }
    if (Test-Given $value 'notBootedAt') {
        Assert-Parameter (Test-Instant $value.PSObject.Properties['notBootedAt'].Value) 'notBootedAt'
    }
    if (Test-Given $value 'dataDisk') {
        Assert-Parameter (Test-Whole (Get-Object $value 'dataDisk' 'dataDisk') 'lun' 0 63) 'dataDisk.lun'
    }
    if (Test-Given $value 'routesHere') {
        Assert-Parameter (Test-Whole $value 'routesHere' 0 9999) 'routesHere'
    }
    foreach ($route in @(Get-List $value 'routes')) {
        Assert-Route $route
    }
    return $value
}
