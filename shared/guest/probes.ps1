# Probes: look at one thing each, change nothing. A probe puts what it saw into the facts and returns what is wrong.

function Test-Step {
    param([string] $Name, [scriptblock] $Probe)
    # A probe that fails is itself what is wrong.
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
        $service = Get-OsService $name
        if ($null -eq $service -or $service.Status -ne 'Running') {
            "service $name is not running"
        }
        elseif ($Automatic -and $service.StartType -ne 'Automatic') {
            "service $name does not start by itself"
        }
    }
}

# The hypervisor writes that it started. Where the log does not reach back to the start of Windows, it tells nothing; times of
# that moment may be some seconds before what Windows gives as its boot time.
function Test-HypervisorDown {
    $since = (Get-OsSystem).BootTime.AddSeconds(-120)
    $reaches = Get-OsLogged 'System' 'Microsoft-Windows-Kernel-General' 12 $since
    return $reaches -and -not (Get-OsLogged 'System' 'Microsoft-Windows-Hyper-V-Hypervisor' 1 $since)
}

function Test-Hypervisor {
    $stopped = @(Test-ServiceRunning @('vmms', 'vmcompute') $false)
    $stopped
    if ($stopped.Count -eq 0 -and (Test-HypervisorDown)) {
        'the hypervisor did not start with Windows'
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
    $found = @(Get-OsSwitch $name)
    $script:Facts['switch'] = $null
    if ($found.Count -ne 1) {
        "$($found.Count) switches named $name"
        return
    }
    $script:Facts['switch'] = @{ name = $name; type = $found[0].Type }
    if ($found[0].Type -ne 'Internal') {
        "switch $name is $($found[0].Type)"
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
    $present = @(Get-OsAddress $Adapter.Index)
    foreach ($address in $present) {
        $script:Facts['vEthernet'] = @{ address = $address.Address; prefixLength = $address.Length }
    }
    $seen = @($present | ForEach-Object { "$($_.Address)/$($_.Length)" }) -join ', '
    if ($seen -ne $wanted) {
        "address is '$seen', not $wanted"
    }
    elseif ($present[0].Origin -ne 'Manual') {
        "address $seen is not static"
    }
    elseif ($present[0].State -ne 'Preferred') {
        "address $seen is $($present[0].State)"
    }
}
