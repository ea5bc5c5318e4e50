import type { VirtualNetworkPeering } from '@azure/arm-network';
import { addGroup, connect } from './support';
import type { Connected } from './support';

/** Peerings, gateways and what an interface makes of them, through the public clients. */

let connected: Connected;
const location = 'westeurope';
const options = { updateIntervalInMs: 1 };
const networkId = (path: string): string =>
  `/subscriptions/${connected.azure.info.subscriptionId}/resourceGroups/rg/providers/Microsoft.Network/${path}`;

beforeAll(async () => {
  // Longer than the making of a gateway takes.
  connected = await connect({}, 10_000);
});
afterAll(() => connected.stop());
beforeEach(async () => {
  await connected.admin('POST', '/reset');
  addGroup(connected, 'rg', location);
  await putVnet('hub', ['10.0.0.0/16']);
  await putVnet('spoke', ['10.1.0.0/16']);
});

const putVnet = (name: string, addressPrefixes: string[]): Promise<unknown> =>
  Promise.resolve(
    connected.network.virtualNetworks.createOrUpdate(
      'rg',
      name,
      { location, addressSpace: { addressPrefixes } },
      options,
    ),
  );
const peer = (
  vnet: string,
  remote: string,
  more: VirtualNetworkPeering = {},
  name = `to-${remote}`,
  sync = false,
): Promise<VirtualNetworkPeering> =>
  Promise.resolve(
    connected.network.virtualNetworkPeerings.createOrUpdate(
      'rg',
      vnet,
      name,
      { remoteVirtualNetwork: { id: networkId(`virtualNetworks/${remote}`) }, ...more },
      { ...options, ...(sync ? { syncRemoteAddressSpace: 'true' } : {}) },
    ),
  );
const peering = (vnet: string, name: string): Promise<VirtualNetworkPeering> =>
  Promise.resolve(connected.network.virtualNetworkPeerings.get('rg', vnet, name));
const putSubnet = (vnet: string, name: string, addressPrefix: string, more: object = {}): Promise<unknown> =>
  Promise.resolve(
    connected.network.subnets.createOrUpdate('rg', vnet, name, { addressPrefix, ...more }, options),
  );

const makeGateway = (): Promise<unknown> =>
  Promise.resolve(
    connected.network.virtualNetworkGateways.createOrUpdate(
      'rg',
      'vgw',
      {
        location,
        gatewayType: 'Vpn',
        ipConfigurations: [
          { name: 'default', subnet: { id: networkId('virtualNetworks/hub/subnets/GatewaySubnet') } },
        ],
      },
      options,
    ),
  );

/** A gateway that has learned of 192.168.0.0/16. */
async function putGateway(): Promise<void> {
  await putSubnet('hub', 'GatewaySubnet', '10.0.255.0/27');
  await makeGateway();
  await connected.admin('PATCH', `/resources?id=${networkId('virtualNetworkGateways/vgw')}`, {
    properties: { 'x-learnedPrefixes': ['192.168.0.0/16'] },
  });
}

async function runMachine(vnet: string): Promise<void> {
  await putSubnet(vnet, 'vms', vnet === 'hub' ? '10.0.0.0/24' : '10.1.0.0/24');
  const nic = await connected.network.networkInterfaces.createOrUpdate(
    'rg',
    'nic',
    {
      location,
      ipConfigurations: [
        { name: 'ipconfig1', subnet: { id: networkId(`virtualNetworks/${vnet}/subnets/vms`) } },
      ],
    },
    options,
  );
  await connected.compute.virtualMachines.createOrUpdate(
    'rg',
    'vm',
    {
      location,
      hardwareProfile: { vmSize: 'Standard_D4s_v5' },
      storageProfile: {
        imageReference: {
          publisher: 'MicrosoftWindowsServer',
          offer: 'WindowsServer',
          sku: '2022',
          version: 'latest',
        },
        osDisk: { name: 'vm-os', createOption: 'FromImage' },
      },
      osProfile: { computerName: 'vm', adminUsername: 'hostadmin', adminPassword: 'not-A-real-1' },
      networkProfile: { networkInterfaces: [{ id: nic.id ?? '' }] },
    },
    options,
  );
}

async function routes(): Promise<string[]> {
  const { value } = await connected.network.networkInterfaces.getEffectiveRouteTable('rg', 'nic', options);
  return (value ?? []).map(({ source, state, addressPrefix, nextHopType, nextHopIpAddress }) =>
    [source, state, addressPrefix, nextHopType, ...(nextHopIpAddress ?? [])].join(' '),
  );
}

