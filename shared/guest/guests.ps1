# The guests of this host.

function Get-Guest {
    # Without the role, or with a role that still waits for its restart, no guest can exist.
    if ((Get-FeatureState)['Hyper-V'] -ne 'Installed') {
        return @()
    }
    if (-not (Test-Running 'vmms')) {
        Stop-Phase 'cannotCount' 'The Virtual Machine Management service is not running.'
    }
    return @(Get-OsGuest)
}
