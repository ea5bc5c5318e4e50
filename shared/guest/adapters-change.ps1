# Adapter layer: changes Windows itself and its network. Only in phases that may change something.
#   Set-OsServiceStart name type, Start-OsService, Stop-OsService, Restart-OsService name
#   Set-OsRegistryNumber path name value            makes the key where it is missing
#   Add-OsAddress index address length, Remove-OsAddress index address
#   Enable-OsForwarding, Disable-OsForwarding index
#   Add-OsRoute prefix gateway index metric         both stores
#   Set-OsRouteMetric prefix gateway index metric
#   Remove-OsRoute prefix gateway index store       store Active or Persistent
#   Install-OsRouting, Uninstall-OsRouting          RRAS as a router, without remote access
#   Set-OsStartupTask name execute arguments, Remove-OsStartupTask name
#   Remove-OsText path
#   Write-OsEvent id level text                    application log; level Information, Warning or Error

function Set-OsServiceStart {
    param([string] $Name, [string] $StartType)
    Set-Service -Name $Name -StartupType $StartType -ErrorAction Stop
}

function Start-OsService {
    param([string] $Name)
    Start-Service -Name $Name -ErrorAction Stop
}

function Stop-OsService {
    param([string] $Name)
    Stop-Service -Name $Name -Force -ErrorAction Stop
}

function Restart-OsService {
    param([string] $Name)
    Restart-Service -Name $Name -Force -ErrorAction Stop
}

function Set-OsRegistryNumber {
    param([string] $Path, [string] $Name, [int] $Value)
    if (-not (Test-Path -LiteralPath $Path)) {
        [void](New-Item -Path $Path -Force -ErrorAction Stop)
    }
    [void](New-ItemProperty -LiteralPath $Path -Name $Name -Value $Value -PropertyType DWord -Force -ErrorAction Stop)
}

function Add-OsAddress {
    param([int] $Index, [string] $Address, [int] $Length)
    [void](New-NetIPAddress -InterfaceIndex $Index -IPAddress $Address -PrefixLength $Length -ErrorAction Stop)
}

function Remove-OsAddress {
    param([int] $Index, [string] $Address)
    Remove-NetIPAddress -InterfaceIndex $Index -IPAddress $Address -Confirm:$false -ErrorAction Stop
}

function Enable-OsForwarding {
    param([int] $Index)
    Set-NetIPInterface -InterfaceIndex $Index -AddressFamily IPv4 -Forwarding Enabled -ErrorAction Stop
}

function Disable-OsForwarding {
    param([int] $Index)
    Set-NetIPInterface -InterfaceIndex $Index -AddressFamily IPv4 -Forwarding Disabled -ErrorAction Stop
}

function Add-OsRoute {
    param([string] $Prefix, [string] $Gateway, [int] $Index, [int] $Metric)
    [void](New-NetRoute -DestinationPrefix $Prefix -NextHop $Gateway -InterfaceIndex $Index -RouteMetric $Metric -ErrorAction Stop)
}

function Set-OsRouteMetric {
    param([string] $Prefix, [string] $Gateway, [int] $Index, [int] $Metric)
    Set-NetRoute -DestinationPrefix $Prefix -NextHop $Gateway -InterfaceIndex $Index -RouteMetric $Metric -ErrorAction Stop
}

function Remove-OsRoute {
    param([string] $Prefix, [string] $Gateway, [int] $Index, [string] $Store)
    Remove-NetRoute -DestinationPrefix $Prefix -NextHop $Gateway -InterfaceIndex $Index -PolicyStore "${Store}Store" -Confirm:$false -ErrorAction Stop
}

function Install-OsRouting {
    [void](Install-RemoteAccess -VpnType RoutingOnly -ErrorAction Stop)
}

function Uninstall-OsRouting {
    Uninstall-RemoteAccess -VpnType RoutingOnly -Force -Confirm:$false -ErrorAction Stop
}

# The account by its SID: the name of SYSTEM is translated.
function Set-OsStartupTask {
    param([string] $Name, [string] $Execute, [string] $Arguments)
    $action = New-ScheduledTaskAction -Execute $Execute -Argument $Arguments
    $trigger = New-ScheduledTaskTrigger -AtStartup
    $principal = New-ScheduledTaskPrincipal -UserId 'S-1-5-18' -LogonType ServiceAccount -RunLevel Highest
    $settings = New-ScheduledTaskSettingsSet -ExecutionTimeLimit ([TimeSpan]::FromHours(1)) -MultipleInstances IgnoreNew
    [void](Register-ScheduledTask -TaskName $Name -TaskPath '\' -Action $action -Trigger $trigger -Principal $principal -Settings $settings -Force -ErrorAction Stop)
}

function Remove-OsStartupTask {
    param([string] $Name)
    Unregister-ScheduledTask -TaskName $Name -TaskPath '\' -Confirm:$false -ErrorAction Stop
}

function Remove-OsText {
    param([string] $Path)
    [IO.File]::Delete($Path)
}

function Write-OsEvent {
    param([int] $Id, [string] $Level, [string] $Text)
    # Complains if the source is there already.
    New-EventLog -LogName Application -Source 'nested-hosts' -ErrorAction SilentlyContinue
    Write-EventLog -LogName Application -Source 'nested-hosts' -EventId $Id -EntryType $Level -Message $Text -ErrorAction Stop
}
