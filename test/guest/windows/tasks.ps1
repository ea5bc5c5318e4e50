# Scheduled tasks and the application log.

# Paths of the test's folder are Windows' own in the machine.
function ConvertTo-WindowsPath {
    param([string] $Text)
    return [regex]::Replace($Text, [regex]::Escape($env:ProgramData) + '[^"]*', { param($match) $script:Home + $match.Value.Substring($env:ProgramData.Length).Replace('/', '\') })
}

function ConvertFrom-WindowsPath {
    param([string] $Text)
    return [regex]::Replace($Text, [regex]::Escape($script:Home) + '[^"]*', { param($match) $env:ProgramData + $match.Value.Substring($script:Home.Length).Replace('\', '/') })
}

function New-ScheduledTaskAction {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $Execute, [string] $Argument)
    return [pscustomobject]@{ Execute = $Execute; Arguments = $Argument }
}

function New-ScheduledTaskTrigger {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [switch] $AtStartup)
    return [pscustomobject]@{ CimClass = [pscustomobject]@{ CimClassName = 'MSFT_TaskBootTrigger' } }
}

function New-ScheduledTaskPrincipal {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $UserId, [string] $LogonType, [string] $RunLevel = 'Limited')
    return [pscustomobject]@{ UserId = $UserId; RunLevel = $RunLevel }
}

function New-ScheduledTaskSettingsSet {
    [CmdletBinding()]
    param([TimeSpan] $ExecutionTimeLimit, [string] $MultipleInstances)
    return [pscustomobject]@{ Enabled = $true }
}

function Register-ScheduledTask {
    [CmdletBinding(SupportsShouldProcess)]
    param(
        [Parameter(Mandatory)] [string] $TaskName, [Parameter(Mandatory)] [string] $TaskPath, [Parameter(Mandatory)] [object] $Action,
        [Parameter(Mandatory)] [object] $Trigger, [Parameter(Mandatory)] [object] $Principal, [object] $Settings, [switch] $Force)
    Assert-Alive
    if ($script:Machine.startupTasks.Contains($TaskName) -and -not $Force) {
        return Write-Failure $PSCmdlet 'HRESULT 0x800700b7,Register-ScheduledTask' 'Cannot create a file when that file already exists.'
    }
    $script:Machine.startupTasks[$TaskName] = [ordered]@{
        execute = $Action.Execute; arguments = ConvertTo-WindowsPath $Action.Arguments; sid = $Principal.UserId
        level = $Principal.RunLevel; startup = $Trigger.CimClass.CimClassName -eq 'MSFT_TaskBootTrigger'; enabled = $Settings.Enabled
    }
    Save-Change "task $TaskName"
    return [pscustomobject]@{ TaskName = $TaskName }
}

function Get-ScheduledTask {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $TaskName, [Parameter(Mandatory)] [string] $TaskPath)
    Assert-Alive
    $task = $script:Machine.startupTasks[$TaskName]
    if ($null -eq $task) {
        return Write-Failure $PSCmdlet 'CmdletizationQuery_NotFound_TaskName' "No MSFT_ScheduledTask objects found with property 'TaskName' equal to '$TaskName'."
    }
    return [pscustomobject]@{
        TaskName  = $TaskName
        Actions   = @([pscustomobject]@{ Execute = $task.execute; Arguments = ConvertFrom-WindowsPath $task.arguments })
        Triggers  = @([pscustomobject]@{ CimClass = [pscustomobject]@{ CimClassName = $(if ($task.startup) { 'MSFT_TaskBootTrigger' } else { 'MSFT_TaskLogonTrigger' }) } })
        Principal = [pscustomobject]@{ UserId = $task.sid; RunLevel = $task.level }
        Settings  = [pscustomobject]@{ Enabled = $task.enabled }
    }
}

function Unregister-ScheduledTask {
    [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')]
    param([Parameter(Mandatory)] [string] $TaskName, [Parameter(Mandatory)] [string] $TaskPath)
    Assert-Alive
    if (-not $script:Machine.startupTasks.Contains($TaskName)) {
        return Write-Failure $PSCmdlet 'CmdletizationQuery_NotFound_TaskName' "No MSFT_ScheduledTask objects found."
    }
    if ($PSCmdlet.ShouldProcess($TaskName)) {
        $script:Machine.startupTasks.Remove($TaskName)
        Save-Change "no task $TaskName"
    }
}

$script:EventSource = $false

function New-EventLog {
    [CmdletBinding()]
    param([Parameter(Mandatory)] [string] $LogName, [Parameter(Mandatory)] [string] $Source)
    Assert-Alive
    if ($script:EventSource) {
        return Write-Failure $PSCmdlet 'InvalidOperation,New-EventLog' "The `"$Source`" source is already registered." -Compiled
    }
    $script:EventSource = $true
}

function Write-EventLog {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory)] [string] $LogName, [Parameter(Mandatory)] [string] $Source, [Parameter(Mandatory)] [int] $EventId,
        [string] $EntryType = 'Information', [Parameter(Mandatory)] [string] $Message)
    Assert-Alive
    [void]$script:Machine.events.Add([ordered]@{ id = [long]$EventId; level = $EntryType; text = $Message })
}
