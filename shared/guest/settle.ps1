# Windows after a restart: servicing may still be at work, and may end in one more restart that nobody asked for.

$CbsKey = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing'
$UpdateKey = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update'
# Seconds since the start of Windows: before the first of them nothing is touched, after the second servicing that is
# at work is taken for everyday's, which is none of a host's business.
$Young = 90
$Grown = 180

# Who waits for a restart of Windows.
function Get-PendingRestart {
    if (Test-OsRegistryKey "$CbsKey\RebootPending") {
        'servicing'
    }
    if (Test-OsRegistryKey "$UpdateKey\RebootRequired") {
        'updates'
    }
}

# Why Windows may still restart by itself; nothing if it has settled.
function Get-Unrest {
    $up = (Get-OsSystem).UpSeconds
    if ($up -lt $Young) {
        return "it started $up s ago"
    }
    if (Test-OsRegistryKey "$CbsKey\RebootInProgress") {
        return 'servicing is in the middle of a restart'
    }
    $states = Get-FeatureState
    $pending = @($Features | Where-Object { $states[$_] -eq 'InstallPending' })
    if ($pending.Count -gt 0) {
        return "still to be finished: $($pending -join ', ')"
    }
    if ($up -lt $Grown -and ((Test-Running 'TrustedInstaller') -or @(Get-PendingRestart).Count -gt 0)) {
        return 'servicing is at work'
    }
}

# Only after a restart that the control plane asked for: whatever else restarts Windows has had its time.
function Wait-Settled {
    if ($script:AtBoot -or (ConvertTo-Instant (Get-Field $script:Plan 'notBootedAt')) -eq '') {
        return
    }
    if (-not (Test-Within 240 { $null -eq (Get-Unrest) })) {
        Stop-Phase 'notSettled' "Windows has not settled since the restart: $(Get-Unrest)."
    }
}
