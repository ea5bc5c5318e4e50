# Probe of the startup task.

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
    if ($null -ne $fault) {
        $fault
    }
    elseif (-not (Test-BootSeen)) {
        "startup task $BootTask has not run since Windows started"
    }
    if (-not (Test-StoredScript)) {
        'the stored script is not whole'
    }
    if (-not (Test-StoredPlan)) {
        'the stored parameters are not the current ones'
    }
}
