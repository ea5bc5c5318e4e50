# The DHCP server.

# It serves what has a static address when it starts; Azure's adapters are DHCP clients and are not listed.
function Update-DhcpBindings {
    foreach ($one in @($script:Machine.addresses | Where-Object { $_.origin -eq 'Manual' })) {
        $alias = (Find-Adapter $one.index).alias
        if (-not $script:Machine.dhcp.bindings.Contains($alias)) {
            $script:Machine.dhcp.bindings[$alias] = $false
        }
    }
    $script:Machine.dhcp.Remove('silent')
    if (@($script:Machine.addresses | Where-Object { $_.origin -eq 'Manual' -and $null -ne (Find-Adapter $_.index) }).Count -eq 0) {
        $script:Machine.dhcp['silent'] = $true
    }
}

function Assert-Dhcp {
    param([Management.Automation.PSCmdlet] $Cmdlet)
    Assert-Alive
    if (Test-Running 'DHCPServer') {
        return $true
    }
    Write-Failure $Cmdlet 'WIN32 1753' 'Failed to reach the DHCP server on computer hv-01.'
    return $false
}

function Get-DhcpServerSetting {
    [CmdletBinding()]
    param()
    if (Assert-Dhcp $PSCmdlet) {
        $attempts = $script:Machine.dhcp['conflictDetection']
        return [pscustomobject]@{
            IsDomainJoined             = [bool]$script:Trouble['inDomain']
            IsAuthorized               = $true -ne $script:Trouble['inDomain']
            ConflictDetectionAttempts  = [uint32]$(if ($null -eq $attempts) { 0 } else { $attempts })
        }
    }
}

function Set-DhcpServerSetting {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [uint32] $ConflictDetectionAttempts)
    if (Assert-Dhcp $PSCmdlet) {
        $script:Machine.dhcp['conflictDetection'] = [long]$ConflictDetectionAttempts
        Save-Change 'dhcp conflict detection'
    }
}

function Add-DhcpServerSecurityGroup {
    [CmdletBinding(SupportsShouldProcess)]
    param()
    Assert-Alive
    if ($script:Trouble['noDhcpGroups']) {
        return Write-Failure $PSCmdlet 'WIN32 1379,Add-DhcpServerSecurityGroup' 'The specified local group already exists.'
    }
    $script:Machine.dhcp.securityGroups = $true
    Save-Change 'dhcp groups'
}

function Get-DhcpServerv4Binding {
    [CmdletBinding()]
    param()
    if (Assert-Dhcp $PSCmdlet) {
        foreach ($alias in @($script:Machine.dhcp.bindings.Keys)) {
            [pscustomobject]@{ InterfaceAlias = $alias; BindingState = $script:Machine.dhcp.bindings[$alias] }
        }
    }
}

function Set-DhcpServerv4Binding {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $InterfaceAlias, [Parameter(Mandatory)] [bool] $BindingState)
    if (Assert-Dhcp $PSCmdlet) {
        if (-not $script:Machine.dhcp.bindings.Contains($InterfaceAlias)) {
            return Write-Failure $PSCmdlet 'DHCP 20087' "The interface $InterfaceAlias has no binding."
        }
        $script:Machine.dhcp.bindings[$InterfaceAlias] = $BindingState
        Save-Change "dhcp binding $InterfaceAlias $BindingState"
    }
}

function Get-DhcpServerv4Scope {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [Net.IPAddress] $ScopeId)
    if (Assert-Dhcp $PSCmdlet) {
        $scope = $script:Machine.dhcp.scopes["$ScopeId"]
        if ($null -eq $scope) {
            return Write-Failure $PSCmdlet 'DHCP 20005' "Failed to get scope information for $ScopeId."
        }
        $hours = $scope['leaseHours']
        return [pscustomobject]@{
            ScopeId       = $ScopeId
            Name          = $scope.name
            StartRange    = [Net.IPAddress]$scope.start
            EndRange      = [Net.IPAddress]$scope.end
            SubnetMask    = [Net.IPAddress]$scope.mask
            State         = $scope.state
            LeaseDuration = [TimeSpan]::FromHours($(if ($null -eq $hours) { 192 } else { $hours }))
        }
    }
}

function Get-DhcpServerv4ScopeStatistics {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [Net.IPAddress] $ScopeId)
    if (Assert-Dhcp $PSCmdlet) {
        $scope = $script:Machine.dhcp.scopes["$ScopeId"]
        if ($null -eq $scope) {
            return Write-Failure $PSCmdlet 'DHCP 20005' "Failed to get statistics of scope $ScopeId."
        }
        $inUse = @($script:Machine.dhcp['leases'] | Where-Object { $null -ne $_ }).Count
        $all = (ConvertTo-Value $scope.end) - (ConvertTo-Value $scope.start) + 1
        return [pscustomobject]@{ ScopeId = $ScopeId; Free = [uint32]($all - $inUse); InUse = [uint32]$inUse }
    }
}

