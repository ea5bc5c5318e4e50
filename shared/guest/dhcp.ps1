# DHCP for the guests: bound to the switch's adapter only, because Azure allows no DHCP server on a NIC.

function Test-DhcpListed {
    param([string] $Alias)
    return @(Get-OsDhcpBinding | Where-Object { $_.Alias -eq $Alias }).Count -eq 1
}

function Initialize-Dhcp {
    # For those who run DHCP by hand; it serves without.
    try {
        Add-OsDhcpGroups
        $key = 'HKLM:\SOFTWARE\Microsoft\ServerManager\Roles\12'
        if (Test-OsRegistryKey $key) {
            Set-OsRegistryNumber $key 'ConfigurationState' 2
        }
    }
    catch {
        Add-Warning 'dhcpGroups' $_.Exception.Message
    }
    Restart-OsService 'DHCPServer'
    $state = Read-State
    $state['dhcpPrepared'] = $true
    $state['dhcpStale'] = $false
    Save-State $state
    Add-Change 'dhcp:groups'
}

function Restart-Dhcp {
    Restart-OsService 'DHCPServer'
    Set-StateField 'dhcpStale' $false
    Add-Change 'service:DHCPServer'
}

function Set-DhcpServer {
    param([string] $Alias)
    Set-RunningService 'DHCPServer'
    $setting = Get-OsDhcpSetting
    if ($setting.InDomain -and -not $setting.Authorized) {
        Stop-Phase 'dhcpNotAuthorized' 'The host is in a domain: a domain administrator must authorise it (Add-DhcpServerInDC).'
    }
    $state = Read-State
    if (-not $state['dhcpPrepared']) {
        Initialize-Dhcp
    }
    elseif ($state['dhcpStale'] -or (Test-DhcpSilent)) {
        Restart-Dhcp
    }
    if ($setting.ConflictAttempts -ne $ConflictAttempts) {
        Set-OsDhcpConflict $ConflictAttempts
        Add-Change 'dhcp:conflictDetection'
    }
    # A server that started before the address was there does not list the adapter.
    if (-not (Test-Within 30 { Test-DhcpListed $Alias })) {
        Restart-Dhcp
        Wait-Until "DHCP sees $Alias" 120 { Test-DhcpListed $Alias }
    }
}

function Set-DhcpBinding {
    param([string] $Alias)
    foreach ($binding in @(Get-OsDhcpBinding)) {
        $wanted = $binding.Alias -eq $Alias
        if ($binding.Bound -ne $wanted) {
            if ($wanted) {
                Add-Made "binding:$Alias"
            }
            Set-OsDhcpBinding $binding.Alias $wanted
            Add-Change "dhcp:binding:$($binding.Alias)"
        }
    }
}

function Set-DhcpScope {
    param([object] $Ghosted, [string] $Name)
    $range = Get-PrefixRange $Ghosted.prefix
    $scope = Get-OsDhcpScope $range.Network
    if ($null -ne $scope -and $scope.Mask -ne $range.Mask) {
        # A scope's mask cannot be changed.
        Remove-OsDhcpScope $range.Network
        $scope = $null
    }
    if ($null -eq $scope) {
        Add-Made "scope:$($range.Network)"
        Add-OsDhcpScope $Name $Ghosted.dhcpStart $Ghosted.dhcpEnd $range.Mask $LeaseSeconds
        Add-Change 'dhcp:scope'
        return
    }
    $same = $scope.Name -eq $Name -and $scope.Start -eq $Ghosted.dhcpStart -and $scope.End -eq $Ghosted.dhcpEnd
    if (-not $same -or $scope.State -ne 'Active' -or $scope.LeaseSeconds -ne $LeaseSeconds) {
        Set-OsDhcpScope $range.Network $Name $Ghosted.dhcpStart $Ghosted.dhcpEnd $LeaseSeconds
        Add-Change 'dhcp:scope'
    }
}

# At scope level, so that no other scope inherits them.
function Set-DhcpOptions {
    param([string] $ScopeId, [string] $Router, [string[]] $Servers, [string] $Suffix)
    if ((@(Get-OsDhcpOption $ScopeId 3) -join ',') -ne $Router) {
        Set-OsDhcpRouter $ScopeId $Router
        Add-Change 'dhcp:router'
    }
    if ((@(Get-OsDhcpOption $ScopeId 6) -join ',') -ne ($Servers -join ',')) {
        Set-OsDhcpServers $ScopeId $Servers
        Add-Change 'dhcp:dns'
    }
    if ($Suffix -ne '' -and (@(Get-OsDhcpOption $ScopeId 15) -join ',') -ne $Suffix) {
        Set-OsDhcpSuffix $ScopeId $Suffix
        Add-Change 'dhcp:suffix'
    }
}
