# The plan for this host: decoded from base64 JSON and checked here again, whatever the sender checked.

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

function Assert-Nic {
    param([object] $Plan, [string] $Name)
    $nic = Get-Field $Plan $Name
    Assert-Parameter ($null -ne $nic) $Name
    Assert-Parameter ((Get-Text $nic 'mac') -match '^([0-9A-Fa-f]{2}[-:]?){5}[0-9A-Fa-f]{2}\z') "$Name.mac"
    Assert-Parameter (Test-IPv4 (Get-Text $nic 'address')) "$Name.address"
}

function Assert-Ghosted {
    param([object] $Plan)
    $ghosted = Get-Field $Plan 'ghosted'
    Assert-Parameter ($null -ne $ghosted) 'ghosted'
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
    Assert-Parameter (Test-Whole $value 'schema' 1 1) 'schema'
    Assert-Parameter ((Get-Text $value 'phase') -ceq $Phase) 'phase'
    Assert-Parameter ((Get-Text $value 'host') -match '^[A-Za-z0-9-]{1,15}\z') 'host'
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
    foreach ($name in @('protectMetadata', 'log')) {
        if (Test-Given $value $name) {
            Assert-Parameter ($value.PSObject.Properties[$name].Value -is [bool]) $name
        }
    }
    if (Test-Given $value 'bootVersion') {
        Assert-Parameter ((Get-Text $value 'bootVersion') -cmatch '^[0-9a-f]{16}\z') 'bootVersion'
    }
    if (Test-Given $value 'dataDisk') {
        $disk = Get-Field $value 'dataDisk'
        Assert-Parameter ($null -ne $disk -and (Test-Whole $disk 'lun' 0 63)) 'dataDisk'
    }
    if (Test-Given $value 'routesHere') {
        Assert-Parameter (Test-Whole $value 'routesHere' 0 9999) 'routesHere'
    }
    foreach ($route in @(Get-List $value 'routes')) {
        Assert-Route $route
    }
    return $value
}
