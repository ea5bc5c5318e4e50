# Reads what the docs believe of Windows. Changes nothing.
param([string]$Parameters)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version 2

# By the clock of Windows, as early as can be.
$begun = [DateTime]::UtcNow.ToString('yyyy-MM-ddTHH:mm:ssZ')
$wish = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($Parameters)) | ConvertFrom-Json

# Lines of netsh that fit, without failing on what it says on its error output.
function Get-Dump([string[]]$Words, [string]$Pattern) {
    $ErrorActionPreference = 'Continue'
    $lines = @(& netsh.exe @Words 2>&1 | ForEach-Object { [string]$_ })
    return , @($lines | Where-Object { $_ -match $Pattern } | Select-Object -First 3 | ForEach-Object { $_.Trim() })
}

$result = @{ ok = $false; error = ''; begun = $begun }
try {
    $system = Get-CimInstance Win32_OperatingSystem
    $result.os = [string]$system.Caption
    $result.powerShell = [string]$PSVersionTable.PSVersion
    $result.bootTime = $system.LastBootUpTime.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ')
    # Kernel-General 12: the operating system started.
    $log = @{ LogName = 'System'; ProviderName = 'Microsoft-Windows-Kernel-General'; Id = 12 }
    $starts = Get-WinEvent -FilterHashtable $log -MaxEvents 20 -ErrorAction SilentlyContinue
    $result.boots = @($starts | ForEach-Object { $_.TimeCreated.ToUniversalTime().ToString('yyyy-MM-ddTHH:mm:ssZ') })
    $result.services = @{}
    foreach ($name in @('W3SVC', 'RemoteAccess', 'DHCPServer', 'vmms')) {
        $service = Get-Service -Name $name -ErrorAction SilentlyContinue
        if ($service) {
            $result.services[$name] = $service.Status.ToString()
        }
    }
    $adapters = foreach ($adapter in (Get-NetAdapter -IncludeHidden | Where-Object { $_.MacAddress -and $_.Status -eq 'Up' })) {
        $addresses = Get-NetIPAddress -InterfaceIndex $adapter.ifIndex -AddressFamily IPv4 -ErrorAction SilentlyContinue
        @{
            description = [string]$adapter.InterfaceDescription
            guid = ([string]$adapter.InterfaceGuid).Trim('{}')
            ipv4 = @($addresses | ForEach-Object { [string]$_.IPAddress })
            virtual = [string]$adapter.InterfaceDescription -like 'Hyper-V Virtual*'
        }
    }
    $result.adapters = @($adapters)
    $own = Get-VMNetworkAdapter -ManagementOS -SwitchName $wish.switch -ErrorAction SilentlyContinue | Select-Object -First 1
    $result.switchDeviceId = ''
    if ($own) {
        $result.switchDeviceId = ([string]$own.DeviceId).Trim('{}')
    }
    $result.task = $null
    $task = Get-ScheduledTaskInfo -TaskName 'nested-hosts' -ErrorAction SilentlyContinue
    if ($task) {
        $stored = Join-Path $env:ProgramData 'nested-hosts\boot.ps1'
        $hash = ''
        if (Test-Path $stored) {
            $hash = (Get-FileHash -Path $stored -Algorithm SHA256).Hash
        }
        $result.task = @{ lastResult = [long]$task.LastTaskResult; scriptHash = $hash }
    }
    $result.natDump = Get-Dump @('routing', 'ip', 'nat', 'dump') '^\s*add interface'
    $result.filterDump = Get-Dump @('routing', 'ip', 'dump') '^\s*add filter'
    $platform = @('168.63.129.16/32', '169.254.169.254/32')
    $kept = @(Get-NetRoute -AddressFamily IPv4 -PolicyStore PersistentStore -ErrorAction SilentlyContinue |
        ForEach-Object { [string]$_.DestinationPrefix })
    $active = @(Get-NetRoute -AddressFamily IPv4 -PolicyStore ActiveStore -ErrorAction SilentlyContinue |
        Where-Object { $platform -contains $_.DestinationPrefix })
    $result.platformRoutes = @($active | ForEach-Object {
            $prefix = [string]$_.DestinationPrefix
            @{ prefix = $prefix; protocol = $_.Protocol.ToString(); stored = $kept -contains $prefix }
        })
    $result.ok = $true
} catch {
    $result.error = [string]$_.Exception.Message
}
'##prove-begin##' + (ConvertTo-Json -InputObject $result -Depth 5 -Compress) + '##prove-end##'
