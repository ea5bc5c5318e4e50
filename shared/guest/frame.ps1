# Runs one phase and prints its result.

function Write-Result {
    param([string] $Phase, [object] $Failure)
    $ok = $null -eq $Failure
    $restart = $false
    if ($script:Boot -ne '' -and [IO.File]::Exists($StateFile)) {
        $restart = Test-SameBoot (Read-State)['restartBoot']
    }
    $result = [ordered]@{
        schema        = 1
        phase         = $Phase
        ok            = $ok
        changed       = $script:Changed.ToArray()
        restartNeeded = $restart
        bootTime      = $script:Boot
        os            = $script:OsName
        facts         = $script:Facts
        checks        = $script:Checks.ToArray()
    }
    if (-not $ok) {
        $code = $Failure.Exception.Data['code']
        $message = $Failure.Exception.Message
        if ($null -eq $code) {
            $code = 'unexpected'
            $message = "$message (line $($Failure.InvocationInfo.ScriptLineNumber))"
        }
        $result['error'] = @{ code = $code; message = $message.Substring(0, [Math]::Min($message.Length, 400)) }
    }
    $json = ConvertTo-Ascii $result
    # Run Command keeps the last 4096 characters: lists give way before the line is cut.
    foreach ($list in @('routes', 'guests')) {
        while ($json.Length -gt 3400 -and $script:Facts.ContainsKey($list) -and @($script:Facts[$list]).Count -gt 0) {
            $script:Facts['truncated'] = $true
            $script:Facts[$list] = @(@($script:Facts[$list]) | Select-Object -SkipLast 1)
            $json = ConvertTo-Ascii $result
        }
    }
    [Console]::Out.WriteLine()
    [Console]::Out.WriteLine('##nested-hosts-begin##' + $json + '##nested-hosts-end##')
}

function ConvertTo-Ascii {
    param([object] $Value)
    $json = ConvertTo-Json -InputObject $Value -Depth 8 -Compress
    return [regex]::Replace($json, '[^\x20-\x7e]', { param($match) '\u{0:x4}' -f [int][char]$match.Value })
}

function Invoke-Phase {
    param([string] $Phase, [scriptblock] $Body)
    $failure = $null
    $mutex = New-Object Threading.Mutex($false, 'Global\nested-hosts')
    $held = $false
    try {
        Initialize-Folder
        try {
            $held = $mutex.WaitOne(120000)
        }
        catch [Threading.AbandonedMutexException] {
            $held = $true
        }
        if (-not $held) {
            Stop-Phase 'busy' 'Another phase is running on this host.'
        }
        $system = Get-CimInstance -ClassName Win32_OperatingSystem
        $script:OsName = ([string]$system.Caption).Trim()
        $script:Boot = ConvertTo-Instant $system.LastBootUpTime
        Write-Log "phase $Phase, boot $($script:Boot)"
        $script:Plan = Read-Parameters $Parameters $Phase
        if (Test-SameBoot (ConvertTo-Instant (Get-Field $script:Plan 'notBootedAt'))) {
            Stop-Phase 'notRestarted' 'Windows has not restarted since the phase before.'
        }
        & $Body
    }
    catch {
        $failure = $_
        if ($held) {
            Write-Log "failed: $($_.Exception.Message) $($_.ScriptStackTrace)"
        }
    }
    try {
        Write-Result $Phase $failure
    }
    finally {
        if ($held) {
            $mutex.ReleaseMutex()
        }
        $mutex.Dispose()
    }
}
