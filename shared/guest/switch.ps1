# The internal switch for guests and the host's address on it, which is their gateway.

function Set-Switch {
    param([string] $Name)
    $seen = @{ switches = @() }
    Wait-Until 'the list of switches' 120 {
        try {
            $seen['switches'] = @(Get-OsSwitch $Name)
            $true
        }
        catch {
            Write-Log "Get-VMSwitch: $($_.Exception.Message)"
            $false
        }
    }
    $found = $seen['switches']
    if ($found.Count -gt 1) {
        Stop-Phase 'switchAmbiguous' "There are $($found.Count) switches named $Name."
    }
    if ($found.Count -eq 1) {
        if ($found[0].Type -ne 'Internal') {
            Stop-Phase 'switchType' "Switch $Name is $($found[0].Type), not Internal; it is left as it is."
        }
        return
    }
    Assert-MayInterrupt "There is no switch $Name"
    Request-Restart
    Add-Made "switch:$Name"
    Set-Stale
    for ($try = 1; $true; $try++) {
        try {
            New-OsSwitch $Name
            break
        }
        catch {
            Write-Log "New-VMSwitch, try ${try}: $($_.Exception.Message)"
            if ($try -ge 5) {
                Stop-Phase 'switchFailed' "New-VMSwitch failed five times: $($_.Exception.Message)"
            }
            Wait-OsSeconds 15
        }
    }
    Add-Change 'switch'
}

# RRAS and DHCP look at interfaces when they start. Written down first: a run cut off here is continued by the next.
function Set-Stale {
    Set-StateField 'routerStale' $true
    Set-StateField 'dhcpStale' $true
}

function Set-Address {
    param([int] $Index, [string] $Address, [int] $Length)
    $present = @(Get-OsAddress $Index)
    $good = @($present | Where-Object { $_.Address -eq $Address -and $_.Length -eq $Length -and $_.Origin -eq 'Manual' })
    if ($good.Count -eq 1 -and $present.Count -eq 1) {
        return
    }
    Assert-MayInterrupt "The switch does not have the address $Address/$Length alone"
    Set-Stale
    foreach ($other in $present) {
        try {
            Remove-OsAddress $Index $other.Address
        }
        catch {
            # What Windows took for itself goes by itself; what stays, verify names.
            Write-Log "Remove-NetIPAddress $($other.Address): $($_.Exception.Message)"
        }
    }
    Add-Made "address:$Address"
    try {
        Add-OsAddress $Index $Address $Length
    }
    catch {
        # On another adapter, or on its way: what the adapter shows in the end decides.
        Write-Log "New-NetIPAddress: $($_.Exception.Message)"
    }
    Wait-Until "address $Address" 60 {
        @(Get-OsAddress $Index | Where-Object { $_.Address -eq $Address -and $_.Length -eq $Length -and $_.State -eq 'Preferred' }).Count -eq 1
    }
    Add-Change 'address'
}
