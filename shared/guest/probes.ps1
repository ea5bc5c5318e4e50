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

# Events of the hypervisor's provider, as hvservice.sys has them: it started, and by which scheduler; or it did not, because it
# is switched off, or for want of something. 41 is that of a size that cannot nest.
$HypervisorUp = @(1, 2)
$HypervisorDown = @(
    5, 20, 26, 27, 28, 29, 31, 32, 33, 34, 35, 36, 37, 38, 40, 41, 42, 44, 45, 46, 47, 48,
    54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 80, 81, 82, 83, 84, 85
)

# Unverified, each: that these events are written to the System log at each start, and that the driver of the virtualization
# infrastructure runs under a hypervisor alone. So one proof is enough, and for want of any the host is not failed.
function Get-HypervisorFault {
    # Times of the start of Windows may be some seconds before what it gives as its boot time.
    $since = (Get-OsSystem).BootTime.AddSeconds(-120)
    foreach ($id in @(Get-OsEvent 'System' 'Microsoft-Windows-Hyper-V-Hypervisor' $since)) {
        if ($HypervisorUp -contains $id) {
            return
        }
        if ($HypervisorDown -contains $id) {
            return "the hypervisor did not start with Windows: event $id"
        }
    }
    if ((Get-OsDriver 'Vid') -ne 'Running') {
        Add-Warning 'hypervisorUnproven' 'Neither the log nor its driver shows that the hypervisor started.'
    }
}

function Test-Hypervisor {
    $stopped = @(Test-ServiceRunning @('vmms', 'vmcompute') $false)
    $stopped
    if ($stopped.Count -eq 0) {
        Get-HypervisorFault
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
