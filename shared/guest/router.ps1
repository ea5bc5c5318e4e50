# RRAS: routing between all interfaces, NAT on NIC 1 alone.

$script:Restarts = 0

function Set-AddressPool {
    if (-not (Test-AddressPool)) {
        Set-OsRegistryNumber $RouterKey 'InitialAddressPoolSize' 0
        Add-Change 'addressPool'
    }
}

# Three times per run at most: what three restarts do not bring, a fourth does not either.
function Restart-Router {
    param([string] $Why)
    Assert-MayInterrupt "$Why, and RemoteAccess would be restarted"
    do {
        if ($script:Restarts -ge 3) {
            Stop-Phase 'routerFailed' "$Why, and RemoteAccess was restarted three times already."
        }
        $script:Restarts++
        Write-Log "restarting RemoteAccess: $Why"
        try {
            Restart-OsService 'RemoteAccess'
        }
        catch {
            Write-Log "Restart-Service: $($_.Exception.Message)"
        }
        $Why = 'RemoteAccess does not answer'
    } until (Test-Within 180 { Test-RouterAnswer })
}

# A service that does not come up is started again.
function Start-Router {
    $service = Get-OsService 'RemoteAccess'
    if ($null -ne $service -and ($service.Status -ne 'Running' -or $service.StartType -ne 'Automatic')) {
        Assert-MayInterrupt 'RemoteAccess does not run, or not by itself'
    }
    try {
        Set-RunningService 'RemoteAccess'
    }
    catch {
        if ($null -ne $_.Exception.Data['code']) {
            throw
        }
        Write-Log "Start-Service: $($_.Exception.Message)"
    }
    if (-not (Test-Within 180 { Test-RouterAnswer })) {
        Restart-Router 'RemoteAccess does not answer'
        Add-Change 'service:RemoteAccess'
    }
}

function Install-Router {
    for ($try = 1; $try -le 3; $try++) {
        try {
            Install-OsRouting
        }
        catch {
            # The cmdlet can fail although the role is configured a moment later: the status decides.
            Write-Log "Install-RemoteAccess, try ${try}: $($_.Exception.Message)"
        }
        if (Test-Within 180 { Test-Routing }) {
            return
        }
    }
    Stop-Phase 'timeout' 'RRAS is not configured after three tries.'
}

# Some builds show an interface only after RRAS has been configured anew.
function Install-RouterAgain {
    Assert-MayInterrupt 'RRAS would have to be configured anew'
    Uninstall-OsRouting
    Install-Router
    Start-Router
}

# RRAS builds its interface list when it starts, so it comes after the switch and its address.
function Set-Router {
    Set-AddressPool
    if (-not (Test-Routing)) {
        Assert-MayInterrupt 'RRAS is not configured for routing'
        Request-Restart
        Add-Made 'rras'
        Install-Router
        Add-Change 'rras'
    }
    elseif ((Read-State)['routerStale'] -and (Test-Running 'RemoteAccess')) {
        Restart-Router 'the switch is newer'
        Add-Change 'rras'
    }
    Start-Router
    Set-StateField 'routerStale' $false
}

function Test-Nat {
    param([string] $Alias)
    return @(Get-NatInterface | Where-Object { $_.Alias -eq $Alias -and $_.Mode -eq 'full' }).Count -eq 1
}

function Add-Nat {
    param([string] $Alias)
    [void](Invoke-Netsh @('routing', 'ip', 'nat', 'install'))
    $verb = 'add'
    if (@(Get-NatInterface | Where-Object { $_.Alias -eq $Alias }).Count -gt 0) {
        $verb = 'set'
    }
    # Without a mode the interface would be a private one and nothing would be translated.
    [void](Invoke-Netsh @('routing', 'ip', 'nat', $verb, 'interface', "name=$Alias", 'mode=full'))
    return Test-Nat $Alias
}

function Remove-UnwantedNat {
    param([string] $Public, [string] $Private)
    foreach ($alias in @(Get-NatInterface | Where-Object { $_.Alias -eq $Private } | ForEach-Object { $_.Alias })) {
        Assert-MayInterrupt 'NIC 2 is a NAT interface'
        [void](Invoke-Netsh @('routing', 'ip', 'nat', 'delete', 'interface', "name=$alias"))
        Add-Change 'nat:nic2'
    }
    foreach ($alias in @(Get-GoneNat $Public $Private)) {
        if ((Invoke-Netsh @('routing', 'ip', 'nat', 'delete', 'interface', "name=$alias")).Code -eq 0) {
            Add-Change 'nat:gone'
        }
    }
}

function Set-Nat {
    param([string] $Public, [string] $Private)
    Remove-UnwantedNat $Public $Private
    if (Test-Nat $Public) {
        return
    }
    Assert-MayInterrupt 'NIC 1 is not a full NAT interface'
    Request-Restart
    Add-Made 'nat'
    if (-not (Add-Nat $Public)) {
        Restart-Router "NAT does not take $Public"
        if (-not (Add-Nat $Public)) {
            Install-RouterAgain
            if (-not (Add-Nat $Public)) {
                Stop-Phase 'natFailed' "RRAS does not take $Public as NAT interface. If netsh does not print that name as it is, give the adapter one of plain letters."
            }
        }
    }
    Add-Change 'nat:nic1'
}

function Set-Forwarding {
    param([string] $Label, [int] $Index)
    $interface = Get-OsInterface $Index
    if ($null -eq $interface -or -not $interface.Forwarding) {
        Add-Made "forwarding:$Label"
        Enable-OsForwarding $Index
        Add-Change "forwarding:$Label"
    }
}
