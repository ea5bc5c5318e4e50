# Finding things that have no stable name.

# With accelerated networking a second adapter has the same MAC; only the synthetic one carries the address.
function Get-NicCandidate {
    param([object[]] $SameMac, [string] $Address)
    foreach ($adapter in $SameMac) {
        if ($adapter.Description -notmatch '^Microsoft Hyper-V Network Adapter' -and $adapter.Driver -notlike 'netvsc*') {
            continue
        }
        if (@(Get-OsAddress $adapter.Index | Where-Object { $_.Address -eq $Address }).Count -eq 1) {
            $adapter
        }
    }
}

function Find-Nic {
    param([string] $Label, [object] $Wanted)
    $digits = ConvertTo-MacDigits $Wanted.mac
    $sameMac = @(Get-OsAdapter | Where-Object { (ConvertTo-MacDigits $_.Mac) -eq $digits })
    $found = @(Get-NicCandidate $sameMac $Wanted.address)
    if ($found.Count -ne 1) {
        $seen = @($sameMac | ForEach-Object { "$($_.Name) [$($_.Description)]" }) -join ', '
        Stop-Phase 'nicNotFound' "$Label ($($Wanted.mac), $($Wanted.address)): $($found.Count) adapters fit. Same MAC: $seen."
    }
    return $found[0]
}

function Find-SwitchAdapter {
    param([string] $SwitchName)
    $port = @(Get-OsSwitchPort $SwitchName)
    if ($port.Count -ne 1) {
        return $null
    }
    $adapters = @(Get-OsAdapter)
    foreach ($adapter in $adapters) {
        if ($adapter.Guid -eq $port[0].Guid) {
            return $adapter
        }
    }
    # Should Hyper-V know it by another id: Hyper-V made up its MAC address, so that no NIC has it.
    $digits = ConvertTo-MacDigits $port[0].Mac
    $same = @($adapters | Where-Object { $digits -ne '' -and $_.Driver -notlike 'netvsc*' -and (ConvertTo-MacDigits $_.Mac) -eq $digits })
    if ($same.Count -eq 1) {
        return $same[0]
    }
    return $null
}

# `dump` prints commands, which are the same in every language.
function Get-NatInterface {
    foreach ($line in (Invoke-Netsh @('routing', 'ip', 'nat', 'dump')).Lines) {
        if ($line -match '^\s*add interface name="?(.+?)"?\s+mode=(\w+)') {
            [pscustomobject]@{ Alias = $Matches[1]; Mode = $Matches[2].ToLowerInvariant() }
        }
    }
}

# While servicing is at work, as after a restart, Windows may not tell.
function Get-FeatureState {
    $seen = @{ features = @(); why = '' }
    $told = Test-Within 120 {
        try {
            $seen['features'] = @(Get-OsFeature $Features)
            $true
        }
        catch {
            $seen['why'] = $_.Exception.Message
            $false
        }
    }
    if (-not $told) {
        Stop-Phase 'timeout' "Windows does not tell its features: $($seen['why'])"
    }
    $states = @{}
    foreach ($feature in $seen['features']) {
        $states[$feature.Name] = $feature.State
    }
    return $states
}

function Get-RoutingStatus {
    try {
        return Get-OsRouting
    }
    catch {
        Write-Log "routing status: $($_.Exception.Message)"
        return 'Unknown'
    }
}

function Test-RouterAnswer {
    return (Test-Running 'RemoteAccess') -and (Invoke-Netsh @('routing', 'ip', 'show', 'interface')).Code -eq 0
}

# Where nobody can say how RRAS is configured, what it answers decides: without a configuration its service does not run.
function Test-Routing {
    $status = Get-RoutingStatus
    if ($status -eq 'Unknown') {
        return Test-RouterAnswer
    }
    return $status -eq 'Installed'
}

function Test-Running {
    param([string] $Name)
    $service = Get-OsService $Name
    return $null -ne $service -and $service.Status -eq 'Running'
}
