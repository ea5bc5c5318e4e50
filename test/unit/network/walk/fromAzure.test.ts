import { hostRoutes } from '../../../../shared/network/hostRoutes';
import { effectiveRoutes, plannedHost, verifiedHost, viewFromAzure } from '../../../../shared/network/walk';
import { TestHost, firstHost } from '../../guest/host';

const group = '/subscriptions/S/resourceGroups/G/providers/Microsoft.Network';
const id = (path: string): string => `${group}/${path}`;

const network = {
  type: 'Microsoft.Network/virtualNetworks',
  id: id('virtualNetworks/Hub'),
  name: 'Hub',
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16', 'fd00::/48'] },
    subnets: [
      {
        id: id('virtualNetworks/Hub/subnets/apps'),
        name: 'apps',
        properties: {
          addressPrefixes: ['10.0.1.0/24', '10.0.2.0/24'],
          routeTable: { id: id('routeTables/T') },
          networkSecurityGroup: { id: id('networkSecurityGroups/N') },
          natGateway: { id: id('natGateways/out') },
          defaultOutboundAccess: false,
        },
      },
    ],
    virtualNetworkPeerings: [
      {
        id: id('virtualNetworks/Hub/virtualNetworkPeerings/p'),
        name: 'p',
        properties: {
          peeringState: 'Connected',
          peeringSyncLevel: 'LocalNotInSync',
          remoteVirtualNetwork: { id: id('virtualNetworks/Elsewhere') },
          remoteAddressSpace: { addressPrefixes: ['10.5.0.0/16'] },
          remoteVirtualNetworkAddressSpace: { addressPrefixes: ['10.5.0.0/16', '10.6.0.0/16'] },
          allowGatewayTransit: true,
        },
      },
    ],
  },
};
const table = {
  type: 'Microsoft.Network/routeTables',
  id: id('routeTables/T'),
  name: 'T',
  properties: {
    disableBgpRoutePropagation: true,
    disablePeeringRoute: 'All',
    routes: [
      {
        name: 'r',
        properties: {
          addressPrefix: '0.0.0.0/0',
          nextHopType: 'VirtualAppliance',
          nextHopIpAddress: '10.0.9.4',
        },
      },
      {
        name: 'e',
        properties: { addressPrefix: '10.7.0.0/16', nextHopType: 'VirtualApplianceEcmp', nextHop: {} },
      },
      { name: 'broken', properties: { nextHopType: 'None' } },
    ],
  },
};
const nic = (name: string, more: object, configuration: object = {}) => ({
  type: 'Microsoft.Network/networkInterfaces',
  id: id(`networkInterfaces/${name}`),
  name,
  properties: {
    ipConfigurations: [
      {
        name: 'ipconfig1',
        properties: {
          privateIPAddress: '10.0.1.4',
          primary: true,
          subnet: { id: id('virtualNetworks/Hub/subnets/apps') },
          ...configuration,
        },
      },
    ],
    ...more,
  },
});

/** As the SDK's models show the same: what is under `properties` lies beside the rest. */
function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat);
  if (typeof value !== 'object' || value === null) return value;
  const { properties, ...rest } = value as Record<string, unknown>;
  const all: Record<string, unknown> = { ...rest, ...(properties as object | undefined) };
  return Object.fromEntries(Object.entries(all).map(([key, part]) => [key, flat(part)]));
}