describe('a peering', () => {
  it('waits for the other side, connects, and is shown by both networks', async () => {
    expect(await peer('hub', 'spoke')).toMatchObject({
      peeringState: 'Initiated',
      allowVirtualNetworkAccess: true,
      allowForwardedTraffic: false,
      remoteAddressSpace: { addressPrefixes: ['10.1.0.0/16'] },
    });
    expect(await peer('spoke', 'hub')).toMatchObject({
      peeringState: 'Connected',
      peeringSyncLevel: 'FullyInSync',
    });
    expect(await peering('hub', 'to-spoke')).toMatchObject({ peeringState: 'Connected' });
    const hub = await connected.network.virtualNetworks.get('rg', 'hub');
    expect(hub.virtualNetworkPeerings?.map(({ name, peeringState }) => [name, peeringState])).toEqual([
      ['to-spoke', 'Connected'],
    ]);
    const listed = [];
    for await (const one of connected.network.virtualNetworkPeerings.list('rg', 'hub')) listed.push(one.name);
    expect(listed).toEqual(['to-spoke']);
  });

  it('leaves the other side disconnected, which has to be taken up again first', async () => {
    await peer('hub', 'spoke');
    await peer('spoke', 'hub');
    await connected.network.virtualNetworkPeerings.delete('rg', 'hub', 'to-spoke', options);
    expect(await peering('spoke', 'to-hub')).toMatchObject({ peeringState: 'Disconnected' });
    await expect(peer('hub', 'spoke')).rejects.toMatchObject({ code: 'RemotePeeringIsDisconnected' });
    expect(await peer('spoke', 'hub')).toMatchObject({ peeringState: 'Initiated' });
    expect(await peer('hub', 'spoke')).toMatchObject({ peeringState: 'Connected' });
  });

  it('is left behind by a network that goes', async () => {
    await peer('hub', 'spoke');
    await peer('spoke', 'hub');
    await connected.network.virtualNetworks.delete('rg', 'spoke', options);
    expect(await peering('hub', 'to-spoke')).toMatchObject({ peeringState: 'Disconnected' });
  });

  it.each([
    ['of networks that overlap', 'VnetAddressSpacesOverlap', () => peer('hub', 'twin')],
    [
      'with a second network of the same ranges',
      'VnetAddressSpaceOverlapsWithAlreadyPeeredVnet',
      async () => {
        await putVnet('spoke2', ['10.1.128.0/17']);
        await peer('hub', 'spoke');
        await peer('hub', 'spoke2');
      },
    ],
    [
      'that exists under another name',
      'AnotherPeeringAlreadyReferencesRemoteVnet',
      async () => {
        await peer('hub', 'spoke');
        await peer('hub', 'spoke', {}, 'again');
      },
    ],
    [
      'that uses gateways where there are none',
      'RemoteVnetHasNoGateways',
      () => peer('spoke', 'hub', { useRemoteGateways: true }),
    ],
    ['with nobody', 'InvalidResourceReference', () => peer('hub', 'nobody')],
  ])('%s is refused with %s', async (_what, code, act) => {
    await putVnet('twin', ['10.0.128.0/17']);
    await expect(act()).rejects.toMatchObject({ statusCode: 400, code });
  });

  it('does not follow a network that grows until it is synchronised', async () => {
    await peer('hub', 'spoke');
    await peer('spoke', 'hub');
    await expect(putVnet('spoke', ['10.1.0.0/16', '10.0.0.0/24'])).rejects.toMatchObject({
      code: 'VnetAddressSpaceOverlapsWithAlreadyPeeredVnet',
    });
    await putVnet('spoke', ['10.1.0.0/16', '10.9.0.0/16']);
    expect(await peering('hub', 'to-spoke')).toMatchObject({
      peeringState: 'Connected',
      peeringSyncLevel: 'LocalNotInSync',
      remoteAddressSpace: { addressPrefixes: ['10.1.0.0/16'] },
      remoteVirtualNetworkAddressSpace: { addressPrefixes: ['10.1.0.0/16', '10.9.0.0/16'] },
    });
    expect(await peering('spoke', 'to-hub')).toMatchObject({ peeringSyncLevel: 'RemoteNotInSync' });
    expect(await peer('hub', 'spoke', {}, 'to-spoke', true)).toMatchObject({
      peeringSyncLevel: 'FullyInSync',
      remoteAddressSpace: { addressPrefixes: ['10.1.0.0/16', '10.9.0.0/16'] },
    });
  });
});

