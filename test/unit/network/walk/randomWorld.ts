import type { Endpoint } from '../../../../shared/network/walk';
import { defects } from '../../walk/defects';
import { World, idOf } from '../../walk/world';
import { machines, nics, premises, subnets } from './topology';
import type { Topology } from './topology';

const network = (type: string, name: string): string => idOf(`Microsoft.Network/${type}`, name);
const unlessOff = (on: boolean | undefined) => (on === false ? { disableBgpRoutePropagation: true } : {});

/** The simulated Azure that a plan describes. */
export function build(plan: Topology): World {
  const world = new World();
  addSpokes(world);
  addPeerings(world, plan);
  addGateway(world, plan);
  plan.tables.forEach((routes, index) => {
    world.add('Microsoft.Network/routeTables', `table-${index}`, {
      ...unlessOff(plan.propagation[index + 1]),
      routes: routes.map((properties, at) => ({
        name: `route-${at}`,
        properties:
          properties.nextHopType === 'VirtualAppliance'
            ? properties
            : { addressPrefix: properties.addressPrefix, nextHopType: properties.nextHopType },
      })),
    });
  });
  plan.groups.forEach((rules, index) => {
    world.add('Microsoft.Network/networkSecurityGroups', `group-${index}`, {
      securityRules: rules.map((one, at) => ({
        name: `rule-${at}`,
        properties: ruleProperties(one),
      })),
    });
  });
  const reference = (index: number | undefined) =>
    index === undefined ? undefined : { id: network('networkSecurityGroups', `group-${index}`) };
  subnets.forEach((name, index) => {
    const chosen = plan.tableOf[index];
    world.set(name, {
      routeTable: chosen === undefined ? undefined : { id: network('routeTables', chosen) },
      networkSecurityGroup: reference(plan.groupOf[index]),
      natGateway: plan.out[index] === 'natGateway' ? { id: network('natGateways', 'out') } : undefined,
      defaultOutboundAccess: plan.out[index] === 'default',
    });
  });
  nics.forEach((name, index) => {
    world.set(name, {
      enableIPForwarding: plan.forwarding[index],
      networkSecurityGroup: reference(plan.groupAt[index]),
    });
    join(world, name, plan.applications[index]);
    if (plan.publicAddress[index]) addPublicAddress(world, name);
  });
  machines.forEach((name, index) => {
    world.power[world.find(name).id.toLowerCase()] = plan.power[index] ?? 'running';
  });
  for (const { name, damage } of defects) if (plan.damages.includes(name)) tolerant(() => damage(world));
  return world;
}

type Rule = Topology['groups'][number][number];

/** Azure shows one value in one property, and several in another. */
function ruleProperties({ source, destination, sourcePorts, destinationPorts, ...rest }: Rule) {
  return {
    ...rest,
    ...sideProperties('source', source, sourcePorts),
    ...sideProperties('destination', destination, destinationPorts),
  };
}

function sideProperties(side: 'source' | 'destination', who: Rule['source'], ports: string[]) {
  const [port] = ports;
  const [address] = typeof who === 'number' ? [] : who;
  return {
    ...(ports.length === 1 ? { [`${side}PortRange`]: port } : { [`${side}PortRanges`]: ports }),
    ...(typeof who === 'number'
      ? { [`${side}ApplicationSecurityGroups`]: [{ id: application(who) }] }
      : who.length === 1
        ? { [`${side}AddressPrefix`]: address }
        : { [`${side}AddressPrefixes`]: who }),
  };
}

const application = (index: number): string => network('applicationSecurityGroups', `asg-${index}`);

/** Puts an interface into an application security group. */
function join(world: World, name: string, index: number | undefined): void {
  const [configuration] = world.find(name).properties.ipConfigurations as {
    properties: Record<string, unknown>;
  }[];
  if (configuration && index !== undefined)
    configuration.properties.applicationSecurityGroups = [{ id: application(index) }];
}

/** Two defects may each want the same thing gone. */
function tolerant(action: () => void): void {
  try {
    action();
  } catch {
    return;
  }
}

