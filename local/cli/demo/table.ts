import type { HostEndState, Leftovers, PathState } from './document';

/** Rows of text in columns as wide as their widest cell; the first row is the heading. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_cell, index) =>
    Math.max(...rows.map((row) => (row[index] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd();
  const [heading, ...others] = rows.map(line);
  const rule = `  ${widths.map((width) => '─'.repeat(width)).join('  ')}`;
  return heading === undefined ? [] : [heading, rule, ...others];
}

const none = 'none';
const onOff = (on: boolean): string => (on ? 'on' : 'off');

/** The end state of the hosts side by side. */
export function hostTable(hosts: readonly HostEndState[]): string[] {
  const row = (title: string, cell: (host: HostEndState) => string | null | undefined): string[] => [
    title,
    ...hosts.map((host) => cell(host) ?? none),
  ];
  const routes = Math.max(0, ...hosts.map(({ hostRoutes }) => hostRoutes.length));
  return columns([
    row('', ({ name }) => name),
    row('state', ({ state }) => state),
    row('NIC 1 (NAT)', ({ nat }) => nat && `${nat.address}, IP forwarding ${onOff(nat.ipForwarding)}`),
    row(
      'NIC 2 (Hyper-V-LAN)',
      ({ lan }) => lan && `${lan.address}, IP forwarding ${onOff(lan.ipForwarding)}`,
    ),
    row('ghosted subnet', ({ ghosted }) => ghosted && `${ghosted.subnet} ${ghosted.prefix}`),
    row('vEthernet', ({ ghosted }) => ghosted?.gateway),
    row('DHCP scope', ({ dhcp }) => dhcp && `${dhcp.start} - ${dhcp.end}`),
    row('  router, DNS', ({ dhcp }) => dhcp && [dhcp.router ?? none, ...dhcp.dns].join(', ')),
    row('RRAS NAT', ({ rrasNat }) => rrasNat && `NIC ${rrasNat.nic}, ${rrasNat.mode}`),
    ...Array.from({ length: routes }, (_, index) =>
      row(index === 0 ? 'host routes' : '', ({ hostRoutes }) => {
        const route = hostRoutes[index];
        return route && `${route.prefix} via ${route.gateway}, NIC ${route.nic}, metric ${route.metric}`;
      }),
    ),
    row('route', ({ route }) => route && `${route.prefix} -> ${route.nextHop ?? none}`),
    row('  in table', ({ route }) => route?.table),
    row('  of subnets', ({ route }) => route && (route.subnets.join(', ') || none)),
  ]);
}

/** Paths with what the destination sees; `why` says what breaks a path. */
export function pathTable(paths: readonly (PathState & { why?: string; by: string[] })[]): string[] {
  return columns([
    ['from', 'to', 'source seen', 'by way of'],
    ...paths.map(({ from, to, ok, sourceSeen, why, by }) => [
      from,
      to,
      sourceSeen,
      ok ? by.join(', ') : `broken: ${why ?? ''}`,
    ]),
  ]);
}

/** What is there besides the customer's own resources, one line for each kind. */
export function leftoverLines(left: Partial<Leftovers>): string[] {
  const list = (names: readonly string[]): string => names.join(', ') || none;
  const tables = left.routeTables?.map(({ name, routes, subnets }) => {
    const entries = routes.map(({ prefix, nextHop }) => `${prefix} -> ${nextHop ?? none}`);
    return `${name} (${list(entries)}; on ${list(subnets)})`;
  });
  const kinds: [string, readonly string[] | undefined][] = [
    ['route tables', tables],
    ['ghosted subnets', left.ghostedSubnets],
    ['virtual machines', left.virtualMachines],
    ['network interfaces', left.networkInterfaces],
    ['disks', left.disks],
  ];
  return kinds.flatMap(([kind, names]) => (names ? [`  ${kind.padEnd(19)} ${list(names)}`] : []));
}
