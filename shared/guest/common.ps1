# Common part of every guest phase. Windows PowerShell 5.1, runs as SYSTEM, never asks, never restarts.
# Whatever happens, the last line of the output is the result between two sentinels and the exit code is 0;
# an output without that line means that the phase was cut off and may be run again.
param(
    [Parameter(Mandatory = $true)]
    [string] $Parameters
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
# Of the whole session: commands that are script modules do not see what a script sets for itself.
$global:ProgressPreference = 'SilentlyContinue'

$Features = @('Hyper-V', 'Hyper-V-PowerShell', 'DHCP', 'RSAT-DHCP', 'Routing', 'RSAT-RemoteAccess-PowerShell')

# The startup task hands over no parameters: it takes what the folder keeps.
$script:AtBoot = $Parameters -eq 'stored'
$script:Root = ''
$script:LogFile = ''
$script:StateFile = ''
$script:Encoded = $Parameters
$script:Plan = $null
$script:Boot = ''
$script:BootAtStart = ''
$script:OsName = ''
$script:Changed = [Collections.Generic.List[string]]::new()
$script:Checks = [Collections.Generic.List[object]]::new()
$script:Findings = [Collections.Generic.List[object]]::new()
$script:Facts = @{}
$script:LockFile = ''
# A line of the log could not be written.
$script:Unlogged = $false
# Whether the log is part of the output as well.
$script:Aloud = $false
# What a phase does before it has the lock; and with its outcome, told whether it had the lock, before it gives it back.
$script:Before = $null
$script:Ending = $null

function Write-Log {
    param([string] $Text)
    $time = (Get-OsClock).ToString('yyyy-MM-ddTHH:mm:ss.fffZ', [Globalization.CultureInfo]::InvariantCulture)
    # A log that somebody else has open, or a full disk, is no reason to stop half-way.
    try {
        Add-OsText $script:LogFile "$time $PID $Text`r`n"
    }
    catch {
        $script:Unlogged = $true
    }
    if ($script:Aloud) {
        Write-OsLine "$time $Text"
    }
}

function Limit-Text {
    param([string] $Text, [int] $Length)
    return $Text.Substring(0, [Math]::Min($Text.Length, $Length))
}

function Stop-Phase {
    param([string] $Code, [string] $Message)
    $failure = [InvalidOperationException]::new($Message)
    $failure.Data['code'] = $Code
    throw $failure
}

# What is wrong and stays so, because it is not ours to change: the rest is done first, then the phase fails with it.
function Add-Finding {
    param([string] $Code, [string] $Message)
    Write-Log "found ${Code}: $Message"
    $script:Findings.Add(@{ code = $Code; message = $Message })
}

function Assert-NoFinding {
    if ($script:Findings.Count -gt 0) {
        Stop-Phase $script:Findings[0]['code'] (@($script:Findings | ForEach-Object { $_['message'] }) -join ' ')
    }
}

# What could not be proven, or is no more than a nuisance: it fails nothing, and whoever runs the host should look.
function Add-Warning {
    param([string] $Code, [string] $Why)
    Write-Log "warning ${Code}: $Why"
    $known = @()
    if ($script:Facts.ContainsKey('warnings')) {
        $known = $script:Facts['warnings']
    }
    if ($known -notcontains $Code) {
        $script:Facts['warnings'] = [string[]]@($known + $Code)
    }
}

function Add-Change {
    param([string] $Item)
    Write-Log "changed $Item"
    $script:Changed.Add((Limit-Text $Item 80))
}

function Add-Check {
    param([string] $Name, [bool] $Ok, [string] $Detail = '')
    $check = @{ name = $Name; ok = $Ok }
    if (-not $Ok -and $Detail -ne '') {
        $check['detail'] = Limit-Text $Detail 160
    }
    $script:Checks.Add($check)
}

# Counts what it slept, not the clock: Windows sets the clock while it starts.
function Test-Within {
    param([int] $Seconds, [scriptblock] $Condition)
    for ($slept = 0; $true; $slept += 2) {
        if (& $Condition) {
            return $true
        }
        if ($slept -ge $Seconds) {
            return $false
        }
        Wait-OsSeconds 2
    }
}

function Wait-Until {
    param([string] $What, [int] $Seconds, [scriptblock] $Condition)
    if (-not (Test-Within $Seconds $Condition)) {
        Stop-Phase 'timeout' "$What did not happen within $Seconds s."
    }
}

function Invoke-Netsh {
    param([string[]] $Words)
    $answer = Invoke-OsNetsh $Words
    Write-Log "netsh $($Words -join ' ') -> $($answer.Code)"
    return $answer
}
