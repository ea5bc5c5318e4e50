# Services: running and automatic.

function Set-RunningService {
    param([string] $Name)
    $service = Get-OsService $Name
    if ($null -eq $service) {
        Stop-Phase 'serviceMissing' "There is no service $Name."
    }
    if ($service.StartType -ne 'Automatic') {
        Set-OsServiceStart $Name 'Automatic'
        Add-Change "service:$Name"
    }
    if ($service.Status -ne 'Running') {
        Start-OsService $Name
        Add-Change "service:$Name"
    }
}
