import * as azure from './judgesOfAzure';
import * as guest from './judgesOfGuest';
import { latenciesFit } from './latencies';
import { never, type Judge, type Statement } from './verdict';

const statement = (id: string, text: string, judge: Judge): Statement => ({ id, text, judge });

const embedded = never('The run uses the embedded runtime, not the Functions host.');
const undeployed = never('The run deploys no template.');
const released = never('The run releases no host.');
const systemLog = never('The run reads no log of Windows.');
const asSignedIn = never('The run acts as whoever is signed in, not under the roles of a deployment.');

/** Every statement that the docs mark as unproven, in their order; a test holds the list to their tables. */
export const statements: readonly Statement[] = [
  statement('A1', 'The app runs unchanged on the Azure Functions host with the Durable extension', embedded),
  statement(
    'A2',
    'A VM created through the API without `securityProfile` gets Standard security, and nested virtualization works on it',
    azure.standardSecurity,
  ),
  statement(
    'A3',
    "The VM families that can nest are those that Microsoft's LISA test suite lists",
    azure.families,
  ),
  statement(
    'A4',
    'A VM in state Failed accepts the same PUT again, without the password',
    never('The run provokes no failed machine.'),
  ),
  statement(
    'A5',
    "`deleteOption: Delete` removes NICs and OS disk with the VM, and the OS disk inherits the VM's tags",
    azure.deletesWithMachine,
  ),
  statement(
    'A6',
    'A NIC created without `enableIPForwarding` has it off; it can be switched on in place on an attached NIC',
    azure.forwardingInPlace,
  ),
  statement(
    'A7',
    'A subnet may be sent back as it was read, read-only properties included, under `If-Match`',
    azure.sentBack,
  ),
  statement('A8', 'A 404 for an operation URL means that the operation is over', azure.operationGone),
  statement(
    'A9',
    'Managed Run Command reports `executionState` reliably, a name never runs twice, a restart outside of it loses nothing',
    azure.runCommandIsReliable,
  ),
  statement(
    'A10',
    "The agent's status carries a time by which one from before a restart can be told apart",
    azure.agentTime,
  ),
  statement('A11', 'Some error codes and the text of the quota error', azure.errorTexts),
  statement(
    'A12',
    'Policies are asked with the body of a PUT in `resourceContent`; a child names its parent as `scope`',
    azure.policiesAsked,
  ),
  statement(
    'A13',
    'Azure keeps the correlation id that a caller sends; activities get a trace context in `InvocationContext`',
    azure.correlation,
  ),
  statement('A14', 'How long things take', latenciesFit),
  statement(
    'A15',
    '168.63.129.16 answers the DNS queries of guests that are translated behind NIC 1',
    azure.dnsForGuests,
  ),
  statement(
    'A16',
    'A VM takes `proxyAgentSettings` without another `securityProfile`, stays Standard, and its agent works with them',
    azure.proxyAgent,
  ),
  statement(
    'A17',
    "RRAS input filters on the switch's adapter stop guests from reaching the host's metadata and wire server",
    azure.filtersProtect,
  ),
  statement('A18', 'Adding or deleting one route disturbs no traffic of the others', azure.routesApart),
  statement(
    'A19',
    'Everything inside Windows: no Windows PowerShell has executed the scripts',
    guest.insideWindows,
  ),
  statement(
    'A20',
    'The `Delete` operation on the tags of a VM, NIC or disk takes away the pairs that it names and changes nothing else',
    released,
  ),
  statement(
    'A21',
    'Tables in another subscription work as at home; one that is not of the tenant answers `SubscriptionNotFound`',
    never('The run stays in one subscription.'),
  ),
  statement(
    'A22',
    'A PATCH of `proxyAgentSettings` takes effect on a running VM without a restart',
    never('The run makes its host with the protocol.'),
  ),
  statement(
    'A23',
    'What a VM forwards crosses a peering only where the receiving side allows forwarded traffic, whatever its source',
    never('The run peers no VNets.'),
  ),
  statement(
    'A24',
    'A next hop in a peered VNet is not reached while the peering does not show its range: it needs a sync',
    never('The run peers no VNets.'),
  ),
  statement(
    'A25',
    '`effectiveRouteTable` answers the app with 202 and, at the `Location`, with the routes that the tables promise',
    azure.routesInForce,
  ),
  statement(
    'G1',
    "The scripts run in Windows PowerShell 5.1 as they do in PowerShell 7.6's engine",
    guest.scriptsRun,
  ),
  statement(
    'G2',
    'RRAS NAT survives restarts on Server 2016, 2019, 2022, 2025 and Core (a report says not always on 2025)',
    guest.natSurvives,
  ),
  statement(
    'G3',
    "Enabling Hyper-V takes one restart that Azure's restart covers; no second one follows later",
    guest.oneRestart,
  ),
  statement(
    'G4',
    '`Get-WindowsFeature` shows `InstallPending` while a restart is due',
    never('Nobody looks between the installation and the restart.'),
  ),
  statement(
    'G5',
    'The prerequisite check under `-WhatIf` names its error `Alteration_PrerequisiteCheck_Failed`',
    never('Only a size that cannot nest shows it.'),
  ),
  statement('G6', 'Routing brings the web server (W3SVC), and nothing breaks without it', guest.webServer),
  statement(
    'G7',
    '`Install-RemoteAccess -VpnType RoutingOnly` works under managed Run Command within its time',
    guest.routerInstalls,
  ),
  statement('G8', 'The text form of `netsh routing ip nat dump` and `netsh routing ip dump`', guest.dumpForm),
  statement('G9', "The switch adapter's `DeviceId` is its `InterfaceGuid`", guest.deviceId),
  statement(
    'G10',
    'A blob that cannot be written does not fail the run command',
    never('The run sets no GUEST_LOG_CONTAINER.'),
  ),
  statement(
    'G11',
    "`%SystemRoot%` in a task's command is expanded; the script finds its own text in `Ast.Extent` under Run Command",
    guest.startupTask,
  ),
  statement(
    'G12',
    "The synthetic adapter's description starts with `Microsoft Hyper-V Network Adapter`; VFs carry no IPv4",
    guest.descriptions,
  ),
  statement(
    'G13',
    "How replies leave when NIC 1's address is reached from another subnet",
    never('Nothing is relied on, and nothing is tried.'),
  ),
  statement(
    'G14',
    'Input filters of RRAS stop forwarded packets and survive restarts; `netsh routing ip dump` prints them in the documented form',
    guest.filterForm,
  ),
  statement(
    'G15',
    'The metadata security protocol refuses what RRAS translates, and lets DNS, agent and Run Command of the host work',
    never('The filters stand before it; the protocol alone is not tried.'),
  ),
  statement(
    'G16',
    'Guests reach 168.63.129.16 translated, and whether they reach 169.254.169.254',
    guest.translatedPlatform,
  ),
  statement(
    'G17',
    'Windows that waits for a restart shows it by the keys of servicing or Windows Update, and installs no feature before it',
    never('Nothing is installed while Windows waits for a restart.'),
  ),
  statement(
    'G18',
    'A second restart that the Hyper-V role asks for comes before Windows has been up for 90 s, or is announced by a pending role or servicing',
    never('Only a Windows that restarts a second time shows it.'),
  ),
  statement(
    'G19',
    "The start time of a run command is when its script began, by a clock that agrees with the guest's within ten seconds",
    guest.startTimes,
  ),
  statement(
    'G20',
    '`Uninstall-RemoteAccess` takes RRAS off under Run Command without a restart, and removing the switch leaves both NICs as they are',
    released,
  ),
  statement(
    'G21',
    'The data disk shows the LUN that it has in Azure in `SCSILogicalUnit`, and bus SAS or SCSI',
    never('The host of a run has no data disk.'),
  ),
  statement(
    'G22',
    "Routes that Azure's DHCP gives NIC 1 for 168.63.129.16 and 169.254.169.254 have `Protocol` Dhcp in `Get-NetRoute`, and come back with the lease",
    guest.routesByLease,
  ),
  statement(
    'G23',
    '`netsh routing ip nat add interface` without a mode makes a private interface',
    never('The scripts always name the mode.'),
  ),
  statement(
    'G24',
    'The hypervisor writes event 1 or 2 of `Microsoft-Windows-Hyper-V-Hypervisor` to the System log when it starts, others when it cannot; `Vid` runs under it alone',
    systemLog,
  ),
  statement(
    'G25',
    'The DHCP server writes event 1041 of `Microsoft-Windows-DHCP-Server` to the System log and has a process of its own',
    systemLog,
  ),
  statement(
    'G26',
    '`icacls` ends with 0 under Run Command when it did what it was asked for',
    guest.folderCloses,
  ),
  statement(
    'D1',
    'No template has been deployed. They compile without a remark and are compared with the app by tests',
    undeployed,
  ),
  statement(
    'D2',
    'Creating a machine with new disks needs no `disks/write`, and deleting one whose disks and NICs go with it needs no more than the actions listed; the app holds the delete actions anyway',
    asSignedIn,
  ),
  statement('D3', 'Reading the state of operations needs `locations/operations/read`', asSignedIn),
  statement('D4', '`azd deploy --from-package` uploads to Flex Consumption as it is', undeployed),
  statement(
    'D5',
    'Flex Consumption accepts the identity settings of `AzureWebJobsStorage` as the templates write them',
    undeployed,
  ),
  statement(
    'D6',
    'Orchestration versioning works with JavaScript as documented; the embedded runtime hands the version on and rejects nothing',
    embedded,
  ),
  statement(
    'D7',
    'A browser signs in without a client secret: App Service takes an ID token by the implicit flow, and its session carries the app roles',
    undeployed,
  ),
  statement(
    'D8',
    'App Service lets anybody reach the paths of `excludedPaths`, and with `/api/v1/docs/*` all below it, while it answers 401 elsewhere',
    undeployed,
  ),
  statement(
    'D9',
    'The Functions host hands `x-ms-client-principal` on to a function whose `authLevel` is anonymous, and Flex Consumption says by `WEBSITE_AUTH_ENABLED` that authentication is on',
    undeployed,
  ),
  statement(
    'D10',
    'An outbound rule of the security group on Hyper-V-LAN stops what a host forwards with a source address that the rule denies',
    never('No guest of the run sends under a foreign address, and the run sets no rule.'),
  ),
  statement(
    'D11',
    'The queries of alerts and workbook find in Log Analytics what the app sends, and the commands of the runbooks do what they say',
    undeployed,
  ),
];
