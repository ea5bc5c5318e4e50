# The Hyper-V module: switches, their adapters in the host, guests.

function Assert-HyperV {
    param([Management.Automation.PSCmdlet] $Cmdlet)
    Assert-Alive
    if ($script:Machine.features['Hyper-V-PowerShell'] -ne 'Installed') {
        throw "The term '$($Cmdlet.MyInvocation.MyCommand.Name)' is not recognized as the name of a cmdlet."
    }
}

function Get-VMSwitch {
    [CmdletBinding()]
    param([string] $Name)
    Assert-HyperV $PSCmdlet
    if (Test-Late 'lateHyperV') {
        return Write-Failure $PSCmdlet 'ObjectNotFound' 'Hyper-V encountered an error trying to access an object.' -Compiled
    }
    $found = @($script:Machine.switches | Where-Object { $Name -eq '' -or $_.name -eq $Name })
    if ($found.Count -eq 0 -and $Name -ne '') {
        return Write-Failure $PSCmdlet 'InvalidParameter,Microsoft.HyperV.PowerShell.Commands.GetVMSwitch' "Hyper-V was unable to find a virtual switch with name `"$Name`"." -Compiled
    }
    foreach ($one in $found) {
        [pscustomobject]@{ Name = $one.name; SwitchType = $one.type }
    }
}

function New-VMSwitch {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $Name, [Parameter(Mandatory)] [string] $SwitchType)
    Assert-HyperV $PSCmdlet
    if (-not (Test-Running 'vmms') -or (Test-Late 'lateSwitch')) {
        return Write-Failure $PSCmdlet 'ObjectNotFound' 'Hyper-V encountered an error trying to access an object: verify that the Virtual Machine Management service is running.' -Compiled
    }
    [void]$script:Machine.switches.Add([ordered]@{ name = $Name; type = $SwitchType })
    $index = [long](($script:Machine.adapters | ForEach-Object { $_.index } | Sort-Object | Select-Object -Last 1) + 3)
    [void]$script:Machine.adapters.Add([ordered]@{
            index       = $index
            alias       = "vEthernet ($Name)"
            description = 'Hyper-V Virtual Ethernet Adapter'
            mac         = '00-15-5D-00-00-01'
            kind        = 'vEthernet'
            forwarding  = $false
        })
    # No DHCP server answers there, so Windows takes an address of the link for itself.
    [void]$script:Machine.addresses.Add([ordered]@{
            index = $index; address = '169.254.77.21'; prefixLength = [long]16; origin = 'WellKnown'
        })
    Save-Change "switch $Name"
    return [pscustomobject]@{ Name = $Name; SwitchType = $SwitchType }
}

function Remove-VMSwitch {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory)] [string] $Name, [switch] $Force)
    Assert-HyperV $PSCmdlet
    $found = @($script:Machine.switches | Where-Object { $_.name -eq $Name })
    if ($found.Count -eq 0) {
        return Write-Failure $PSCmdlet 'InvalidParameter' "Hyper-V was unable to find a virtual switch with name `"$Name`"." -Compiled
    }
    if (-not $Force -and -not $PSCmdlet.ShouldProcess($Name)) {
        return
    }
    $adapter = Find-Adapter $null "vEthernet ($Name)"
    $script:Machine.switches.Remove($found[0])
    if ($null -ne $adapter) {
        $script:Machine.adapters.Remove($adapter)
        $script:Machine.dhcp.bindings.Remove($adapter.alias)
        foreach ($one in @($script:Machine.addresses | Where-Object { $_.index -eq $adapter.index })) {
            $script:Machine.addresses.Remove($one)
        }
    }
    Save-Change "no switch $Name"
}

function Get-VMNetworkAdapter {
    [CmdletBinding()]
    param([switch] $ManagementOS, [string] $SwitchName, [string] $VMName)
    Assert-HyperV $PSCmdlet
    if (-not $ManagementOS) {
        foreach ($guest in @($script:Machine.nestedVms | Where-Object { $_.name -like $VMName })) {
            # An adapter that has never been started has no MAC; integration services tell addresses while they run.
            [pscustomobject]@{
                VMName      = $guest.name
                SwitchName  = 'NestedSwitch'
                MacAddress  = $(if ($guest['mac']) { $guest.mac -replace '-', '' } else { '000000000000' })
                IPAddresses = @(if ($guest.state -eq 'Running' -and $guest['address']) { $guest.address; 'fe80::1' })
            }
        }
        return
    }
    $switch = @($script:Machine.switches | Where-Object { $_.name -eq $SwitchName -and $_.type -ne 'Private' })
    $adapter = Find-Adapter $null "vEthernet ($SwitchName)"
    if ($switch.Count -eq 0) {
        return Write-Failure $PSCmdlet 'InvalidParameter' "Hyper-V was unable to find a virtual switch with name `"$SwitchName`"." -Compiled
    }
    if ($null -ne $adapter -and -not (Test-Late 'lateAdapter')) {
        $id = Get-AdapterGuid $adapter
        if ($script:Trouble['otherDeviceId']) {
            $id = 'Microsoft:00000000-0000-0000-0000-000000000999'
        }
        return [pscustomobject]@{ Name = $SwitchName; DeviceId = $id; MacAddress = $adapter.mac -replace '-', '' }
    }
}

function Get-VM {
    [CmdletBinding()]
    param()
    Assert-HyperV $PSCmdlet
    foreach ($guest in $script:Machine.nestedVms) {
        [pscustomobject]@{ Name = $guest.name; State = $guest.state }
    }
}
