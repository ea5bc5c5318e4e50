/** A command of Windows that the scripts may use: its parameters, and those without which it would ask or mean something else. */
export interface Allowed {
  may: string[];
  must?: string[];
}

/** `Get-Thing -Name -Force!`: parameters that it may have; those with `!` it must have. */
function allow(line: string): [string, Allowed] {
  const [name = '', ...words] = line.trim().split(/\s+/);
  const must = words.filter((word) => word.endsWith('!')).map((word) => word.slice(0, -1));
  return [name, { may: words.map((word) => word.replace('!', '')), must }];
}

/** Anywhere: they touch nothing. */
export const plain = new Map(
  ['ForEach-Object', 'Where-Object', 'Set-StrictMode -Version!'].map((line) => allow(line)),
);

/** Only in the adapter layer. What may ask carries -Confirm or -Force; what fails says so and stops the script. */
export const windows = new Map(
  `
  Add-DhcpServerSecurityGroup -ErrorAction!
  Add-DhcpServerv4Scope -Name! -StartRange! -EndRange! -SubnetMask! -LeaseDuration! -State! -ErrorAction!
  ConvertFrom-Json -InputObject!
  ConvertTo-Json -InputObject! -Depth! -Compress!
  Find-NetRoute -RemoteIPAddress! -ErrorAction!
  Format-Volume -DriveLetter! -FileSystem! -NewFileSystemLabel! -Confirm! -ErrorAction!
  Get-Acl -LiteralPath!
  Get-CimInstance -ClassName! -OperationTimeoutSec! -ErrorAction!
  Get-DhcpServerSetting -ErrorAction!
  Get-DhcpServerv4Binding -ErrorAction!
  Get-DhcpServerv4Lease -ScopeId! -ErrorAction!
  Get-DhcpServerv4OptionValue -ScopeId! -OptionId! -ErrorAction!
  Get-DhcpServerv4Scope -ScopeId! -ErrorAction!
  Get-DhcpServerv4ScopeStatistics -ScopeId! -ErrorAction!
  Get-Disk -ErrorAction!
  Get-ItemProperty -LiteralPath! -Name! -ErrorAction!
  Get-NetAdapter -ErrorAction!
  Get-NetIPAddress -InterfaceIndex! -AddressFamily! -ErrorAction!
  Get-NetIPInterface -InterfaceIndex! -AddressFamily! -ErrorAction!
  Get-NetNat -ErrorAction!
  Get-NetRoute -AddressFamily! -PolicyStore! -ErrorAction!
  Get-Partition -DiskNumber! -ErrorAction!
  Get-RemoteAccess -ErrorAction!
  Get-ScheduledTask -TaskName! -TaskPath! -ErrorAction!
  Get-Service -Name! -ErrorAction!
  Get-VM -ErrorAction!
  Get-VMHost -ErrorAction!
  Get-VMNetworkAdapter -ManagementOS -SwitchName -VMName -ErrorAction!
  Get-VMSwitch -ErrorAction!
  Get-Volume -DriveLetter! -ErrorAction!
  Get-WinEvent -FilterHashtable! -MaxEvents! -ErrorAction!
  Get-WindowsFeature -Name! -ErrorAction!
  Initialize-Disk -Number! -PartitionStyle! -Confirm! -ErrorAction!
  Install-RemoteAccess -VpnType! -ErrorAction!
  Install-WindowsFeature -Name! -IncludeManagementTools -WhatIf -ErrorAction -ErrorVariable
  Move-Item -LiteralPath! -Destination! -Force!
  New-EventLog -LogName! -Source! -ErrorAction!
  New-Item -Path! -ItemType -Force! -ErrorAction!
  New-ItemProperty -LiteralPath! -Name! -Value! -PropertyType! -Force! -ErrorAction!
  New-NetIPAddress -InterfaceIndex! -IPAddress! -PrefixLength! -ErrorAction!
  New-NetRoute -DestinationPrefix! -NextHop! -InterfaceIndex! -RouteMetric! -ErrorAction!
  New-Partition -DiskNumber! -UseMaximumSize! -AssignDriveLetter! -ErrorAction!
  New-ScheduledTaskAction -Execute! -Argument!
  New-ScheduledTaskPrincipal -UserId! -LogonType! -RunLevel!
  New-ScheduledTaskSettingsSet -ExecutionTimeLimit! -MultipleInstances!
  New-ScheduledTaskTrigger -AtStartup!
  New-VMSwitch -Name! -SwitchType! -ErrorAction!
  Register-ScheduledTask -TaskName! -TaskPath! -Action! -Trigger! -Principal! -Settings! -Force! -ErrorAction!
  Remove-DhcpServerv4Scope -ScopeId! -Force! -ErrorAction!
  Remove-NetIPAddress -InterfaceIndex! -IPAddress! -Confirm! -ErrorAction!
  Remove-NetRoute -DestinationPrefix! -NextHop! -InterfaceIndex! -PolicyStore! -Confirm! -ErrorAction!
  Remove-VMSwitch -Name! -Force! -Confirm! -ErrorAction!
  Resolve-DnsName -Name! -Type! -Server! -DnsOnly! -QuickTimeout! -ErrorAction!
  Restart-Service -Name! -Force! -ErrorAction!
  Set-DhcpServerSetting -ConflictDetectionAttempts! -ErrorAction!
  Set-DhcpServerv4Binding -InterfaceAlias! -BindingState! -ErrorAction!
  Set-DhcpServerv4OptionValue -ScopeId! -Router -DnsServer -DnsDomain -Force! -ErrorAction!
  Set-DhcpServerv4Scope -ScopeId! -Name! -StartRange! -EndRange! -LeaseDuration! -State! -ErrorAction!
  Set-Disk -Number! -IsOffline -IsReadOnly -ErrorAction!
  Set-NetIPInterface -InterfaceIndex! -AddressFamily! -Forwarding! -ErrorAction!
  Set-NetRoute -DestinationPrefix! -NextHop! -InterfaceIndex! -RouteMetric! -ErrorAction!
  Set-Service -Name! -StartupType! -ErrorAction!
  Set-VMHost -VirtualHardDiskPath! -VirtualMachinePath! -Confirm! -ErrorAction!
  Start-Service -Name! -ErrorAction!
  Start-Sleep -Seconds!
  Stop-Service -Name! -Force! -ErrorAction!
  Test-NetConnection -ComputerName! -Port! -InformationLevel! -WarningAction! -ErrorAction!
  Test-Path -LiteralPath!
  Uninstall-RemoteAccess -VpnType! -Force! -Confirm! -ErrorAction!
  Unregister-ScheduledTask -TaskName! -TaskPath! -Confirm! -ErrorAction!
  Write-EventLog -LogName! -Source! -EventId! -EntryType! -Message! -ErrorAction!
  netsh.exe
  icacls.exe
  `
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(allow),
);
