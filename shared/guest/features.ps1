# Phase features: the host can nest, and the Windows features are there.

function Assert-Windows {
    $system = Get-OsSystem
    $script:Facts['build'] = $system.Build
    if ($system.ProductType -eq 1 -or $system.Build -lt 14393) {
        Stop-Phase 'unsupportedWindows' "Windows Server 2016 or later is needed; this is $($script:OsName)."
    }
}

# The same in every language: the id of the error that ServerManager's prerequisite check gives.
function Assert-NestedVirtualization {
    foreach ($problem in @(Test-OsFeature 'Hyper-V')) {
        if ($problem.Id -like 'Alteration_PrerequisiteCheck_Failed*') {
            Stop-Phase 'nestedVirtualizationUnavailable' "This VM cannot run Hyper-V: $($problem.Message)"
        }
    }
}

# The Routing role brings the web server with it, which nothing here needs.
function Disable-WebServer {
    $service = Get-OsService 'W3SVC'
    if ($null -eq $service -or ($service.StartType -eq 'Disabled' -and $service.Status -eq 'Stopped')) {
        return
    }
    try {
        Set-OsServiceStart 'W3SVC' 'Disabled'
        Stop-OsService 'W3SVC'
        Add-Change 'service:W3SVC'
    }
    catch {
        Add-Warning 'webServer' $_.Exception.Message
    }
}

function Install-MissingFeature {
    $before = Get-FeatureState
    $missing = @($Features | Where-Object { $before[$_] -ne 'Installed' -and $before[$_] -ne 'InstallPending' })
    if ($missing.Count -eq 0) {
        return
    }
    # Features are refused then, some of them at least; the caller restarts Windows and runs this phase again. What still waits
    # after that waits for something else, and may be no hindrance.
    $waiting = @(Get-PendingRestart)
    if ($waiting.Count -gt 0 -and $null -eq (Get-Field $script:Plan 'notBootedAt')) {
        Request-Restart
        Stop-Phase 'restartFirst' "Windows has to restart for its $($waiting -join ' and ') before features can be installed."
    }
    # Whether the web server comes with the role is known before only; a run cut off in between must still know it.
    if ($missing -contains 'Routing' -and $null -eq (Get-OsService 'W3SVC')) {
        Set-StateField 'webServerUnwanted' $true
    }
    if ($missing -contains 'Hyper-V') {
        Request-Restart
    }
    try {
        $result = Install-OsFeature $missing
    }
    catch {
        Stop-Phase 'featuresFailed' "Install-WindowsFeature failed for $($missing -join ', '): $($_.Exception.Message)"
    }
    Write-Log "features $($result.ExitCode): $($result.Names -join ', ')"
    if (-not $result.Success) {
        Stop-Phase 'featuresFailed' "Install-WindowsFeature ended with $($result.ExitCode) for $($missing -join ', ')."
    }
    if ($result.Restart -ne 'No') {
        Request-Restart
    }
    foreach ($name in $missing) {
        Add-Change "feature:$name"
    }
}

Invoke-Phase 'features' {
    Assert-Windows
    [void](Find-Nic 'NIC 1' $script:Plan.nic1)
    [void](Find-Nic 'NIC 2' $script:Plan.nic2)
    if ((Get-FeatureState)['Hyper-V'] -eq 'Available') {
        Assert-NestedVirtualization
    }
    Install-MissingFeature
    if ((Read-State)['webServerUnwanted']) {
        Disable-WebServer
    }
    $after = Get-FeatureState
    $script:Facts['features'] = $after
    $absent = @($Features | Where-Object { $after[$_] -ne 'Installed' -and $after[$_] -ne 'InstallPending' })
    # Windows may tell of what was installed only after the restart that is due; phase network looks again.
    $pending = $absent.Count -gt 0 -and (Test-SameBoot (Read-State)['restartBoot'])
    if ($pending) {
        Add-Warning 'featuresPending' "Not shown as installed before the restart: $($absent -join ', ')."
    }
    Add-Check 'features' ($absent.Count -eq 0 -or $pending) ($absent -join ', ')
    if ($absent.Count -gt 0 -and -not $pending) {
        Stop-Phase 'featuresFailed' "Still not installed: $($absent -join ', ')."
    }
    if (@($after.Values | Where-Object { $_ -eq 'InstallPending' }).Count -gt 0) {
        Request-Restart
    }
}
exit 0