describe('facts from Azure', () => {
  const resources = [
    network,
    table,
    nic('n', { enableIPForwarding: true, virtualMachine: { id: id('virtualMachines/V') } }),
    { type: 'Microsoft.Network/unheardOf', id: id('unheardOf/x') },
    'nonsense',
  ];

  it('are the same from the REST shape and from the SDK’s', () => {
    expect(viewFromAzure({ resources: flat(resources) as unknown[] })).toEqual(viewFromAzure({ resources }));
  });

  it('say what was there', () => {
    const view = viewFromAzure({ resources });
    expect(view.virtualNetworks[0]).toMatchObject({
      ranges: ['10.0.0.0/16', 'fd00::/48'],
      peerings: [
        { remoteRanges: ['10.5.0.0/16'], allowVirtualNetworkAccess: true, allowForwardedTraffic: false },
      ],
    });
    expect(view.subnets[0]).toMatchObject({
      prefixes: ['10.0.1.0/24', '10.0.2.0/24'],
      routeTableId: id('routeTables/T').toLowerCase(),
      natGateway: true,
      defaultOutboundAccess: false,
    });
    expect(view.routeTables[0]).toMatchObject({ gatewayRoutes: false, peeringRoutes: false });
    expect(view.routeTables[0]?.routes.map(({ nextHopType }) => nextHopType)).toEqual([
      'VirtualAppliance',
      'Unknown',
    ]);
    expect(view.interfaces[0]).toMatchObject({ machine: { name: 'v', running: true }, ipForwarding: true });
    // IPv6 is carried through the facts and never routed.
    expect(
      effectiveRoutes(view, { subnetId: view.subnets[0]?.id ?? '' }).map(({ prefix }) => prefix),
    ).toEqual(['0.0.0.0/0', '10.7.0.0/16', '10.0.0.0/16', '0.0.0.0/0']);
  });

  it('know whether a machine runs, from its instance view or from what is told', () => {
    const machine = {
      type: 'Microsoft.Compute/virtualMachines',
      id: id('virtualMachines/V'),
      name: 'V',
      properties: {
        networkProfile: { networkInterfaces: [{ id: id('networkInterfaces/n') }] },
        instanceView: {
          statuses: [{ code: 'ProvisioningState/succeeded' }, { code: 'PowerState/deallocated' }],
        },
      },
    };
    const all = { resources: [network, nic('n', {}), machine] };
    expect(viewFromAzure(all).interfaces[0]).toMatchObject({ primary: true, machine: { running: false } });
    const powerStates = { [machine.id.toLowerCase()]: 'running' };
    expect(viewFromAzure({ ...all, powerStates }).interfaces[0]?.machine?.running).toBe(true);
  });

  it('find firewalls and what load balancers stand before', () => {
    const pool = { id: id('loadBalancers/L/backendAddressPools/p') };
    const front = id('loadBalancers/L/frontendIPConfigurations/f');
    const { interfaces } = viewFromAzure({
      resources: [
        nic('nva', { enableIPForwarding: true }, { loadBalancerBackendAddressPools: [pool] }),
        {
          type: 'Microsoft.Network/loadBalancers',
          id: id('loadBalancers/L'),
          properties: {
            frontendIPConfigurations: [{ id: front, properties: { privateIPAddress: '10.0.1.100' } }],
            loadBalancingRules: [
              { properties: { frontendIPConfiguration: { id: front }, backendAddressPool: pool } },
            ],
            outboundRules: [{ properties: { backendAddressPool: pool } }],
          },
        },
        {
          type: 'Microsoft.Network/azureFirewalls',
          id: id('azureFirewalls/F'),
          name: 'F',
          properties: {
            ipConfigurations: [
              {
                properties: {
                  privateIPAddress: '10.0.9.4',
                  subnet: { id: id('virtualNetworks/Hub/subnets/apps') },
                },
              },
            ],
          },
        },
      ],
    });
    expect(interfaces).toMatchObject([
      { name: 'nva', frontends: ['10.0.1.100'], publicAddress: true, translatesToInternet: true },
      { name: 'F', addresses: ['10.0.9.4'], ipForwarding: true, translatesToInternet: true },
    ]);
  });

  it('gather what a gateway leads to from its connections, its clients and what it has learned', () => {
    const gateway = {
      type: 'Microsoft.Network/virtualNetworkGateways',
      id: id('virtualNetworkGateways/W'),
      properties: {
        gatewayType: 'Vpn',
        ipConfigurations: [{ properties: { subnet: { id: id('virtualNetworks/Hub/subnets/apps') } } }],
        vpnClientConfiguration: { vpnClientAddressPool: { addressPrefixes: ['172.30.0.0/24'] } },
      },
    };
    const site = {
      type: 'Microsoft.Network/localNetworkGateways',
      id: id('localNetworkGateways/site'),
      properties: { localNetworkAddressSpace: { addressPrefixes: ['192.168.0.0/16'] } },
    };
    const connection = {
      type: 'Microsoft.Network/connections',
      id: id('connections/c'),
      properties: { virtualNetworkGateway1: { id: gateway.id }, localNetworkGateway2: { id: site.id } },
    };
    const view = viewFromAzure({
      resources: [gateway, site, connection],
      gatewayRoutes: { [gateway.id.toLowerCase()]: ['10.99.0.0/16', '192.168.0.0/16'] },
    });
    expect(view.gateways[0]).toMatchObject({
      kind: 'Vpn',
      routes: ['10.99.0.0/16', '192.168.0.0/16', '172.30.0.0/24'],
    });
  });
});

describe('a host', () => {
  const identity = { name: 'hv-01', nic1: 'N1', nic2: 'N2', ghostedPrefix: firstHost.ghostedPrefix };

  it('verifies as it was planned', () => {
    const result = new TestHost(firstHost).configured().run('verify');
    const { routes, dnsServers } = firstHost;
    const verified = verifiedHost(identity, result);
    const planned = plannedHost(identity, { routes, dnsServers });
    const byPrefix = (host: typeof planned | undefined) =>
      host && { ...host, routes: [...host.routes].sort((a, b) => a.prefix.localeCompare(b.prefix)) };
    expect(byPrefix(verified)).toEqual(byPrefix(planned));
    expect(routes.map(({ prefix }) => prefix)).toEqual(
      expect.arrayContaining(
        hostRoutes({
          vnetRanges: ['10.0.0.0/22', '10.10.0.0/16'],
          natPrefix: '10.0.0.0/24',
          lanPrefix: '10.0.1.0/24',
          ghostedPrefix: identity.ghostedPrefix,
          dnsServers,
        }).map(({ prefix }) => prefix),
      ),
    );
  });

  it('without a verification is not guessed', () => {
    expect(verifiedHost(identity, new TestHost(firstHost).run('features'))).toBeUndefined();
  });
});
