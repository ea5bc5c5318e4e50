# The virtual switch, its address, and RRAS: routing between all interfaces, NAT on NIC 1 alone.

function Set-Switch {
    param([string] $Name)
    $found = @(Get-VMSwitch -Name $Name -ErrorAction SilentlyContinue)
    if ($found.Count -gt 1) {
        Stop-Phase 'switchAmbiguous' "There are $($found.Count) switches named $Name."
    }
    if ($found.Count -eq 1) {
        if ($found[0].SwitchType.ToString() -ne 'Internal') {
            Stop-Phase 'switchType' "Switch $Name is $($found[0].SwitchType), not Internal; it is left as it is."
        }
        return
    }
    Request-Restart
    for ($try = 1; $true; $try++) {
        try {
            [void](New-VMSwitch -Name $Name -SwitchType Internal)
            break
        }
        catch {
            Write-Log "New-VMSwitch, try ${try}: $($_.Exception.Message)"
            if ($try -ge 5) {
                throw
            }
            Start-Sleep -Seconds 15
        }
    }
    Add-Change 'switch'
}

function Set-Address {
    param([int] $Index, [string] $Address, [int] $Length)
    $present = @(Get-IPv4Address $Index)
    $good = @($present | Where-Object {
            $_.IPAddress -eq $Address -and $_.PrefixLength -eq $Length -and $_.PrefixOrigin.ToString() -eq 'Manual'
        })
    if ($good.Count -eq 1 -and $present.Count -eq 1) {
        return
    }
    foreach ($other in $present) {
        Remove-NetIPAddress -InterfaceIndex $Index -IPAddress $other.IPAddress -Confirm:$false
    }
    [void](New-NetIPAddress -InterfaceIndex $Index -IPAddress $Address -PrefixLength $Length)
    Wait-Until "address $Address" 60 {
        @(Get-IPv4Address $Index | Where-Object { $_.IPAddress -eq $Address -and $_.AddressState.ToString() -eq 'Preferred' }).Count -eq 1
    }
    Add-Change 'address'
}

# RRAS must not lease addresses for dial-in clients from our own scope.
function Set-AddressPool {
    $key = 'HKLM:\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\IP'
    if (-not (Test-Path -LiteralPath $key)) {
        [void](New-Item -Path $key -Force)
    }
    $value = Get-ItemProperty -LiteralPath $key -Name 'InitialAddressPoolSize' -ErrorAction SilentlyContinue
    if ($null -eq $value -or $value.InitialAddressPoolSize -ne 0) {
        [void](New-ItemProperty -LiteralPath $key -Name 'InitialAddressPoolSize' -Value 0 -PropertyType DWord -Force)
        Add-Change 'addressPool'
    }
}

function Wait-Router {
    Wait-Until 'service RemoteAccess' 180 { (Get-Service -Name 'RemoteAccess').Status.ToString() -eq 'Running' }
    Wait-Until 'the router' 180 { (Invoke-Netsh @('routing', 'ip', 'show', 'interface')).Code -eq 0 }
}

function Set-RunningService {
    param([string] $Name)
    $service = Get-Service -Name $Name
    if ($service.StartType.ToString() -ne 'Automatic') {
        Set-Service -Name $Name -StartupType Automatic
        Add-Change "service:$Name"
    }
    if ($service.Status.ToString() -ne 'Running') {
        Start-Service -Name $Name
        Add-Change "service:$Name"
    }
}

function Install-Router {
    try {
        [void](Install-RemoteAccess -VpnType RoutingOnly)
    }
    catch {
        # The cmdlet can fail although the role is configured a moment later: the service decides.
        Write-Log "Install-RemoteAccess: $($_.Exception.Message)"
    }
    Wait-Until 'RRAS configured' 180 { (Get-RoutingStatus) -eq 'Installed' }
}

# RRAS builds its interface list when it starts, so it comes after the switch and its address.
function Set-Router {
    param([bool] $LateInterface)
    Set-AddressPool
    if ((Get-RoutingStatus) -ne 'Installed') {
        Request-Restart
        Install-Router
        Add-Change 'rras'
    }
    elseif ($LateInterface) {
        Restart-Service -Name 'RemoteAccess' -Force
        Add-Change 'rras'
    }
    Set-RunningService 'RemoteAccess'
    Wait-Router
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

function Set-Nat {
    param([string] $Public, [string] $Private)
    foreach ($entry in @(Get-NatInterface | Where-Object { $_.Alias -eq $Private })) {
        [void](Invoke-Netsh @('routing', 'ip', 'nat', 'delete', 'interface', "name=$($entry.Alias)"))
        Add-Change 'nat:nic2'
    }
    if (Test-Nat $Public) {
        return
    }
    Request-Restart
    if (-not (Add-Nat $Public)) {
        Restart-Service -Name 'RemoteAccess' -Force
        Wait-Router
        if (-not (Add-Nat $Public)) {
            # Some builds show an interface only after RRAS has been configured anew.
            Uninstall-RemoteAccess -VpnType RoutingOnly -Force -Confirm:$false
            Install-Router
            Set-RunningService 'RemoteAccess'
            Wait-Router
            if (-not (Add-Nat $Public)) {
                Stop-Phase 'natFailed' "RRAS does not take $Public as NAT interface."
            }
        }
    }
    Add-Change 'nat:nic1'
}

function Set-Forwarding {
    param([string] $Label, [int] $Index)
    $interface = Get-NetIPInterface -InterfaceIndex $Index -AddressFamily IPv4
    if ($interface.Forwarding.ToString() -ne 'Enabled') {
        Set-NetIPInterface -InterfaceIndex $Index -AddressFamily IPv4 -Forwarding Enabled
        Add-Change "forwarding:$Label"
    }
}
