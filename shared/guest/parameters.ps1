# The plan for this host: decoded from base64 JSON and checked here again, whatever the sender checked.

function Assert-Parameter {
    param([bool] $Condition, [string] $Name)
    if (-not $Condition) {
        Stop-Phase 'badParameters' "Parameter $Name is missing or malformed."
    }
}

function Assert-Nic {
    param([object] $Nic, [string] $Name)
    Assert-Parameter ($null -ne $Nic) $Name
    Assert-Parameter ((ConvertTo-MacDigits ([string](Get-Field $Nic 'mac'))).Length -eq 12) "$Name.mac"
    Assert-Parameter (Test-IPv4 ([string](Get-Field $Nic 'address'))) "$Name.address"
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
    Assert-Parameter ((Get-Field $value 'schema') -eq 1) 'schema'
    Assert-Parameter ((Get-Field $value 'phase') -eq $Phase) 'phase'
    Assert-Parameter ([string](Get-Field $value 'host') -match '^[A-Za-z0-9-]{1,15}\z') 'host'
    Assert-Nic (Get-Field $value 'nic1') 'nic1'
    Assert-Nic (Get-Field $value 'nic2') 'nic2'
    Assert-Parameter ([string](Get-Field $value 'switchName') -match '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}\z') 'switchName'
    Assert-Parameter ([string](Get-Field $value 'scopeName') -match '^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}\z') 'scopeName'
    $ghosted = Get-Field $value 'ghosted'
    Assert-Parameter ($null -ne $ghosted) 'ghosted'
    Assert-Parameter (Test-Prefix ([string](Get-Field $ghosted 'prefix'))) 'ghosted.prefix'
    $range = Get-PrefixRange $ghosted.prefix
    Assert-Parameter ($range.Length -le 29) 'ghosted.prefix'
    foreach ($name in @('gateway', 'dhcpStart', 'dhcpEnd')) {
        $address = [string](Get-Field $ghosted $name)
        Assert-Parameter (Test-IPv4 $address) "ghosted.$name"
        $number = ConvertTo-Number $address
        Assert-Parameter (($number -gt $range.First) -and ($number -lt $range.Last)) "ghosted.$name"
    }
    Assert-Parameter ((ConvertTo-Number $ghosted.gateway) -lt (ConvertTo-Number $ghosted.dhcpStart)) 'ghosted.dhcpStart'
    Assert-Parameter ((ConvertTo-Number $ghosted.dhcpStart) -le (ConvertTo-Number $ghosted.dhcpEnd)) 'ghosted.dhcpEnd'
    $servers = @(Get-Field $value 'dnsServers')
    Assert-Parameter ($servers.Count -ge 1) 'dnsServers'
    foreach ($server in $servers) {
        Assert-Parameter (Test-IPv4 ([string]$server)) 'dnsServers'
    }
    $suffix = Get-Field $value 'dnsSuffix'
    Assert-Parameter (($null -eq $suffix) -or ([string]$suffix -match '^[A-Za-z0-9][A-Za-z0-9.-]{0,254}\z')) 'dnsSuffix'
    $protect = Get-Field $value 'protectMetadata'
    Assert-Parameter (($null -eq $protect) -or ($protect -is [bool])) 'protectMetadata'
    $routesHere = Get-Field $value 'routesHere'
    Assert-Parameter (($null -eq $routesHere) -or ([string]$routesHere -match '^[0-9]{1,4}\z')) 'routesHere'
    foreach ($route in @(Get-Field $value 'routes')) {
        Assert-Parameter ($null -ne $route) 'routes'
        Assert-Parameter (Test-Prefix ([string](Get-Field $route 'prefix'))) 'routes.prefix'
        Assert-Parameter ($route.prefix -notmatch '/0\z') 'routes.prefix'
        Assert-Parameter (Test-IPv4 ([string](Get-Field $route 'gateway'))) 'routes.gateway'
        Assert-Parameter (@(1, 2) -contains (Get-Field $route 'nic')) 'routes.nic'
        Assert-Parameter ((Get-Field $route 'metric') -ge 1) 'routes.metric'
    }
    return $value
}