function addSpokes(world: World): void {
  world.nic('fw-nic', 'Azure-VMs', '10.0.3.9', {});
  world.vm('fw', ['fw-nic']);
  for (const [index, second] of [
    [1, 20],
    [2, 30],
  ]) {
    world.add('Microsoft.Network/virtualNetworks', `Spoke-${index}`, {
      addressSpace: { addressPrefixes: [`10.${second}.0.0/16`] },
    });
    world.subnet(`Spoke-${index}`, `Spoke-${index}-VMs`, { prefix: `10.${second}.0.0/24` });
    world.nic(`spoke-${index}-nic`, `Spoke-${index}-VMs`, `10.${second}.0.4`, {});
    world.vm(`spoke-${index}`, [`spoke-${index}-nic`]);
  }
  world.nic('spoke-1-fw-nic', 'Spoke-1-VMs', '10.20.0.9', {});
  world.vm('spoke-1-fw', ['spoke-1-fw-nic']);
}

function addPeerings(world: World, { peerings }: Topology): void {
  const pairs = [
    ['Nested-Fun', 'Spoke-1'],
    ['Nested-Fun', 'Spoke-2'],
    ['Spoke-1', 'Spoke-2'],
  ] as const;
  pairs.forEach(([a, b], index) => {
    const one = peerings[index];
    if (!one) return;
    const { states, sides, transit } = one;
    const side = (at: 0 | 1, from: string, to: string, more: Record<string, unknown>): void => {
      if (states[at] === 'Absent') return;
      world.addChild(from, 'virtualNetworkPeerings', `to-${to}`, {
        peeringState: states[at],
        remoteVirtualNetwork: { id: network('virtualNetworks', to) },
        ...sides[at],
        ...more,
      });
    };
    side(0, a, b, { allowGatewayTransit: transit[0] });
    side(1, b, a, { useRemoteGateways: transit[1] });
  });
}

/** On-premises behind a gateway of the first network; the hosts know the way. */
function addGateway(world: World, { gatewayTable, propagation }: Topology): void {
  world.subnet('Nested-Fun', 'GatewaySubnet', { prefix: '10.10.255.0/27' });
  world.set('Routes-for-nested-VMs', unlessOff(propagation[0]));
  if (gatewayTable !== undefined) {
    world.set('GatewaySubnet', { routeTable: { id: network('routeTables', gatewayTable) } });
  }
  world.add('Microsoft.Network/virtualNetworkGateways', 'vpn', {
    gatewayType: 'Vpn',
    ipConfigurations: [
      {
        name: 'default',
        properties: { privateIPAddress: '10.10.255.4', subnet: { id: world.find('GatewaySubnet').id } },
      },
    ],
    'x-learnedPrefixes': [premises],
  });
  for (const host of ['hv-01', 'hv-02']) {
    const { routes } = world.windows(host);
    const lan = routes.find(({ prefix }) => prefix === '10.0.0.0/22');
    if (lan) routes.push({ ...lan, prefix: premises }, { ...lan, prefix: '10.20.0.0/16' });
  }
}

function addPublicAddress(world: World, name: string): void {
  const { properties } = world.find(name);
  const [configuration] = properties.ipConfigurations as { properties: Record<string, unknown> }[];
  if (configuration) configuration.properties.publicIPAddress = { id: network('publicIPAddresses', name) };
}

const ends: Endpoint[] = [
  { guestOf: 'hv-01' },
  { guestOf: 'hv-02' },
  { subnet: 'Azure-VMs' },
  { subnet: 'Spoke-1-VMs' },
  { address: '10.30.0.4' },
  { address: '10.0.1.4' },
  { address: '10.0.0.5' },
  { onPremises: '172.30.0.9' },
];

const metadata: Endpoint = { address: '169.254.169.254' };

/** Every way between them, and out. */
export const ways: [Endpoint, Endpoint][] = ends.flatMap((from) =>
  [...ends.filter((to) => to !== from), metadata, 'internet' as const, 'dns' as const].map(
    (to): [Endpoint, Endpoint] => [from, to],
  ),
);
