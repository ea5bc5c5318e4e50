# The two registry keys that the scripts touch.

$script:PoolKey = 'HKLM:\SYSTEM\CurrentControlSet\Services\RemoteAccess\Parameters\IP'
$script:RolesKey = 'HKLM:\SOFTWARE\Microsoft\ServerManager\Roles\12'

function Test-Path {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $LiteralPath)
    Assert-Alive
    if ($LiteralPath -eq $script:PoolKey) {
        return $script:Machine.features['Routing'] -eq 'Installed'
    }
    # Core has no Server Manager.
    return $LiteralPath -eq $script:RolesKey -and -not $script:Trouble['core']
}

function New-Item {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $Path, [switch] $Force)
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
