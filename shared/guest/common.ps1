# Common part of every guest phase. Windows PowerShell 5.1, runs as SYSTEM, never asks, never restarts.
# Whatever happens, the last line of the output is the result between two sentinels and the exit code is 0;
# an output without that line means that the phase was cut off and may be run again.
param(
    [Parameter(Mandatory = $true)]
    [string] $Parameters
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

$Root = Join-Path $env:ProgramData 'nested-hosts'
$LogFile = Join-Path $Root 'guest.log'
$StateFile = Join-Path $Root 'state.json'
$Features = @('Hyper-V', 'Hyper-V-PowerShell', 'DHCP', 'RSAT-DHCP', 'Routing', 'RSAT-RemoteAccess-PowerShell')

$script:Plan = $null
$script:Boot = ''
$script:OsName = ''
$script:Changed = New-Object 'System.Collections.Generic.List[string]'
$script:Checks = New-Object 'System.Collections.Generic.List[object]'
$script:Facts = @{}

function Write-Log {
    param([string] $Text)
    $time = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ss.fffZ')
    [IO.File]::AppendAllText($LogFile, "$time $PID $Text`r`n")
}

function Stop-Phase {
    param([string] $Code, [string] $Message)
    $failure = New-Object System.InvalidOperationException($Message)
    $failure.Data['code'] = $Code
    throw $failure
}

function Add-Change {
    param([string] $Item)
    Write-Log "changed $Item"
    $script:Changed.Add($Item)
}

function Add-Check {
    param([string] $Name, [bool] $Ok, [string] $Detail = '')
    $check = @{ name = $Name; ok = $Ok }
    if (-not $Ok -and $Detail -ne '') {
        $check['detail'] = $Detail.Substring(0, [Math]::Min($Detail.Length, 160))
    }
    $script:Checks.Add($check)
}

function Wait-Until {
    param([string] $What, [int] $Seconds, [scriptblock] $Condition)
    $watch = [Diagnostics.Stopwatch]::StartNew()
    while (-not (& $Condition)) {
        if ($watch.Elapsed.TotalSeconds -ge $Seconds) {
            Stop-Phase 'timeout' "$What did not happen within $Seconds s."
        }
        Start-Sleep -Seconds 2
    }
    Write-Log "waited $([int]$watch.Elapsed.TotalSeconds) s until $What"
}

function Invoke-Netsh {
    param([string[]] $Arguments)
    # netsh reports errors on stdout in the language of the system: only its exit code counts.
    $ErrorActionPreference = 'Continue'
    $lines = @(& netsh.exe @Arguments 2>&1 | ForEach-Object { "$_" })
    $code = $LASTEXITCODE
    Write-Log "netsh $($Arguments -join ' ') -> $code"
    return [pscustomobject]@{ Code = $code; Lines = $lines }
}

function Test-IPv4 {
    param([string] $Text)
    return $Text -match '^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\.(?!\z)|\z)){4}\z'
}

function ConvertTo-Number {
    param([string] $Address)
    $bytes = [Net.IPAddress]::Parse($Address).GetAddressBytes()
    return ([uint64]$bytes[0] * 16777216) + ([uint64]$bytes[1] * 65536) + ([uint64]$bytes[2] * 256) + [uint64]$bytes[3]
}

function ConvertTo-Dotted {
    param([uint64] $Number)
    $parts = @()
    foreach ($unit in @(16777216, 65536, 256, 1)) {
        $parts += [Math]::Floor([double]$Number / $unit) % 256
    }
    return $parts -join '.'
}

function Get-PrefixRange {
    param([string] $Prefix)
    $address, $length = $Prefix.Split('/')
    $size = [uint64][Math]::Pow(2, 32 - [int]$length)
    $first = ConvertTo-Number $address
    return [pscustomobject]@{
        First   = $first
        Last    = $first + $size - 1
        Length  = [int]$length
        Network = $address
        Mask    = ConvertTo-Dotted ([uint64]4294967296 - $size)
        Aligned = ($first % $size) -eq 0
    }
}

function Test-Prefix {
    param([string] $Text)
    if ($Text -notmatch '^([0-9.]+)/(3[0-2]|[12]?[0-9])\z') {
        return $false
    }
    if (-not (Test-IPv4 $Matches[1])) {
        return $false
    }
    return (Get-PrefixRange $Text).Aligned
}

function Test-Overlap {
    param([string] $One, [string] $Other)
    $a = Get-PrefixRange $One
    $b = Get-PrefixRange $Other
    return ($a.First -le $b.Last) -and ($b.First -le $a.Last)
}

function ConvertTo-MacDigits {
    param([string] $Mac)
    return ($Mac -replace '[^0-9A-Fa-f]', '').ToUpperInvariant()
}

function Initialize-Folder {
    if (-not [IO.Directory]::Exists($Root)) {
        [void][IO.Directory]::CreateDirectory($Root)
        # SYSTEM and Administrators only: the state file says which routes this program may remove.
        $rights = @('/inheritance:r', '/grant:r', '*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F', '/q')
        [void](& icacls.exe $Root @rights)
    }
    if ([IO.File]::Exists($LogFile) -and (New-Object IO.FileInfo($LogFile)).Length -gt 1MB) {
        Move-Item -LiteralPath $LogFile -Destination "$LogFile.old" -Force
    }
}

function Read-State {
    $state = @{ routes = @(); restartBoot = ''; dhcpPrepared = $false }
    if ([IO.File]::Exists($StateFile)) {
        try {
            $saved = ConvertFrom-Json -InputObject ([IO.File]::ReadAllText($StateFile))
            $state['routes'] = @(Get-Field $saved 'routes' | Where-Object { $null -ne $_ })
            $state['restartBoot'] = ConvertTo-Instant (Get-Field $saved 'restartBoot')
            $state['dhcpPrepared'] = [bool](Get-Field $saved 'dhcpPrepared')
        }
        catch {
            Write-Log "state file unreadable, starting over: $($_.Exception.Message)"
        }
    }
    return $state
}

function Save-State {
    param([hashtable] $State)
    $temporary = "$StateFile.new"
    [IO.File]::WriteAllText($temporary, (ConvertTo-Json -InputObject $State -Depth 6 -Compress))
    Move-Item -LiteralPath $temporary -Destination $StateFile -Force
}

# A restart stays due until the boot in which it was asked for is over, also if this run is cut off now.
function Request-Restart {
    $state = Read-State
    if ($state['restartBoot'] -ne $script:Boot) {
        $state['restartBoot'] = $script:Boot
        Save-State $state
    }
}

function ConvertTo-Instant {
    param([object] $Value)
    if ($Value -is [DateTime]) {
        return $Value.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ', [Globalization.CultureInfo]::InvariantCulture)
    }
    return [string]$Value
}

function Test-SameBoot {
    param([string] $Instant)
    if ($Instant -eq '') {
        return $false
    }
    # Windows derives the boot time from the clock: time synchronisation moves it by some seconds.
    $invariant = [Globalization.CultureInfo]::InvariantCulture
    $gap = [DateTimeOffset]::Parse($Instant, $invariant) - [DateTimeOffset]::Parse($script:Boot, $invariant)
    return [Math]::Abs($gap.TotalSeconds) -le 10
}
