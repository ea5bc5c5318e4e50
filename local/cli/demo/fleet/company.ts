import type { System } from '../../../launch/system';
import { createMachine, createWorld } from '../../../launch/world';

/**
 * A company's network before the app comes: a hub with a firewall that inspects the subnet Apps in both directions, a
 * VPN gateway to 192.168.0.0/16, and a spoke in another region. Everything here belongs to the company.
 */
export interface Company {
  resourceGroup: string;
  location: string;
  natGatewayId: string;
  hubId: string;
  /** Where the spoke's VMs live. */
  farSubnetId: string;
  /** Route tables of the network team, and what they hold. */
  tableIds: string[];
  /** Everything that must be there at the end, as it was. */
  resourceIds: string[];
}

export const network = 'hub';
export const hosts = Array.from({ length: 12 }, (_, index) => `hv-${String(index + 1).padStart(2, '0')}`);

export const firewall = '10.60.9.4';
export const onPremises = { range: '192.168.0.0/16', address: '192.168.7.7' } as const;

export const spokeRange = '10.70.0.0/16';

const spokeGroup = 'spoke-group';
const through = (name: string, addressPrefix: string) => ({
  name,
  properties: { addressPrefix, nextHopType: 'VirtualAppliance', nextHopIpAddress: firewall },
});

export async function createCompany(system: System): Promise<Company> {
  const { arm } = system;
  const { resourceGroup, location, natGatewayId } = await createWorld(system);
  const network = (path: string): string => arm.id(resourceGroup, `Microsoft.Network/${path}`);
  const hubId = network('virtualNetworks/Hub');
  const spokeId = arm.id(spokeGroup, 'Microsoft.Network/virtualNetworks/Spoke');
  const tableIds = ['to-firewall', 'lan-to-firewall'].map((name) => network(`routeTables/${name}`));
  const [inspected, back] = tableIds as [string, string];

  await arm.put(inspected, {
    location,
    tags: { owner: 'network team' },
    properties: { routes: [through('inspected', '10.60.0.0/16'), through('out', '0.0.0.0/0')] },
  });
  await arm.put(back, { location, properties: { routes: [through('apps', '10.60.3.0/24')] } });
  await arm.put(hubId, { location, properties: { addressSpace: { addressPrefixes: ['10.60.0.0/16'] } } });
  const subnets: [name: string, prefix: string, table?: string][] = [
    ['Hyper-V-LAN', '10.60.1.0/24', back],
    ['Apps', '10.60.3.0/24', inspected],
    ['Azure-VMs', '10.60.4.0/24'],
    ['Firewall', '10.60.9.0/26'],
    ['GatewaySubnet', '10.60.255.0/27'],
  ];
  for (const [name, addressPrefix, table] of subnets) {
    const routeTable = table === undefined ? {} : { routeTable: { id: table } };
    await arm.put(`${hubId}/subnets/${name}`, { properties: { addressPrefix, ...routeTable } });
  }

  await arm.put(arm.id(spokeGroup), { location: 'northeurope' });
  await arm.put(spokeId, {
    location: 'northeurope',
    properties: { addressSpace: { addressPrefixes: [spokeRange] } },
  });
  const farSubnetId = `${spokeId}/subnets/Far`;
  await arm.put(farSubnetId, { properties: { addressPrefix: '10.70.0.0/24' } });
  await peer(system, hubId, spokeId);
  await peer(system, spokeId, hubId);
  await createGateway(system, { resourceGroup, location }, hubId);

  const machine = { resourceGroup, location };
  const machines = [
    await createMachine(system, { ...machine, name: 'vm-01', subnetId: `${hubId}/subnets/Azure-VMs` }),
    await createMachine(system, { ...machine, name: 'app-01', subnetId: `${hubId}/subnets/Apps` }),
    await createMachine(system, {
      ...machine,
      name: 'firewall',
      subnetId: `${hubId}/subnets/Firewall`,
      address: firewall,
      ipForwarding: true,
    }),
    await createMachine(system, {
      resourceGroup: spokeGroup,
      location: 'northeurope',
      name: 'far-01',
      subnetId: farSubnetId,
    }),
  ];
  const ofSubnets = subnets.map(([name]) => `${hubId}/subnets/${name}`);
  const resourceIds = [...tableIds, ...ofSubnets, farSubnetId, ...machines.flat()];
  return { resourceGroup, location, natGatewayId, hubId, farSubnetId, tableIds, resourceIds };
}

async function peer({ arm }: System, from: string, to: string): Promise<void> {
  await arm.put(`${from}/virtualNetworkPeerings/link`, {
    properties: {
      remoteVirtualNetwork: { id: to },
      allowVirtualNetworkAccess: true,
      allowForwardedTraffic: true,
    },
  });
}

/** A VPN gateway whose tunnel leads to one network on premises. */
async function createGateway(
  { arm }: System,
  { resourceGroup, location }: Pick<Company, 'resourceGroup' | 'location'>,
  hubId: string,
): Promise<void> {
  const id = (type: string, name: string): string =>
    arm.id(resourceGroup, `Microsoft.Network/${type}/${name}`);
  const gateway = id('virtualNetworkGateways', 'vpn');
  const premises = id('localNetworkGateways', 'headquarters');
  const address = id('publicIPAddresses', 'vpn-ip');
  await arm.put(address, {
    location,
    sku: { name: 'Standard' },
    properties: { publicIPAllocationMethod: 'Static' },
  });
  const configuration = {
    subnet: { id: `${hubId}/subnets/GatewaySubnet` },
    publicIPAddress: { id: address },
  };
  await arm.put(gateway, {
    location,
    properties: {
      gatewayType: 'Vpn',
      vpnType: 'RouteBased',
      sku: { name: 'VpnGw1AZ', tier: 'VpnGw1AZ' },
      ipConfigurations: [{ name: 'default', properties: configuration }],
    },
  });
  await arm.put(premises, {
    location,
    properties: {
      gatewayIpAddress: '198.51.100.1',
      localNetworkAddressSpace: { addressPrefixes: [onPremises.range] },
    },
  });
  await arm.put(id('connections', 'tunnel'), {
    location,
    properties: {
      connectionType: 'IPsec',
      virtualNetworkGateway1: { id: gateway },
      localNetworkGateway2: { id: premises },
      sharedKey: 'only-simulated',
    },
  });
}

/** What the company asks of the app; `via` says whether the firewall keeps its place in front of Apps. */
export function companyNetwork({ azure }: System, company: Company, via: 'host' | 'appliance'): unknown {
  return {
    subscriptionId: azure.subscriptionId,
    resourceGroup: company.resourceGroup,
    location: company.location,
    virtualNetwork: { name: 'Hub', addressSpaces: ['10.60.0.0/16'] },
    natSubnet: { name: 'NAT', prefix: '10.60.0.0/24', create: true },
    lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.60.1.0/24' },
    ghosted: { pools: ['10.60.128.0/18'], prefixLength: 24 },
    routedSubnets: [
      { name: 'Apps', prefix: '10.60.3.0/24', ...(via === 'host' ? {} : { via }) },
      { name: 'Azure-VMs', prefix: '10.60.4.0/24' },
      { name: 'GatewaySubnet', prefix: '10.60.255.0/27' },
      { id: company.farSubnetId, prefix: '10.70.0.0/24' },
    ],
    extraPrefixes: [onPremises.range, spokeRange],
    outbound: { kind: 'natGateway', id: company.natGatewayId },
  };
}