describe('effective routes', () => {
  it('are those of the system, of peers, of gateways and of the own table, with the losers', async () => {
    await putGateway();
    await peer('hub', 'spoke', { allowGatewayTransit: true });
    await peer('spoke', 'hub', { useRemoteGateways: true });
    await runMachine('spoke');
    const system = [
      'VirtualNetworkGateway Active 192.168.0.0/16 VirtualNetworkGateway 10.0.255.4',
      'Default Active 10.1.0.0/16 VnetLocal',
      'Default Active 10.0.0.0/16 VNetPeering',
      'Default Active 0.0.0.0/0 Internet',
      'Default Active 10.0.0.0/8 None',
      'Default Active 172.16.0.0/12 None',
      'Default Invalid 192.168.0.0/16 None',
      'Default Active 100.64.0.0/10 None',
    ];
    expect(await routes()).toEqual(system);
    const table = await connected.network.routeTables.createOrUpdate(
      'rg',
      'table',
      {
        location,
        disableBgpRoutePropagation: true,
        routes: [
          {
            name: 'all',
            addressPrefix: '0.0.0.0/0',
            nextHopType: 'VirtualAppliance',
            nextHopIpAddress: '10.0.0.9',
          },
        ],
      },
      options,
    );
    await putSubnet('spoke', 'vms', '10.1.0.0/24', { routeTable: { id: table.id } });
    expect(await routes()).toEqual([
      'User Active 0.0.0.0/0 VirtualAppliance 10.0.0.9',
      'Default Active 10.1.0.0/16 VnetLocal',
      'Default Active 10.0.0.0/16 VNetPeering',
      'Default Invalid 0.0.0.0/0 Internet',
    ]);
  });

  it('and security groups are known of running machines only', async () => {
    await runMachine('hub');
    const group = await connected.network.networkSecurityGroups.createOrUpdate(
      'rg',
      'nsg',
      { location },
      options,
    );
    await putSubnet('hub', 'vms', '10.0.0.0/24', { networkSecurityGroup: { id: group.id } });
    const groups = await connected.network.networkInterfaces.listEffectiveNetworkSecurityGroups(
      'rg',
      'nic',
      options,
    );
    expect(groups.value?.[0]?.effectiveSecurityRules?.map(({ name }) => name)).toContain(
      'defaultSecurityRules/AllowVnetInBound',
    );
    await connected.compute.virtualMachines.deallocate('rg', 'vm', options);
    await expect(routes()).rejects.toMatchObject({
      statusCode: 400,
      code: 'NetworkInterfaceNotAttachedToRunningVm',
    });
  });
});

describe('a gateway', () => {
  it('lives in its own subnet, keeps it, and hides what only administration may see', async () => {
    await putGateway();
    const gateway = await connected.network.virtualNetworkGateways.get('rg', 'vgw');
    expect(gateway).toMatchObject({ provisioningState: 'Succeeded', gatewayType: 'Vpn' });
    expect(JSON.stringify(gateway)).not.toMatch(/192\.168/);
    const learned = await connected.network.virtualNetworkGateways.getLearnedRoutes('rg', 'vgw', options);
    expect(learned.value).toMatchObject([{ network: '192.168.0.0/16', origin: 'EBgp' }]);
    await expect(
      Promise.resolve(connected.network.subnets.delete('rg', 'hub', 'GatewaySubnet', options)),
    ).rejects.toMatchObject({ code: 'InUseSubnetCannotBeDeleted' });
    await connected.network.virtualNetworkGateways.delete('rg', 'vgw', options);
    await connected.network.subnets.delete('rg', 'hub', 'GatewaySubnet', options);
  });

  it('cannot be made over a table with a default route', async () => {
    const table = await connected.network.routeTables.createOrUpdate(
      'rg',
      'table',
      { location, routes: [{ name: 'all', addressPrefix: '0.0.0.0/0', nextHopType: 'Internet' }] },
      options,
    );
    await putSubnet('hub', 'GatewaySubnet', '10.0.255.0/27', { routeTable: { id: table.id } });
    await expect(makeGateway()).rejects.toMatchObject({ statusCode: 400 });
  });
});
