# Runs one phase and prints its result.

function ConvertTo-Ascii {
    param([object] $Value)
    $json = ConvertTo-OsJson $Value
    return [regex]::Replace($json, '[^\x20-\x7e]', { param($match) '\u{0:x4}' -f [int][char]$match.Value })
}

function Get-FailureLine {
    param([object] $Failure)
    $code = $Failure.Exception.Data['code']
    $message = $Failure.Exception.Message
    if ($null -eq $code) {
        $code = 'unexpected'
        $message = "$message (line $($Failure.InvocationInfo.ScriptLineNumber))"
    }
    return @{ code = [string]$code; message = Limit-Text $message 400 }
}

# One item of the longest list less; how many went is said under facts.omitted.
function Remove-LastFact {
    param([object] $Facts)
    $longest = ''
    foreach ($name in @($Facts.Keys)) {
        if ($Facts[$name] -is [array] -and $Facts[$name].Count -gt 0) {
            if ($longest -eq '' -or $Facts[$name].Count -gt $Facts[$longest].Count) {
                $longest = $name
            }
        }
    }
    if ($longest -eq '') {
        return $false
    }
    $list = $Facts[$longest]
    $less = [Math]::Max(1, [int][Math]::Floor($list.Count / 10))
    if ($less -eq $list.Count) {
        $Facts[$longest] = @()
    }
    else {
        $Facts[$longest] = @($list[0..($list.Count - $less - 1)])
    }
    if (-not $Facts.ContainsKey('omitted')) {
        $Facts['omitted'] = @{}
    }
    $Facts['omitted'][$longest] = [int]$Facts['omitted'][$longest] + $less
    $Facts['truncated'] = $true
    return $true
}

# Run Command keeps the last 4096 characters: lists give way first, then words, so that the line is never cut.
function ConvertTo-ResultLine {
    param([object] $Result)
    $most = 3400
    $json = ConvertTo-Ascii $Result
    while ($json.Length -gt $most -and (Remove-LastFact $Result['facts'])) {
        $json = ConvertTo-Ascii $Result
    }
    foreach ($length in @(60, 20, 0)) {
        if ($json.Length -gt $most) {
            foreach ($check in @($Result['checks'] | Where-Object { $_.ContainsKey('detail') })) {
                $check['detail'] = Limit-Text $check['detail'] $length
            }
            $json = ConvertTo-Ascii $Result
        }
    }
    if ($json.Length -gt $most) {
        $Result['facts'] = @{ truncated = $true; changed = $Result['changed'].Count }
        $first = @($Result['changed'])
        if ($first.Count -gt 20) {
            $first = @($first[0..19])
        }
        $Result['changed'] = @($first | ForEach-Object { Limit-Text $_ 20 })
        if ($Result.Contains('error')) {
            $Result['error']['message'] = Limit-Text $Result['error']['message'] 100
        }
        $json = ConvertTo-Ascii $Result
    }
    return $json
}

function Write-Result {
    param([string] $Phase, [object] $Failure)
    $restart = $false
    if ($script:Boot -ne '') {
        $restart = Test-SameBoot (Read-State)['restartBoot']
    }
    $result = [ordered]@{
        schema        = 1
        phase         = $Phase
        ok            = $null -eq $Failure
        changed       = $script:Changed.ToArray()
        restartNeeded = $restart
        bootTime      = $script:Boot
        os            = Limit-Text $script:OsName 80
        facts         = $script:Facts
        checks        = $script:Checks.ToArray()
    }
    if ($script:BootAtStart -ne '') {
        $result['bootTimeAtStart'] = $script:BootAtStart
    }
    if ($null -ne $Failure) {
        $result['error'] = Get-FailureLine $Failure
    }
    $line = ConvertTo-ResultLine $result
    Write-OsLine ''
    Write-OsLine ('##nested-hosts-begin##' + $line + '##nested-hosts-end##')
}

# Windows derives the time of its start from the clock, which is set while it starts: a restart that is due stays due.
function Update-Boot {
    $now = ConvertTo-Instant (Get-OsSystem).BootTime
    if (Test-SameBoot $now) {
        return
    }
    Write-Log "the boot time moved to $now"
    if (Test-SameBoot (Read-State)['restartBoot']) {
        Set-StateField 'restartBoot' $now
    }
    $script:BootAtStart = $script:Boot
    $script:Boot = $now
}

function Invoke-Phase {
    param([string] $Phase, [scriptblock] $Body)
    $failure = $null
    $held = $false
    try {
        # Of the two Windows PowerShells only one is shown the roles of Windows and its real folders.
        if (-not (Test-OsWide)) {
            Stop-Phase 'narrowProcess' 'This is a 32-bit PowerShell: run the 64-bit one, in System32.'
        }
        Initialize-Folder (@('verify', 'inventory') -notcontains $Phase)
        $system = Get-OsSystem
        $script:OsName = $system.Caption
        $script:Boot = ConvertTo-Instant $system.BootTime
        if ($null -ne $script:Before) {
            & $script:Before
        }
        $held = Test-Within 120 { Enter-OsLock $script:LockFile }
        if (-not $held) {
            Stop-Phase 'busy' 'Another phase is running on this host.'
        }
        $script:Plan = Read-Parameters $script:Encoded $Phase
        $script:Aloud = (Get-Field $script:Plan 'log') -eq $true
        Write-Log "phase $Phase, boot $($script:Boot)"
        if (-not $script:AtBoot -and (Test-SameBoot (ConvertTo-Instant (Get-Field $script:Plan 'notBootedAt')))) {
            Stop-Phase 'notRestarted' 'Windows has not restarted since the phase before.'
        }
        & $Body
        Assert-NoFinding
        Update-Boot
    }
    catch {
        $failure = $_
        if ($held) {
            Write-Log "failed: $($_.Exception.Message) $($_.ScriptStackTrace)"
        }
    }
    try {
        if ($null -ne $script:Ending) {
            & $script:Ending $failure $held
        }
        if ($script:Unlogged) {
            Add-Warning 'logUnwritten' 'guest.log could not be written.'
        }
        Write-Result $Phase $failure
    }
    finally {
        if ($held) {
            Exit-OsLock
        }
    }
}
