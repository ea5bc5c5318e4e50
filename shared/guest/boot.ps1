# Phase network as the startup task runs it, and how it leaves that task behind.

$EventIds = @{ unchanged = 1; mended = 2; failed = 3 }

# The script first, the task last: a run that is cut off leaves no task that finds nothing.
function Set-BootTask {
    Add-Made 'bootTask'
    $text = (Get-OsScriptText).Replace("`r`n", "`n")
    $print = Get-Fingerprint $text
    $state = Read-State
    $current = $state['bootScript'] -eq $print -and $state['bootVersion'] -eq $ScriptVersion
    if (-not $current -or -not (Test-StoredScript)) {
        Write-OsText (Get-BootFile 'ps1') $text
        $state['bootScript'] = $print
        $state['bootVersion'] = $ScriptVersion
        Save-State $state
        Add-Change 'boot:script'
    }
    if (-not (Test-StoredPlan)) {
        Write-OsText (Get-BootFile 'txt') $script:Encoded
        Add-Change 'boot:parameters'
    }
    if ($null -ne (Get-TaskFault)) {
        Set-OsStartupTask $BootTask $BootExecute (Get-BootArguments)
        Add-Change 'boot:task'
    }
}

function Read-Stored {
    $stored = Read-OsText (Get-BootFile 'txt')
    if ($null -eq $stored) {
        Stop-Phase 'badParameters' 'There are no stored parameters.'
    }
    return $stored
}

function Test-Started {
    try {
        $nic1 = Find-Nic 'NIC 1' $script:Plan.nic1
        [void](Find-Nic 'NIC 2' $script:Plan.nic2)
        Assert-DefaultRoute $nic1
        $vEthernet = Find-SwitchAdapter $script:Plan.switchName
        $waiting = @(@('vmms', 'vmcompute', 'RemoteAccess', 'DHCPServer') | Where-Object {
                $service = Get-OsService $_
                $null -ne $service -and $service.StartType -eq 'Automatic' -and $service.Status -ne 'Running'
            })
        return $null -ne $vEthernet -and @(Get-OsAddress $vEthernet.Index).Count -gt 0 -and $waiting.Count -eq 0
    }
    catch {
        return $false
    }
}

# Windows brings up adapters and services by itself, one after the other. What has not come by then is put right.
function Wait-Started {
    if ($script:AtBoot -and -not (Test-Within 300 { Test-Started })) {
        Write-Log 'Windows has not brought up everything by itself.'
    }
}

# RRAS may lose NAT once more when it has settled; Restart-Router counts. What else RRAS keeps may have gone with it.
function Confirm-Nat {
    param([object] $Nic1, [object] $Nic2, [object] $Switch)
    while ($script:AtBoot) {
        Wait-OsSeconds 15
        if (Test-Nat $Nic1.Name) {
            return
        }
        Restart-Router 'NAT was lost again'
        Set-Nat $Nic1.Name $Nic2.Name
        Set-Filter $Switch.Name $Nic1.Name $Nic2.Name
        Set-Forwarding 'nic1' $Nic1.Index
        Set-Forwarding 'nic2' $Nic2.Index
        Set-Forwarding 'vEthernet' $Switch.Index
    }
}

function Write-BootEvent {
    param([string] $Kind, [string] $Level, [string] $Text, [bool] $Held = $true)
    try {
        Write-OsEvent $EventIds[$Kind] $Level $Text
    }
    catch {
        if ($Held) {
            Write-Log "event: $($_.Exception.Message)"
        }
    }
}

# A run that ended well has done what the task would have done in this boot: it was registered too late for that, or failed.
function Test-BootDone {
    $report = Read-BootReport
    return $null -ne $report -and $null -eq (Get-Field $report 'error')
}

# A task that was refused its folder, or the lock, tells the log of Windows alone: what is in the folder is not its own then.
function Write-BootReport {
    param([object] $Failure, [bool] $Held)
    if (-not $Held) {
        if ($script:AtBoot) {
            Write-BootEvent 'failed' 'Error' "The network of guests was not looked at: $((Get-FailureLine $Failure)['message'])" $false
        }
        return
    }
    if (-not $script:AtBoot -and ($null -ne $Failure -or (Test-BootDone))) {
        return
    }
    if ($script:AtBoot) {
        Set-StateField 'bootRan' $true
    }
    $report = @{ boot = $script:Boot; changed = $script:Changed.ToArray(); routerRestarts = $script:Restarts }
    if ($null -ne $Failure) {
        $report['error'] = Get-FailureLine $Failure
    }
    Write-OsText (Get-BootFile 'json') (ConvertTo-OsJson $report)
    if (-not $script:AtBoot) {
        return
    }
    $restarts = ''
    if ($script:Restarts -gt 0) {
        $restarts = " RemoteAccess was restarted $($script:Restarts) times."
    }
    if ($null -ne $Failure) {
        Write-BootEvent 'failed' 'Error' "The network of guests is not as planned: $($report['error']['message'])$restarts"
    }
    elseif ($script:Changed.Count -gt 0) {
        Write-BootEvent 'mended' 'Warning' "The network of guests was put right: $($script:Changed.ToArray() -join ', ').$restarts"
    }
    else {
        Write-BootEvent 'unchanged' 'Information' "The network of guests is as planned.$restarts"
    }
}
