# Adapter layer: looks at the network and the roles. The list of functions is in adapters.ps1.

function Get-OsAdapter {
    foreach ($adapter in @(Get-NetAdapter -ErrorAction Stop)) {
        [pscustomobject]@{
            Index       = [int]$adapter.ifIndex
            Name        = [string]$adapter.Name
            Description = [string]$adapter.InterfaceDescription
            Driver      = [string]$adapter.DriverFileName
            Mac         = [string]$adapter.MacAddress
            Guid        = ([string]$adapter.InterfaceGuid).Trim('{', '}').ToUpperInvariant()
        }
    }
}

function Get-OsAddress {
    param([int] $Index)
    foreach ($address in @(Get-NetIPAddress -InterfaceIndex $Index -AddressFamily IPv4 -ErrorAction SilentlyContinue)) {
        [pscustomobject]@{
            Address = [string]$address.IPAddress
            Length  = [int]$address.PrefixLength
            Origin  = [string]$address.PrefixOrigin
            State   = [string]$address.AddressState
        }
    }
}

function Get-OsInterface {
    param([int] $Index)
    foreach ($interface in @(Get-NetIPInterface -InterfaceIndex $Index -AddressFamily IPv4 -ErrorAction SilentlyContinue)) {
        return [pscustomobject]@{ Forwarding = [string]$interface.Forwarding -eq 'Enabled' }
    }
}

function Get-OsRoute {
    param([string] $Store)
    foreach ($route in @(Get-NetRoute -AddressFamily IPv4 -PolicyStore "${Store}Store" -ErrorAction SilentlyContinue)) {
        [pscustomobject]@{
            Prefix   = [string]$route.DestinationPrefix
            Gateway  = [string]$route.NextHop
            Index    = [int]$route.ifIndex
            Metric   = [int]$route.RouteMetric
            Protocol = [string]$route.Protocol
        }
    }
}

function Find-OsRoute {
    param([string] $Address)
    foreach ($found in @(Find-NetRoute -RemoteIPAddress $Address -ErrorAction SilentlyContinue)) {
        # Windows answers with an address and a route; the route has a next hop.
        if ($null -ne $found.PSObject.Properties['NextHop']) {
            return [pscustomobject]@{ Index = [int]$found.InterfaceIndex; Gateway = [string]$found.NextHop }
        }
    }
    return $null
}

# netsh reports errors on stdout in the language of the system: its exit code counts, and what `dump` prints.
function Invoke-OsNetsh {
    param([string[]] $Words)
    $ErrorActionPreference = 'Continue'
    $lines = @(& netsh.exe @Words 2>&1 | ForEach-Object { "$_" })
    return [pscustomobject]@{ Code = $LASTEXITCODE; Lines = $lines }
}

function Get-OsRouting {
    return [string](Get-RemoteAccess -ErrorAction Stop).RoutingStatus
}

function Get-OsNetNat {
    foreach ($nat in @(Get-NetNat -ErrorAction Stop)) {
        [pscustomobject]@{ Name = [string]$nat.Name; Prefix = [string]$nat.InternalIPInterfaceAddressPrefix }
    }
}

function Resolve-OsName {
    param([string] $Name, [string] $Server)
    $answers = @(Resolve-DnsName -Name $Name -Type A -Server $Server -DnsOnly -QuickTimeout -ErrorAction SilentlyContinue)
    return $answers.Count -gt 0
}

function Test-OsTcp {
    param([string] $Address, [int] $Port)
    return [bool](Test-NetConnection -ComputerName $Address -Port $Port -InformationLevel Quiet -WarningAction SilentlyContinue -ErrorAction SilentlyContinue)
}

# All are listed: asked for one by name, a Hyper-V that does not answer looks like one that has no such switch.
function Get-OsSwitch {
    param([string] $Name)
    foreach ($switch in @(Get-VMSwitch -ErrorAction Stop | Where-Object { $_.Name -eq $Name })) {
        [pscustomobject]@{ Name = [string]$switch.Name; Type = [string]$switch.SwitchType }
    }
}

function Get-OsSwitchPort {
    param([string] $Name)
    foreach ($port in @(Get-VMNetworkAdapter -ManagementOS -SwitchName $Name -ErrorAction SilentlyContinue)) {
        [pscustomobject]@{
            Guid = ([string]$port.DeviceId).Trim('{', '}').ToUpperInvariant()
            Mac  = [string]$port.MacAddress
        }
    }
}

function Get-OsGuest {
    foreach ($guest in @(Get-VM -ErrorAction Stop)) {
        [pscustomobject]@{ Name = [string]$guest.Name; State = [string]$guest.State }
    }
}

function Get-OsGuestAdapter {
    foreach ($port in @(Get-VMNetworkAdapter -VMName '*' -ErrorAction SilentlyContinue)) {
        [pscustomobject]@{
            Guest     = [string]$port.VMName
            Switch    = [string]$port.SwitchName
            Mac       = [string]$port.MacAddress
            Addresses = @($port.IPAddresses | ForEach-Object { [string]$_ })
        }
    }
}

function Get-OsVmHost {
    $settings = Get-VMHost -ErrorAction Stop
    return [pscustomobject]@{
        DiskPath    = [string]$settings.VirtualHardDiskPath
        MachinePath = [string]$settings.VirtualMachinePath
    }
}

function Get-OsDhcpSetting {
    $setting = Get-DhcpServerSetting -ErrorAction Stop
    return [pscustomobject]@{
        InDomain         = [bool]$setting.IsDomainJoined
        Authorized       = [bool]$setting.IsAuthorized
        ConflictAttempts = [int]$setting.ConflictDetectionAttempts
    }
}

function Get-OsDhcpBinding {
    foreach ($binding in @(Get-DhcpServerv4Binding -ErrorAction SilentlyContinue)) {
        [pscustomobject]@{ Alias = [string]$binding.InterfaceAlias; Bound = [bool]$binding.BindingState }
    }
}

function Get-OsDhcpScope {
    param([string] $Scope)
    $found = Get-DhcpServerv4Scope -ScopeId $Scope -ErrorAction SilentlyContinue
    if ($null -eq $found) {
        return $null
    }
    return [pscustomobject]@{
        Name         = [string]$found.Name
        Start        = [string]$found.StartRange
        End          = [string]$found.EndRange
        Mask         = [string]$found.SubnetMask
        State        = [string]$found.State
        # A lease without an end is longer than a whole number of seconds can say.
        LeaseSeconds = [long][Math]::Min([double]2147483647, [double]$found.LeaseDuration.TotalSeconds)
    }
}

function Get-OsDhcpUse {
    param([string] $Scope)
    $found = Get-DhcpServerv4ScopeStatistics -ScopeId $Scope -ErrorAction SilentlyContinue
    if ($null -eq $found) {
        return $null
    }
    return [pscustomobject]@{ Free = [int]$found.Free; InUse = [int]$found.InUse }
}

function Get-OsDhcpOption {
    param([string] $Scope, [int] $Option)
    $found = Get-DhcpServerv4OptionValue -ScopeId $Scope -OptionId $Option -ErrorAction SilentlyContinue
    if ($null -ne $found) {
        foreach ($value in @($found.Value)) {
            [string]$value
        }
    }
}

function Get-OsDhcpLease {
    param([string] $Scope)
    foreach ($lease in @(Get-DhcpServerv4Lease -ScopeId $Scope -ErrorAction SilentlyContinue)) {
        [pscustomobject]@{
            Address = [string]$lease.IPAddress
            Name    = [string]$lease.HostName
            Mac     = [string]$lease.ClientId
            State   = [string]$lease.AddressState
        }
    }
}
