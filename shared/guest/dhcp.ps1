# DHCP for the guests: bound to the switch's adapter only, because Azure allows no DHCP server on a NIC.

function Set-DhcpServer {
    param([string] $Alias, [bool] $AddressChanged)
    $setting = Get-DhcpServerSetting
    if ($setting.IsDomainJoined -and -not $setting.IsAuthorized) {
        Stop-Phase 'dhcpNotAuthorized' 'The host is in a domain: a domain administrator must authorise it (Add-DhcpServerInDC).'
    }
    $state = Read-State
    if (-not $state['dhcpPrepared']) {
        Add-DhcpServerSecurityGroup
        $key = 'HKLM:\SOFTWARE\Microsoft\ServerManager\Roles\12'
        if (Test-Path -LiteralPath $key) {
            Set-ItemProperty -LiteralPath $key -Name 'ConfigurationState' -Value 2
        }
        $state['dhcpPrepared'] = $true
        Save-State $state
        Restart-Service -Name 'DHCPServer' -Force
        Add-Change 'dhcp:groups'
    }
    elseif ($AddressChanged) {
        Restart-Service -Name 'DHCPServer' -Force
        Add-Change 'service:DHCPServer'
    }
    Set-RunningService 'DHCPServer'
    if ($setting.ConflictDetectionAttempts -ne 1) {
        Set-DhcpServerSetting -ConflictDetectionAttempts 1
        Add-Change 'dhcp:conflictDetection'
    }
    Wait-Until "DHCP sees $Alias" 120 {
        @(Get-DhcpServerv4Binding -ErrorAction SilentlyContinue | Where-Object { $_.InterfaceAlias -eq $Alias }).Count -eq 1
    }
}

function Set-DhcpBinding {
    param([string] $Alias)
    foreach ($binding in @(Get-DhcpServerv4Binding)) {
        $wanted = $binding.InterfaceAlias -eq $Alias
        if ([bool]$binding.BindingState -ne $wanted) {
            Set-DhcpServerv4Binding -InterfaceAlias $binding.InterfaceAlias -BindingState $wanted
            Add-Change "dhcp:binding:$($binding.InterfaceAlias)"
        }
    }
}

function Set-DhcpScope {
    param([object] $Ghosted, [string] $Name)
    $range = Get-PrefixRange $Ghosted.prefix
    $lease = [TimeSpan]::FromDays(1)
    $scope = Get-DhcpServerv4Scope -ScopeId $range.Network -ErrorAction SilentlyContinue
    if ($null -ne $scope -and [string]$scope.SubnetMask -ne $range.Mask) {
        # A scope's mask cannot be changed.
        Remove-DhcpServerv4Scope -ScopeId $range.Network -Force
        $scope = $null
    }
    if ($null -eq $scope) {
        Add-DhcpServerv4Scope -Name $Name -StartRange $Ghosted.dhcpStart -EndRange $Ghosted.dhcpEnd -SubnetMask $range.Mask -LeaseDuration $lease -State Active
        Add-Change 'dhcp:scope'
        return
    }
    $same = $scope.Name -eq $Name -and [string]$scope.StartRange -eq $Ghosted.dhcpStart -and
        [string]$scope.EndRange -eq $Ghosted.dhcpEnd -and [string]$scope.State -eq 'Active' -and $scope.LeaseDuration -eq $lease
    if (-not $same) {
        Set-DhcpServerv4Scope -ScopeId $range.Network -Name $Name -StartRange $Ghosted.dhcpStart -EndRange $Ghosted.dhcpEnd -LeaseDuration $lease -State Active
        Add-Change 'dhcp:scope'
    }
}

# At scope level, so that no other scope inherits them. Without -Force each DNS server would be probed first.
function Set-DhcpOptions {
    param([string] $ScopeId, [string] $Router, [string[]] $Servers, [string] $Suffix)
    if ((@(Get-DhcpOption $ScopeId 3) -join ',') -ne $Router) {
        Set-DhcpServerv4OptionValue -ScopeId $ScopeId -Router $Router -Force
        Add-Change 'dhcp:router'
    }
    if ((@(Get-DhcpOption $ScopeId 6) -join ',') -ne ($Servers -join ',')) {
        Set-DhcpServerv4OptionValue -ScopeId $ScopeId -DnsServer $Servers -Force
        Add-Change 'dhcp:dns'
    }
    if ($Suffix -ne '' -and (@(Get-DhcpOption $ScopeId 15) -join ',') -ne $Suffix) {
        Set-DhcpServerv4OptionValue -ScopeId $ScopeId -DnsDomain $Suffix -Force
        Add-Change 'dhcp:suffix'
    }
}
