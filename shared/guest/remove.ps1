# Takes away what is written down as made here. Each is looked at first, and struck off when it is gone.

# Names of what was made here of a kind (`switch:Name` is of kind `switch:`), or all of it.
function Get-Made {
    param([string] $Kind)
    foreach ($item in @((Read-State)['made'])) {
        if ($item.StartsWith($Kind)) {
            $item.Substring($Kind.Length)
        }
    }
}

function Remove-Made {
    param([string] $Item)
    $state = Read-State
    $state['made'] = @($state['made'] | Where-Object { $_ -ne $Item })
    Save-State $state
}

# First of all: what is taken away must not come back with the next start of Windows.
function Remove-BootTask {
    if (-not (Test-Made 'bootTask')) {
        return
    }
    if ($null -ne (Get-OsStartupTask $BootTask)) {
        Remove-OsStartupTask $BootTask
        Add-Change 'boot:task'
    }
    foreach ($kind in @('ps1', 'txt', 'json')) {
        foreach ($file in @((Get-BootFile $kind), "$(Get-BootFile $kind).new")) {
            Remove-OsText $file
        }
    }
    Set-StateField 'bootScript' ''
    Set-StateField 'bootVersion' ''
    Set-StateField 'bootRan' $false
    Remove-Made 'bootTask'
}

# A router that is not ours and does not run keeps its settings to itself.
function Test-RouterSilent {
    if ((Test-Made 'rras') -or (Test-Running 'RemoteAccess') -or -not ((Test-Made 'nat') -or (Test-Made 'filters'))) {
        return $false
    }
    Add-Finding 'routerStopped' 'RemoteAccess does not run, so NAT and filters cannot be taken off it. Start the service first.'
    return $true
}

function Remove-Filter {
    if (-not (Test-Made 'filters')) {
        return
    }
    $vEthernet = Find-SwitchAdapter $script:Plan.switchName
    if ($null -ne $vEthernet) {
        Clear-Filter $vEthernet.Name
    }
    Remove-Made 'filters'
}

function Remove-Nat {
    param([string] $Alias)
    if (-not (Test-Made 'nat')) {
        return
    }
    if (@(Get-NatInterface | Where-Object { $_.Alias -eq $Alias }).Count -gt 0) {
        [void](Invoke-Netsh @('routing', 'ip', 'nat', 'delete', 'interface', "name=$Alias"))
        Add-Change 'nat:nic1'
    }
    Remove-Made 'nat'
}

# Whoever added something to RRAS needs it.
function Test-RouterShared {
    $routes = @((Invoke-Netsh @('routing', 'ip', 'dump')).Lines | Where-Object { $_ -match '^\s*add persistentroute ' })
    return $routes.Count -gt 0 -or @(Get-NatInterface | Where-Object { $_.Mode -eq 'full' }).Count -gt 0
}

function Remove-Router {
    if (-not (Test-Made 'rras')) {
        return
    }
    if (Test-RouterShared) {
        Add-Finding 'routerShared' 'RRAS has routes or NAT interfaces that were not made here; it is left as it is.'
        return
    }
    if ((Get-RoutingStatus) -ne 'Uninstalled') {
        Uninstall-OsRouting
        Wait-Until 'the end of RRAS' 180 { -not (Test-Routing) }
        Add-Change 'rras'
    }
    Remove-Made 'rras'
}

# That of the switch's adapter goes with the switch.
function Remove-Forwarding {
    param([hashtable] $Index)
    foreach ($label in @(Get-Made 'forwarding:')) {
        if ($Index.ContainsKey($label)) {
            $interface = Get-OsInterface $Index[$label]
            if ($null -ne $interface -and $interface.Forwarding) {
                Disable-OsForwarding $Index[$label]
                Add-Change "forwarding:$label"
            }
        }
        Remove-Made "forwarding:$label"
    }
}

function Remove-Dhcp {
    $scopes = @(Get-Made 'scope:')
    $bindings = @(Get-Made 'binding:')
    if ($scopes.Count + $bindings.Count -eq 0) {
        return
    }
    # It tells nothing of its scopes while it is stopped.
    Set-RunningService 'DHCPServer'
    [void](Get-OsDhcpSetting)
    foreach ($scope in $scopes) {
        if ($null -ne (Get-OsDhcpScope $scope)) {
            Remove-OsDhcpScope $scope
            Add-Change 'dhcp:scope'
        }
        Remove-Made "scope:$scope"
    }
    foreach ($alias in $bindings) {
        if (@(Get-OsDhcpBinding | Where-Object { $_.Alias -eq $alias -and $_.Bound }).Count -gt 0) {
            Set-OsDhcpBinding $alias $false
            Add-Change "dhcp:binding:$alias"
        }
        Remove-Made "binding:$alias"
    }
}

function Remove-Address {
    foreach ($address in @(Get-Made 'address:')) {
        $adapter = Find-SwitchAdapter $script:Plan.switchName
        if ($null -ne $adapter -and @(Get-OsAddress $adapter.Index | Where-Object { $_.Address -eq $address }).Count -gt 0) {
            Remove-OsAddress $adapter.Index $address
            Add-Change 'address'
        }
        Remove-Made "address:$address"
    }
}

function Remove-Switch {
    foreach ($name in @(Get-Made 'switch:')) {
        $found = @(Get-OsSwitch $name)
        if ($found.Count -eq 1 -and $found[0].Type -ne 'Internal') {
            Add-Finding 'switchType' "Switch $name is $($found[0].Type), not Internal; it is left as it is."
            continue
        }
        if ($found.Count -gt 0) {
            Remove-OsSwitch $name
            Add-Change 'switch'
        }
        Remove-Made "switch:$name"
    }
}
