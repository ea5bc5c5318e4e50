# Services, with what comes of it when one of them starts.

function Add-Service {
    param([string] $Name, [string] $Status, [string] $StartType)
    if (-not $script:Machine.services.Contains($Name)) {
        $script:Machine.services[$Name] = [ordered]@{ status = $Status; startType = $StartType }
    }
}

function Get-Service {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Name)
    Assert-Alive
    $service = $script:Machine.services[$Name]
    if ($null -eq $service) {
        return Write-Failure $PSCmdlet 'NoServiceFoundForGivenName' "Cannot find any service with service name '$Name'." -Compiled
    }
    $status = $service.status
    if ($status -eq 'Running' -and (Test-Late "late:$Name")) {
        $status = 'StartPending'
    }
    return [pscustomobject]@{ Name = $Name; Status = $status; StartType = $service.startType }
}

function Set-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $Name, [Parameter(Mandatory)] [string] $StartupType)
    Assert-Alive
    $script:Machine.services[$Name].startType = $StartupType
    Save-Change "service $Name $StartupType"
}

function Start-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $Name)
    Assert-Alive
    if ($script:Machine.services[$Name].startType -eq 'Disabled') {
        return Write-Failure $PSCmdlet 'CouldNotStartService' "Service '$Name' cannot be started: it is disabled." -Compiled
    }
    if (Test-StartFails $Name) {
        Save-Change "start $Name"
        return Write-Failure $PSCmdlet 'CouldNotStartService' "Failed to start service '$Name'." -Compiled
    }
    Start-One $Name
    Save-Change "start $Name"
}

function Stop-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $Name, [switch] $Force)
    Assert-Alive
    if ($script:Trouble["stopFails:$Name"]) {
        return Write-Failure $PSCmdlet 'CouldNotStopService' "Service '$Name' cannot be stopped." -Compiled
    }
    $script:Machine.services[$Name].status = 'Stopped'
    Save-Change "stop $Name"
}

function Restart-Service {
    [CmdletBinding(SupportsShouldProcess)]
    param([Parameter(Mandatory)] [string] $Name, [switch] $Force)
    Assert-Alive
    if (Test-StartFails $Name) {
        Save-Change "restart $Name"
        return Write-Failure $PSCmdlet 'CouldNotStartService' "Failed to start service '$Name'." -Compiled
    }
    Start-One $Name
    Save-Change "restart $Name"
}

# So many starts of the service end with an error.
function Test-StartFails {
    param([string] $Name)
    if ($script:Trouble["startFails:$Name"] -gt 0) {
        $script:Trouble["startFails:$Name"]--
        $script:Machine.services[$Name].status = 'Stopped'
        return $true
    }
    return $false
}

function Start-One {
    param([string] $Name)
    $script:Machine.services[$Name].status = 'Running'
    if ($Name -eq 'RemoteAccess') {
        Update-RouterInterfaces
    }
    if ($Name -eq 'DHCPServer') {
        Update-DhcpBindings
    }
}
