# The registry keys that the scripts touch, and those that they look at.

$script:PoolKey = 'HKLM:\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\IP'
$script:Servicing = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion'
$script:RolesKey = 'HKLM:\SOFTWARE\Microsoft\ServerManager\Roles\12'

function Test-Path {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $LiteralPath)
    Assert-Alive
    if ($LiteralPath -eq $script:PoolKey) {
        return $script:Machine.features['Routing'] -eq 'Installed'
    }
    if ($LiteralPath.StartsWith($script:Servicing)) {
        switch ($LiteralPath.Substring($script:Servicing.Length)) {
            '\Component Based Servicing\RebootPending' { return [bool]$script:Machine.rebootPending }
            '\Component Based Servicing\RebootInProgress' { return [bool]$script:Machine['rebootInProgress'] }
            '\WindowsUpdate\Auto Update\RebootRequired' { return [bool]$script:Machine['updatesPending'] }
        }
    }
    # Core has no Server Manager.
    return $LiteralPath -eq $script:RolesKey -and $script:Machine['edition'] -ne 'Core'
}

function New-Item {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $Path, [string] $ItemType, [switch] $Force)
    Assert-Alive
    return [pscustomobject]@{ Name = $Path }
}

function Get-ItemProperty {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $LiteralPath, [Parameter(Mandatory)] [string] $Name)
    Assert-Alive
    $pool = $script:Machine.rras['initialAddressPoolSize']
    if ($LiteralPath -ne $script:PoolKey -or $Name -ne 'InitialAddressPoolSize' -or $null -eq $pool) {
        return Write-Failure $PSCmdlet 'PropertyNotFound' "Property $Name does not exist at path $LiteralPath." -Compiled
    }
    return [pscustomobject]@{ InitialAddressPoolSize = $pool }
}

function New-ItemProperty {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $LiteralPath, [Parameter(Mandatory)] [string] $Name,
        [Parameter(Mandatory)] [object] $Value, [string] $PropertyType, [switch] $Force)
    Assert-Alive
    if ($LiteralPath -eq $script:RolesKey -and $Name -eq 'ConfigurationState' -and (Test-Path -LiteralPath $LiteralPath)) {
        Save-Change "registry $Name"
        return [pscustomobject]@{ ConfigurationState = $Value }
    }
    if ($LiteralPath -ne $script:PoolKey -or $Name -ne 'InitialAddressPoolSize' -or $PropertyType -ne 'DWord') {
        throw "FakeWindows has no property $Name at $LiteralPath."
    }
    $script:Machine.rras['initialAddressPoolSize'] = [long]$Value
    Save-Change "registry $Name"
    return [pscustomobject]@{ InitialAddressPoolSize = $Value }
}
