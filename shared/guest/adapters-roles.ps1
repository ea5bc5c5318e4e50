# Adapter layer: changes Hyper-V and DHCP. Only in phases that may change something.
#   New-OsSwitch name                                internal
#   Set-OsVmHost diskPath machinePath
#   Add-OsDhcpGroups
#   Set-OsDhcpConflict attempts
#   Set-OsDhcpBinding alias bound
#   Add-OsDhcpScope name start end mask leaseSeconds
#   Set-OsDhcpScope scope name start end leaseSeconds
#   Remove-OsDhcpScope scope                         with its leases
#   Set-OsDhcpRouter, Set-OsDhcpServers, Set-OsDhcpSuffix scope value

function New-OsSwitch {
    param([string] $Name)
    [void](New-VMSwitch -Name $Name -SwitchType Internal -ErrorAction Stop)
}

function Set-OsVmHost {
    param([string] $DiskPath, [string] $MachinePath)
    Set-VMHost -VirtualHardDiskPath $DiskPath -VirtualMachinePath $MachinePath -Confirm:$false -ErrorAction Stop
}

function Add-OsDhcpGroups {
    Add-DhcpServerSecurityGroup -ErrorAction Stop
}

function Set-OsDhcpConflict {
    param([int] $Attempts)
    Set-DhcpServerSetting -ConflictDetectionAttempts $Attempts -ErrorAction Stop
}

function Set-OsDhcpBinding {
    param([string] $Alias, [bool] $Bound)
    Set-DhcpServerv4Binding -InterfaceAlias $Alias -BindingState $Bound -ErrorAction Stop
}

function Add-OsDhcpScope {
    param([string] $Name, [string] $Start, [string] $End, [string] $Mask, [int] $LeaseSeconds)
    Add-DhcpServerv4Scope -Name $Name -StartRange $Start -EndRange $End -SubnetMask $Mask -LeaseDuration ([TimeSpan]::FromSeconds($LeaseSeconds)) -State Active -ErrorAction Stop
}

function Set-OsDhcpScope {
    param([string] $Scope, [string] $Name, [string] $Start, [string] $End, [int] $LeaseSeconds)
    Set-DhcpServerv4Scope -ScopeId $Scope -Name $Name -StartRange $Start -EndRange $End -LeaseDuration ([TimeSpan]::FromSeconds($LeaseSeconds)) -State Active -ErrorAction Stop
}

function Remove-OsDhcpScope {
    param([string] $Scope)
    Remove-DhcpServerv4Scope -ScopeId $Scope -Force -ErrorAction Stop
}

function Set-OsDhcpRouter {
    param([string] $Scope, [string] $Router)
    Set-DhcpServerv4OptionValue -ScopeId $Scope -Router $Router -Force -ErrorAction Stop
}

# Without -Force each server would be probed first, and one that does not answer yet would be refused.
function Set-OsDhcpServers {
    param([string] $Scope, [string[]] $Servers)
    Set-DhcpServerv4OptionValue -ScopeId $Scope -DnsServer $Servers -Force -ErrorAction Stop
}

function Set-OsDhcpSuffix {
    param([string] $Scope, [string] $Suffix)
    Set-DhcpServerv4OptionValue -ScopeId $Scope -DnsDomain $Suffix -Force -ErrorAction Stop
}