function Get-DhcpServerv4Lease {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [Net.IPAddress] $ScopeId)
    if (Assert-Dhcp $PSCmdlet) {
        foreach ($lease in @($script:Machine.dhcp['leases'] | Where-Object { $null -ne $_ })) {
            [pscustomobject]@{
                IPAddress = [Net.IPAddress]$lease.address; ClientId = $lease.mac.ToLowerInvariant(); HostName = ''; AddressState = 'Active'
            }
        }
    }
}

function Add-DhcpServerv4Scope {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $Name, [Parameter(Mandatory)] [Net.IPAddress] $StartRange,
        [Parameter(Mandatory)] [Net.IPAddress] $EndRange, [Parameter(Mandatory)] [Net.IPAddress] $SubnetMask,
        [TimeSpan] $LeaseDuration = [TimeSpan]::FromDays(8), [string] $State = 'Active')
    if (Assert-Dhcp $PSCmdlet) {
        $bits = $SubnetMask.GetAddressBytes()
        $start = $StartRange.GetAddressBytes()
        $id = (@(0, 1, 2, 3) | ForEach-Object { $start[$_] -band $bits[$_] }) -join '.'
        if ($script:Machine.dhcp.scopes.Contains($id)) {
            return Write-Failure $PSCmdlet 'DHCP 20052' "The specified scope $id already exists."
        }
        $script:Machine.dhcp.scopes[$id] = [ordered]@{
            name = $Name; start = "$StartRange"; end = "$EndRange"; mask = "$SubnetMask"; state = $State
            router = [Collections.ArrayList]@(); dns = [Collections.ArrayList]@(); leaseHours = [long]$LeaseDuration.TotalHours
        }
        Save-Change "dhcp scope $id"
    }
}

function Set-DhcpServerv4Scope {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [Net.IPAddress] $ScopeId, [string] $Name, [Net.IPAddress] $StartRange,
        [Net.IPAddress] $EndRange, [TimeSpan] $LeaseDuration, [string] $State)
    if (Assert-Dhcp $PSCmdlet) {
        $scope = $script:Machine.dhcp.scopes["$ScopeId"]
        $scope.name = $Name
        $scope.start = "$StartRange"
        $scope.end = "$EndRange"
        $scope.state = $State
        $scope['leaseHours'] = [long]$LeaseDuration.TotalHours
        Save-Change "dhcp scope $ScopeId"
    }
}

function Remove-DhcpServerv4Scope {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [Net.IPAddress] $ScopeId, [switch] $Force)
    if (Assert-Dhcp $PSCmdlet) {
        if (-not $script:Machine.dhcp.scopes.Contains("$ScopeId")) {
            return Write-Failure $PSCmdlet 'DHCP 20005' "Failed to delete scope $ScopeId."
        }
        $script:Machine.dhcp.scopes.Remove("$ScopeId")
        Save-Change "no dhcp scope $ScopeId"
    }
}

$script:Options = @{ 3 = 'router'; 6 = 'dns'; 15 = 'suffix' }

function Get-DhcpServerv4OptionValue {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [Net.IPAddress] $ScopeId, [Parameter(Mandatory)] [int] $OptionId)
    if (Assert-Dhcp $PSCmdlet) {
        $scope = $script:Machine.dhcp.scopes["$ScopeId"]
        $value = $null
        if ($null -ne $scope) {
            $value = @($scope[$script:Options[$OptionId]] | Where-Object { $null -ne $_ -and $_ -ne '' })
        }
        if ($null -eq $value -or $value.Count -eq 0) {
            return Write-Failure $PSCmdlet 'DHCP 20010' "Failed to get option $OptionId from the DHCP server."
        }
        return [pscustomobject]@{ OptionId = $OptionId; Value = [string[]]$value }
    }
}

# Without -Force it asks every DNS server first, and refuses those that do not answer.
function Set-DhcpServerv4OptionValue {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [Net.IPAddress] $ScopeId, [Net.IPAddress[]] $Router, [Net.IPAddress[]] $DnsServer,
        [string] $DnsDomain, [switch] $Force)
    if (Assert-Dhcp $PSCmdlet) {
        $scope = $script:Machine.dhcp.scopes["$ScopeId"]
        if ($null -eq $scope -or ($DnsServer -and -not $Force)) {
            return Write-Failure $PSCmdlet 'DHCP 20005' "Failed to set options of scope $ScopeId."
        }
        if ($Router) {
            $scope.router = [Collections.ArrayList]@($Router | ForEach-Object { "$_" })
        }
        if ($DnsServer) {
            $scope.dns = [Collections.ArrayList]@($DnsServer | ForEach-Object { "$_" })
        }
        if ($DnsDomain -ne '') {
            $scope['suffix'] = $DnsDomain
        }
        Save-Change "dhcp options $ScopeId"
    }
}
