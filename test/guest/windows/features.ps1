# ServerManager.

function Get-WindowsFeature {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string[]] $Name)
    Assert-Alive
    if (Test-Late 'featuresBusy') {
        return Write-Failure $PSCmdlet 'UnSupportedTargetDevice' 'The request to list features available on the specified server failed.' -Compiled
    }
    foreach ($one in $Name) {
        if ($script:Machine.features.Contains($one)) {
            $state = $script:Machine.features[$one]
            if ($state -eq 'InstallPending' -and $script:Trouble['pendingShowsAs']) {
                $state = $script:Trouble['pendingShowsAs']
            }
            [pscustomobject]@{ Name = $one; InstallState = $state }
        }
    }
}

function Install-WindowsFeature {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string[]] $Name, [switch] $IncludeManagementTools)
    Assert-Alive
    foreach ($one in $Name) {
        if (-not $script:Machine.features.Contains($one)) {
            throw "There is no feature $one."
        }
    }
    if ($Name -contains 'Hyper-V' -and $script:Trouble['cannotNest']) {
        $message = 'Hyper-V cannot be installed: virtualization support is not enabled in the BIOS.'
        $id = 'Alteration_PrerequisiteCheck_Failed,Microsoft.Windows.ServerManager.Commands.AddWindowsFeatureCommand'
        Write-Failure $PSCmdlet $id $message -Compiled
        return [pscustomobject]@{ Success = $false; ExitCode = 'Failed'; RestartNeeded = 'Maybe'; FeatureResult = @() }
    }
    if (-not $PSCmdlet.ShouldProcess($Name -join ', ')) {
        return [pscustomobject]@{ Success = $true; ExitCode = 'NoChangeNeeded'; RestartNeeded = 'Maybe'; FeatureResult = @() }
    }
    $changes = @($Name | Where-Object { $script:Machine.features[$_] -eq 'Available' }).Count -gt 0
    if ($changes -and ($script:Machine.rebootPending -or $script:Machine['updatesPending'])) {
        $message = 'The operation cannot be completed, because the server that you specified requires a restart.'
        $id = 'DISMAPI_Error__Failed_Reboot_Required,Microsoft.Windows.ServerManager.Commands.AddWindowsFeatureCommand'
        Write-Failure $PSCmdlet $id $message -Compiled
        return [pscustomobject]@{ Success = $false; ExitCode = 'Failed'; RestartNeeded = 'Maybe'; FeatureResult = @() }
    }
    $done = @(foreach ($one in $Name) { Install-One $one ([bool]$IncludeManagementTools) })
    $restart = @($done | Where-Object { $_.RestartNeeded -eq 'Yes' }).Count -gt 0
    if ($done.Count -gt 0) {
        Save-Change "features $($done.Name -join ', ')"
    }
    return [pscustomobject]@{
        Success       = $true
        ExitCode      = $(if ($done.Count -eq 0) { 'NoChangeNeeded' } elseif ($restart) { 'SuccessRestartRequired' } else { 'Success' })
        RestartNeeded = $(if ($restart) { 'Yes' } else { 'No' })
        FeatureResult = $done
    }
}

# With what comes with it, as far as this Windows has it.
function Install-One {
    param([string] $Name, [bool] $WithTools)
    if ($script:Machine.features[$Name] -ne 'Available') {
        return
    }
    $facts = $script:Defaults.features[$Name]
    $pending = [bool]$facts['restart']
    $script:Machine.features[$Name] = $(if ($pending) { 'InstallPending' } else { 'Installed' })
    if ($pending) {
        $script:Machine.rebootPending = $true
    }
    foreach ($service in @($facts['services'] | Where-Object { $null -ne $_ })) {
        Add-Service $service 'Running' 'Automatic'
    }
    [pscustomobject]@{ Name = $Name; RestartNeeded = $(if ($pending) { 'Yes' } else { 'No' }) }
    $others = @($facts['brings'])
    if ($WithTools) {
        $others += @($facts['tools'])
    }
    foreach ($other in @($others | Where-Object { $null -ne $_ })) {
        Install-One $other $WithTools
    }
}
