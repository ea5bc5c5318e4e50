# Finding things that have no stable name.

function Get-IPv4Address {
    param([int] $Index)
    return @(Get-NetIPAddress -InterfaceIndex $Index -AddressFamily IPv4 -ErrorAction SilentlyContinue)
}

# With accelerated networking a second adapter has the same MAC; only the synthetic one carries the address.
function Find-Nic {
    param([string] $Label, [object] $Wanted)
    $digits = ConvertTo-MacDigits $Wanted.mac
    $sameMac = @(Get-NetAdapter | Where-Object { (ConvertTo-MacDigits $_.MacAddress) -eq $digits })
    $found = @()
    foreach ($adapter in $sameMac) {
        if ($adapter.InterfaceDescription -notmatch '^Microsoft Hyper-V Network Adapter') {
            continue
        }
        if (@(Get-IPv4Address $adapter.ifIndex | Where-Object { $_.IPAddress -eq $Wanted.address }).Count -eq 1) {
            $found += $adapter
        }
    }
    if ($found.Count -ne 1) {
        $seen = @($sameMac | ForEach-Object { "$($_.Name) [$($_.InterfaceDescription)]" }) -join ', '
        Stop-Phase 'nicNotFound' "$Label ($($Wanted.mac), $($Wanted.address)): $($found.Count) adapters fit. Same MAC: $seen."
    }
    return $found[0]
}

function Find-SwitchAdapter {
    param([string] $SwitchName)
    $port = @(Get-VMNetworkAdapter -ManagementOS -SwitchName $SwitchName -ErrorAction SilentlyContinue)
    if ($port.Count -ne 1) {
        return $null
    }
    $guid = ([string]$port[0].DeviceId).Trim('{}')
    return Get-NetAdapter | Where-Object { ([string]$_.InterfaceGuid).Trim('{}') -eq $guid } | Select-Object -First 1
}

# `dump` prints commands, which are the same in every language.
function Get-NatInterface {
    $found = @()
    foreach ($line in (Invoke-Netsh @('routing', 'ip', 'nat', 'dump')).Lines) {
        if ($line -match '^\s*add interface name="?(.+?)"?\s+mode=(\w+)') {
            $found += [pscustomobject]@{ Alias = $Matches[1]; Mode = $Matches[2].ToLowerInvariant() }
        }
    }
    return $found
}

function Get-FeatureState {
    $states = @{}
    foreach ($feature in @(Get-WindowsFeature -Name $Features)) {
        $states[$feature.Name] = $feature.InstallState.ToString()
    }
    return $states
}

function Get-RoutingStatus {
    try {
        return (Get-RemoteAccess).RoutingStatus.ToString()
    }
    catch {
        Write-Log "Get-RemoteAccess: $($_.Exception.Message)"
        return 'Unknown'
    }
}

function Get-DhcpOption {
    param([string] $ScopeId, [int] $Option)
    $value = Get-DhcpServerv4OptionValue -ScopeId $ScopeId -OptionId $Option -ErrorAction SilentlyContinue
    if ($null -eq $value) {
        return @()
    }
    return @($value.Value | ForEach-Object { [string]$_ })
}
