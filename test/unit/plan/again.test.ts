import type { NetworkInterface, Route, RouteTable, Subnet } from '@azure/arm-network';
import type { VirtualMachine } from '@azure/arm-compute';
import fc from 'fast-check';
import { sameId } from '../../../shared/azure/ids';
import { hostLayout, type HostLayout } from '../../../shared/azure/layout';
import type { ObservedHost, PlannedResource } from '../../../shared/azure/plan';
import { made } from '../../../shared/azure/plan/expected';
import { addresses, definition, identity, layout, network, spec, subnet } from '../shared/fixture';
import { before, plan, planned, writes } from './observed';

/** A network and a host on it, by what makes plans differ. */
const wishes = fc.record({
  outbound: fc.constantFrom<'natGateway' | 'publicIp'>('natGateway', 'publicIp'),
  dataDiskSizeGb: fc.option(fc.integer({ min: 4, max: 32_767 }), { nil: undefined }),
  /** Azure-VMs: bare, on a table of somebody else, or reached through a firewall. */
  way: fc.constantFrom<'own' | 'foreign' | 'appliance'>('own', 'foreign', 'appliance'),
  /** NAT and Hyper-V-LAN are there already. */
  prepared: fc.boolean(),
  prefix: fc.constantFrom('10.0.2.0/24', '10.10.0.0/24', '10.10.8.0/24'),
});
type Wish = typeof wishes extends fc.Arbitrary<infer T> ? T : never;

const tableId = (name: string) => layout.routeTable.id.replace(layout.routeTable.name, name);
const firewall = '10.10.250.4';
const toFirewall = (name: string, addressPrefix: string): Route => ({
  name,
  addressPrefix,
  nextHopType: 'VirtualAppliance',
  nextHopIpAddress: firewall,
});
const foreignTable = (name: string, routes: Route[]): RouteTable => ({
  id: tableId(name),
  name,
  location: 'westeurope',
  routes,
  provisioningState: 'Succeeded',
});

function world({ outbound, dataDiskSizeGb, way, prepared, prefix }: Wish): [HostLayout, ObservedHost] {
  const lanTable = way === 'appliance' ? { routeTable: { id: tableId('lan') } } : {};
  const gateway = planned.definition.outbound;
  const own = network([
    subnet('Azure-VMs', '10.0.3.0/24', way === 'own' ? {} : { routeTable: { id: tableId('theirs') } }),
    ...(prepared || way === 'appliance'
      ? [subnet('NAT', '10.0.0.0/24'), subnet('Hyper-V-LAN', '10.0.1.0/24', lanTable)]
      : []),
    ...(way === 'appliance' ? [subnet('Firewall', '10.10.250.0/24')] : []),
  ]);
  const theirs = way === 'appliance' ? ['10.0.0.0/22', '10.10.0.0/16'] : ['192.168.0.0/16'];
  const tables = [
    ...(way === 'own'
      ? []
      : [
          foreignTable(
            'theirs',
            theirs.map((to, at) => toFirewall(`t${at}`, to)),
          ),
        ]),
    ...(way === 'appliance' ? [foreignTable('lan', [toFirewall('back', '10.0.3.0/24')])] : []),
  ];
  const routed = definition.routedSubnets.map((one) =>
    way === 'appliance' ? { ...one, via: 'appliance' as const } : one,
  );
  return [
    hostLayout(
      identity,
      {
        ...definition,
        routedSubnets: routed,
        outbound: outbound === 'publicIp' ? { kind: 'publicIp' } : gateway,
      },
      { ...spec, ...(dataDiskSizeGb === undefined ? {} : { dataDiskSizeGb }) },
      { ...addresses, ghostedPrefix: prefix },
    ),
    before({ routing: { own, networks: [own], tables } }),
  ];
}

/** The SDK's model of a body as it goes over the wire: what is in `properties` comes one level higher. */
function model(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(model);
  if (typeof value !== 'object' || value === null) return value;
  const { properties, ...rest } = value as Record<string, unknown>;
  return Object.fromEntries(
    Object.entries({ ...rest, ...(properties as object | undefined) }).map(([key, one]) => [key, model(one)]),
  );
}

/** Azure after the write. */
function written(observed: ObservedHost, { kind, id, change, body }: PlannedResource): ObservedHost {
  if (change === 'unchanged') return observed;
  const resource = made(id, model(body) as object);
  const { own, tables } = observed.routing;
  if (!own) throw new Error('No VNet.');
  const withSubnets = (subnets: Subnet[]): ObservedHost => {
    const after = { ...own, subnets };
    return { ...observed, routing: { ...observed.routing, own: after, networks: [after] } };
  };
  const withTables = (changed: RouteTable[]): ObservedHost => ({
    ...observed,
    routing: { ...observed.routing, tables: changed },
  });
  const { subnets = [] } = own;
  const which = /-nat$/.test(id) ? 'nic1' : 'nic2';
  switch (kind) {
    case 'subnet':
      return withSubnets([...subnets, resource]);
    case 'association':
      return withSubnets(subnets.map((one) => (sameId(one.id, id) ? { ...one, ...resource } : one)));
    case 'routeTable':
      return withTables([...tables, resource]);
    case 'route':
      return withTables(
        tables.map((one) =>
          id.toLowerCase().startsWith(`${one.id}/`.toLowerCase())
            ? { ...one, routes: [...(one.routes ?? []), resource as Route] }
            : one,
        ),
      );
    case 'networkInterface':
      return { ...observed, [which]: { ...observed[which], ...resource } as NetworkInterface };
    case 'publicIp':
      return { ...observed, publicIp: resource };
    case 'virtualMachine': {
      const virtualMachine = { ...observed.virtualMachine, ...resource } as VirtualMachine;
      const disk = { location: 'westeurope' };
      const hasData = virtualMachine.storageProfile?.dataDisks?.length;
      return { ...observed, virtualMachine, osDisk: disk, ...(hasData ? { dataDisk: disk } : {}) };
    }
  }
}

it('the plan of a host that was made by its plan is empty', () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      const [host, bare] = world(wish);
      const first = plan(bare, host);
      expect(first.obstacles).toEqual([]);
      expect(first.empty).toBe(false);
      const there = { ...first.resources.reduce(written, bare), verified: true };
      const again = plan(there, host);
      expect(writes(again)).toEqual([]);
      expect(again).toMatchObject({ empty: true, obstacles: [], guest: [] });
    }),
  );
});

it.each<[Wish['way'], string[]]>([
  ['own', ['routeTable Routes-for-nested-VMs', 'route Nested-VMs-hv-01']],
  ['foreign', ['route theirs', 'routeTable Routes-for-nested-VMs']],
  ['appliance', ['route lan', 'routeTable Routes-for-nested-VMs']],
])('those plans differ where they should: %s', (way, some) => {
  const [host, bare] = world({
    outbound: 'publicIp',
    dataDiskSizeGb: 64,
    way,
    prepared: false,
    prefix: '10.0.2.0/24',
  });
  const { resources } = plan(bare, host);
  const told = resources.flatMap(({ kind, id }) => [
    `${kind} ${id.split('/').at(-1)}`,
    ...(kind === 'route' ? [`route ${id.split('/').at(-3)}`] : []),
  ]);
  expect(told).toEqual(expect.arrayContaining([...some, 'publicIp hv-01-nat-ip']));
});
