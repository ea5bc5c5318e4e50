# Probes of the startup task, and of what it runs.

# Phase network has been here: hosts that others built have no task, and are none the worse for it.
function Test-BootExpected {
    return Test-Made 'bootTask'
}

# It may still be at work on what would be reported as missing here.
function Wait-BootTask {
    if ((Test-BootExpected) -and $null -eq (Get-TaskFault)) {
        [void](Test-Within 600 { Test-BootSeen })
    }
}

function Test-Boot {
    if (-not (Test-BootExpected)) {
        return
    }
    $fault = Get-TaskFault
    $report = Read-BootReport
    if ($null -ne $report -and $null -ne (Get-Field $report 'error')) {
        $script:Facts['bootError'] = [string](Get-Field $report.error 'code')
    }
    if ($null -ne $fault) {
        $fault
    }
    elseif ($null -eq $report -and -not (Read-State)['bootRan']) {
        # Unverified: that Windows runs it as it was registered.
        Add-Warning 'bootTaskUnseen' "Startup task $BootTask has never run on this host."
    }
    elseif ($null -eq $report) {
        "startup task $BootTask has not run since Windows started"
    }
}

# The control plane knows which version phase network would leave there now; a host may have one from before an upgrade.
# Versions are compared and no texts, for nobody has promised that Run Command hands a script over letter by letter.
function Test-BootScript {
    if (-not (Test-BootExpected)) {
        return
    }
    Get-FolderFault
    $wanted = [string](Get-Field $script:Plan 'bootVersion')
    if (-not (Test-StoredScript)) {
        'the stored script is not whole'
    }
    elseif ($wanted -ne '' -and (Read-State)['bootVersion'] -ne $wanted) {
        'the stored script is of another version'
    }
    if (-not (Test-StoredPlan)) {
        'the stored parameters are not the current ones'
    }
}
