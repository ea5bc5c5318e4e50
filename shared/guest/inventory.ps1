# Phase inventory: the guests of this host, in whatever state. Where guests cannot be counted the phase fails.

function Get-Guest {
    # Without the role, or with a role that still waits for its restart, no guest can exist.
    if ((Get-FeatureState)['Hyper-V'] -ne 'Installed') {
        return @()
    }
    $service = Get-Service -Name 'vmms' -ErrorAction SilentlyContinue
    if ($null -eq $service -or $service.Status.ToString() -ne 'Running') {
        Stop-Phase 'cannotCount' 'The Virtual Machine Management service is not running.'
    }
    return @(Get-VM)
}

Invoke-Phase 'inventory' {
    $guests = @(Get-Guest)
    $script:Facts['count'] = $guests.Count
    $script:Facts['guests'] = @($guests | ForEach-Object { @{ name = [string]$_.Name; state = $_.State.ToString() } })
}
exit 0
