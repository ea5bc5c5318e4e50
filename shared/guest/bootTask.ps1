# The startup task: what it is, and what it finds in the folder. It runs phase network again whenever Windows has started.
#   boot.ps1   the script, as phase network was last run
#   boot.txt   the parameters that it was given
#   boot.json  which boot was seen to last, and how it ended

$BootTask = 'nested-hosts'
$BootExecute = '%SystemRoot%\System32\WindowsPowerShell\v1.0\powershell.exe'
# Of this run alone; all other parameters say how the host shall be.
$Passing = @('phase', 'operation', 'notBootedAt', 'routesHere', 'log', 'bootVersion', 'mayInterrupt')

function Get-BootFile {
    param([string] $Kind)
    return [IO.Path]::Combine($script:Root, "boot.$Kind")
}

function Get-BootArguments {
    return "-NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass -File `"$(Get-BootFile 'ps1')`" -Parameters stored"
}

function Get-Fingerprint {
    param([string] $Text)
    $sha = [Security.Cryptography.SHA256]::Create()
    return [BitConverter]::ToString($sha.ComputeHash([Text.Encoding]::UTF8.GetBytes($Text))).Replace('-', '')
}

# Two plans of the same key ask for the same host.
function Get-PlanKey {
    param([object] $Plan)
    $lasting = [ordered]@{}
    foreach ($property in $Plan.PSObject.Properties) {
        if ($Passing -notcontains $property.Name) {
            $lasting[$property.Name] = $property.Value
        }
    }
    return ConvertTo-OsJson $lasting
}

function Test-StoredPlan {
    try {
        $json = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String((Read-OsText (Get-BootFile 'txt'))))
        return (Get-PlanKey (ConvertFrom-OsJson $json)) -eq (Get-PlanKey $script:Plan)
    }
    catch {
        return $false
    }
}

function Test-StoredScript {
    $stored = Read-OsText (Get-BootFile 'ps1')
    return $null -ne $stored -and (Get-Fingerprint $stored) -eq (Read-State)['bootScript']
}

# What is wrong with the task itself, if anything.
function Get-TaskFault {
    $task = Get-OsStartupTask $BootTask
    if ($null -eq $task) {
        return "there is no startup task $BootTask"
    }
    if ($task.Execute -ne $BootExecute -or $task.Arguments -ne (Get-BootArguments)) {
        return "startup task $BootTask runs something else"
    }
    if ($task.Sid -ne 'S-1-5-18' -or $task.Level -ne 'Highest') {
        return "startup task $BootTask does not run as SYSTEM"
    }
    if (-not ($task.Startup -and $task.Enabled)) {
        return "startup task $BootTask is off"
    }
}

# The report of this boot, if there is one already.
function Read-BootReport {
    try {
        $report = ConvertFrom-OsJson (Read-OsText (Get-BootFile 'json'))
        if (Test-SameBoot (ConvertTo-Instant (Get-Field $report 'boot'))) {
            return $report
        }
    }
    catch {
        return $null
    }
    return $null
}

function Test-BootSeen {
    return $null -ne (Read-BootReport)
}
