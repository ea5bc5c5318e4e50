import type { WindowsState } from '../../azure/guest';
import type { ArmResource } from '../../azure/types';
import type { AzureState } from '../../launch/adminClient';
import { at, listAt, ofType, prefixOf, sameId, subnets, textAt } from './arm';
import type { HostEndState, HostRouteState, Leftovers, NicState, RouteTableState } from './document';

/** What the simulated Azure and the guest model say about one host; nothing of it comes from a plan. */
export function readHost(azure: AzureState, name: string, state: string | null): HostEndState {
  const { resources } = azure;
  const vm = ofType(resources, 'Microsoft.Compute/virtualMachines').find((one) => one.name === name);
  const guest = vm && azure.guests[vm.id.toLowerCase()];
  const [nic1, nic2] = nicsOf(resources, vm);
  const ghosted = subnets(resources).find((subnet) => subnet.name === `Ghosted-${name}`);
  return {
    name,
    state,
    nat: nicState(nic1),
    lan: nicState(nic2),
    ghosted: ghosted
      ? {
          subnet: ghosted.name,
          prefix: prefixOf(ghosted.body) ?? '',
          gateway: guest ? gatewayOf(guest) : null,
        }
      : null,
    dhcp: guest ? dhcpOf(guest) : null,
    rrasNat: guest ? rrasNatOf(guest, [nic1, nic2]) : null,
    hostRoutes: guest ? hostRoutesOf(guest, [nic1, nic2]) : [],
    route: routeOf(resources, `Nested-VMs-${name}`),
  };
}

/** Route tables, ghosted subnets, machines, adapters and disks, without those of the customer (ids). */
export function readLeftovers({ resources }: AzureState, customer: readonly string[]): Leftovers {
  const own = (type: string): string[] =>
    ofType(resources, type)
      .filter(({ id }) => !customer.some((other) => sameId(other, id)))
      .map(({ name }) => name)
      .sort();
  return {
    routeTables: routeTables(resources),
    ghostedSubnets: subnets(resources)
      .map(({ name }) => name)
      .filter((name) => name.startsWith('Ghosted-'))
      .sort(),
    virtualMachines: own('Microsoft.Compute/virtualMachines'),
    networkInterfaces: own('Microsoft.Network/networkInterfaces'),
    disks: own('Microsoft.Compute/disks'),
  };
}

function routeTables(resources: readonly ArmResource[]): RouteTableState[] {
  return ofType(resources, 'Microsoft.Network/routeTables').map((table) => ({
    name: table.name,
    routes: listAt(table, 'properties', 'routes').map((route) => ({
      prefix: textAt(route, 'properties', 'addressPrefix') ?? '',
      nextHop: textAt(route, 'properties', 'nextHopIpAddress'),
    })),
    subnets: associated(resources, table.id),
  }));
}

function routeOf(resources: readonly ArmResource[], name: string): HostEndState['route'] {
  for (const table of ofType(resources, 'Microsoft.Network/routeTables')) {
    const route = listAt(table, 'properties', 'routes').find((one) => textAt(one, 'name') === name);
    if (route === undefined) continue;
    return {
      table: table.name,
      prefix: textAt(route, 'properties', 'addressPrefix') ?? '',
      nextHop: textAt(route, 'properties', 'nextHopIpAddress'),
      subnets: associated(resources, table.id),
    };
  }
  return null;
}

/** Asked of the subnets: the table's own list of them may lag behind. */
function associated(resources: readonly ArmResource[], table: string): string[] {
  return subnets(resources)
    .filter(({ body }) => sameId(textAt(body, 'properties', 'routeTable', 'id'), table))
    .map(({ name }) => name)
    .sort();
}

type Nics = [primary: ArmResource | undefined, secondary: ArmResource | undefined];

function nicsOf(resources: readonly ArmResource[], vm: ArmResource | undefined): Nics {
  const nics = listAt(vm, 'properties', 'networkProfile', 'networkInterfaces').flatMap((entry) => {
    const id = textAt(entry, 'id');
    const nic = ofType(resources, 'Microsoft.Network/networkInterfaces').find((one) => sameId(one.id, id));
    return nic ? [{ nic, primary: at(entry, 'properties', 'primary') === true }] : [];
  });
  return [nics.find(({ primary }) => primary)?.nic, nics.find(({ primary }) => !primary)?.nic];
}

function nicState(nic: ArmResource | undefined): NicState | null {
  const [configuration] = listAt(nic, 'properties', 'ipConfigurations');
  const address = textAt(configuration, 'properties', 'privateIPAddress');
  if (address === null) return null;
  return { address, ipForwarding: at(nic, 'properties', 'enableIPForwarding') === true };
}

/** 1 or 2 by the MAC address, the one thing that Azure and Windows both know; 0 for any other adapter. */
function nicNumber(guest: WindowsState, index: number, nics: Nics): number {
  const mac = guest.adapters.find((adapter) => adapter.index === index)?.mac.toUpperCase();
  return nics.findIndex((nic) => textAt(nic, 'properties', 'macAddress')?.toUpperCase() === mac) + 1;
}

function gatewayOf(guest: WindowsState): string | null {
  const indexes = guest.adapters.filter(({ kind }) => kind === 'vEthernet').map(({ index }) => index);
  return guest.addresses.find(({ index }) => indexes.includes(index))?.address ?? null;
}

function dhcpOf(guest: WindowsState): HostEndState['dhcp'] {
  const scope = Object.values(guest.dhcp.scopes).find(({ state }) => state === 'Active');
  if (!scope) return null;
  return { start: scope.start, end: scope.end, router: scope.router[0] ?? null, dns: scope.dns };
}

function rrasNatOf(guest: WindowsState, nics: Nics): HostEndState['rrasNat'] {
  const outside = Object.entries(guest.nat.interfaces).find(([, mode]) => mode === 'full');
  if (!guest.nat.installed || !outside) return null;
  const adapter = guest.adapters.find(({ alias, kind }) => alias === outside[0] && kind !== 'vf');
  return { nic: adapter ? nicNumber(guest, adapter.index, nics) : 0, mode: outside[1] };
}

function hostRoutesOf(guest: WindowsState, nics: Nics): HostRouteState[] {
  return guest.routes
    .filter(
      ({ prefix, nextHop, persistent }) => persistent && prefix !== '0.0.0.0/0' && nextHop !== '0.0.0.0',
    )
    .map(({ prefix, nextHop, index, metric }) => ({
      prefix,
      gateway: nextHop,
      nic: nicNumber(guest, index, nics),
      metric,
    }))
    .sort((one, other) => one.nic - other.nic || comparePrefixes(one.prefix, other.prefix));
}

function comparePrefixes(one: string, other: string): number {
  const key = (prefix: string): string => prefix.replace(/\d+/g, (digits) => digits.padStart(3, '0'));
  return key(one).localeCompare(key(other));
}
