# Adapters and addresses: NetAdapter, NetTCPIP, NetNat, DnsClient.

$script:Drivers = @{ synthetic = 'netvsc.sys'; vf = 'mlx5.sys'; vEthernet = 'vmswitch.sys' }

function Get-AdapterGuid {
    param([object] $Adapter)
    return '{{00000000-0000-0000-0000-{0:D12}}}' -f [int]$Adapter.index
}

function Get-NetAdapter {
    [CmdletBinding()]
    param()
    Assert-Alive
    foreach ($adapter in $script:Machine.adapters) {
        if ($adapter.kind -eq 'synthetic' -and (Test-Late 'lateNics')) {
            continue
        }
        [pscustomobject]@{
            Name                 = $adapter.alias
            InterfaceDescription = $adapter.description
            ifIndex              = [uint32]$adapter.index
            MacAddress           = $adapter.mac
            InterfaceGuid        = Get-AdapterGuid $adapter
            DriverFileName       = $script:Drivers[$adapter.kind]
        }
    }
}

function Get-NetIPAddress {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [uint32] $InterfaceIndex, [Parameter(Mandatory)] [string] $AddressFamily)
    Assert-Alive
    $found = @($script:Machine.addresses | Where-Object { $_.index -eq $InterfaceIndex })
    if ($found.Count -eq 0) {
        return Write-Failure $PSCmdlet 'CmdletizationQuery_NotFound_InterfaceIndex' "No MSFT_NetIPAddress objects found with InterfaceIndex $InterfaceIndex."
    }
    foreach ($one in $found) {
        [pscustomobject]@{
            InterfaceIndex = $InterfaceIndex
            IPAddress      = $one.address
            PrefixLength   = [byte]$one.prefixLength
            PrefixOrigin   = $one.origin
            AddressState   = $(if ($one.origin -eq 'Manual' -and (Test-Late 'lateAddress')) { 'Tentative' } else { 'Preferred' })
        }
    }
}

function New-NetIPAddress {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [uint32] $InterfaceIndex, [Parameter(Mandatory)] [string] $IPAddress,
        [Parameter(Mandatory)] [byte] $PrefixLength)
    Assert-Alive
    if (@($script:Machine.addresses | Where-Object { $_.address -eq $IPAddress }).Count -gt 0) {
        return Write-Failure $PSCmdlet 'Windows System Error 5010,New-NetIPAddress' 'Instance MSFT_NetIPAddress already exists'
    }
    # The one that Windows took for itself goes by itself.
    foreach ($one in @($script:Machine.addresses | Where-Object { $_.index -eq $InterfaceIndex -and $_.origin -eq 'WellKnown' })) {
        $script:Machine.addresses.Remove($one)
    }
    [void]$script:Machine.addresses.Add([ordered]@{
            index = [long]$InterfaceIndex; address = $IPAddress; prefixLength = [long]$PrefixLength; origin = 'Manual'
        })
    Save-Change "address $IPAddress/$PrefixLength"
    return [pscustomobject]@{ IPAddress = $IPAddress }
}

function Remove-NetIPAddress {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory)] [uint32] $InterfaceIndex, [Parameter(Mandatory)] [string] $IPAddress)
    Assert-Alive
    $found = @($script:Machine.addresses | Where-Object { $_.index -eq $InterfaceIndex -and $_.address -eq $IPAddress })
    if ($found.Count -eq 0) {
        return Write-Failure $PSCmdlet 'CmdletizationQuery_NotFound' "No MSFT_NetIPAddress objects found with IPAddress $IPAddress."
    }
    if ($script:Trouble['linkAddressStays'] -and $IPAddress.StartsWith('169.254.')) {
        return Write-Failure $PSCmdlet 'Windows System Error 1168,Remove-NetIPAddress' 'Element not found.'
    }
    if ($PSCmdlet.ShouldProcess($IPAddress)) {
        $script:Machine.addresses.Remove($found[0])
        Save-Change "no address $IPAddress"
    }
}

function Get-NetIPInterface {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [uint32] $InterfaceIndex, [Parameter(Mandatory)] [string] $AddressFamily)
    Assert-Alive
    $adapter = Find-Adapter $InterfaceIndex
    if ($null -eq $adapter) {
        return Write-Failure $PSCmdlet 'CmdletizationQuery_NotFound_InterfaceIndex' "No MSFT_NetIPInterface objects found with InterfaceIndex $InterfaceIndex."
    }
    return [pscustomobject]@{ InterfaceIndex = $InterfaceIndex; Forwarding = $(if ($adapter.forwarding) { 'Enabled' } else { 'Disabled' }) }
}

function Set-NetIPInterface {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [uint32] $InterfaceIndex, [Parameter(Mandatory)] [string] $AddressFamily,
        [Parameter(Mandatory)] [string] $Forwarding)
    Assert-Alive
    (Find-Adapter $InterfaceIndex).forwarding = $Forwarding -eq 'Enabled'
    Save-Change "forwarding $InterfaceIndex"
}

function Get-NetNat {
    [CmdletBinding()]
    param()
    Assert-Alive
    if ($script:Trouble['noNetNat']) {
        return Write-Failure $PSCmdlet 'HRESULT 80041010,Get-NetNat' 'Invalid class'
    }
    foreach ($nat in $script:Machine.netNats) {
        [pscustomobject]@{ Name = $nat.name; InternalIPInterfaceAddressPrefix = $nat.internalPrefix }
    }
}

function Resolve-DnsName {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $Name, [string] $Type, [Parameter(Mandatory)] [string] $Server,
        [switch] $DnsOnly, [switch] $QuickTimeout)
    Assert-Alive
    if (@($script:Trouble['silentDns']) -contains $Server) {
        return Write-Failure $PSCmdlet 'System.Net.Sockets.SocketException' "$Name : This operation returned because the timeout period expired" -Compiled
    }
    return [pscustomobject]@{ Name = $Name; Type = $Type; IPAddress = '20.112.250.133' }
}
