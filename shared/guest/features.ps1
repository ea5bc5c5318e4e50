# Phase features: the host can nest, and the Windows features are there.

function Assert-Windows {
    $system = Get-CimInstance -ClassName Win32_OperatingSystem
    $script:Facts['build'] = [int]$system.BuildNumber
    if ($system.ProductType -eq 1 -or [int]$system.BuildNumber -lt 14393) {
        Stop-Phase 'unsupportedWindows' "Windows Server 2016 or later is needed; this is $($script:OsName)."
    }
}

# -WhatIf runs ServerManager's prerequisite check and changes nothing; the error id is the same in every language.
function Assert-NestedVirtualization {
    $problems = @()
    try {
        [void](Install-WindowsFeature -Name 'Hyper-V' -WhatIf -ErrorAction SilentlyContinue -ErrorVariable problems)
    }
    catch {
        $problems = @($_)
    }
    foreach ($problem in @($problems)) {
        if ($problem.FullyQualifiedErrorId -like 'Alteration_PrerequisiteCheck_Failed*') {
            Stop-Phase 'nestedVirtualizationUnavailable' "This VM cannot run Hyper-V: $($problem.Exception.Message)"
        }
    }
}

# The Routing role brings the web server with it, which nothing here needs.
function Disable-WebServer {
    $service = Get-Service -Name 'W3SVC' -ErrorAction SilentlyContinue
    if ($null -ne $service -and $service.StartType.ToString() -ne 'Disabled') {
        Set-Service -Name 'W3SVC' -StartupType Disabled
        Stop-Service -Name 'W3SVC' -Force
        Add-Change 'service:W3SVC'
    }
}

function Install-MissingFeature {
    $before = Get-FeatureState
    $missing = @($Features | Where-Object { $before[$_] -ne 'Installed' -and $before[$_] -ne 'InstallPending' })
    if ($missing.Count -eq 0) {
        return
    }
    $hadWebServer = $null -ne (Get-Service -Name 'W3SVC' -ErrorAction SilentlyContinue)
    if ($missing -contains 'Hyper-V') {
        Request-Restart
    }
    $result = Install-WindowsFeature -Name $missing -IncludeManagementTools
    Write-Log "features $($result.ExitCode): $(@($result.FeatureResult | ForEach-Object { $_.Name }) -join ', ')"
    if (-not $result.Success) {
        Stop-Phase 'featuresFailed' "Install-WindowsFeature ended with $($result.ExitCode) for $($missing -join ', ')."
    }
    if ($result.RestartNeeded.ToString() -ne 'No') {
        Request-Restart
    }
    foreach ($name in $missing) {
        Add-Change "feature:$name"
    }
    if (-not $hadWebServer) {
        Disable-WebServer
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
    $after = Get-FeatureState
    $script:Facts['features'] = $after
    $absent = @($Features | Where-Object { $after[$_] -ne 'Installed' -and $after[$_] -ne 'InstallPending' })
    Add-Check 'features' ($absent.Count -eq 0) ($absent -join ', ')
    if ($absent.Count -gt 0) {
        Stop-Phase 'featuresFailed' "Still not installed: $($absent -join ', ')."
    }
    if (@($after.Values | Where-Object { $_ -eq 'InstallPending' }).Count -gt 0) {
        Request-Restart
    }
}
exit 0
