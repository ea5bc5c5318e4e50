import { World, idOf, tableId } from './world';

const vnet = (name: string): string => idOf('Microsoft.Network/virtualNetworks', name);

/** A second network with one machine, peered with the first in both directions. */
function peered(state = 'Connected', forwarded = true): World {
  const world = new World();
  world.add('Microsoft.Network/virtualNetworks', 'Spoke', {
    addressSpace: { addressPrefixes: ['10.20.0.0/16'] },
  });
  world.subnet('Spoke', 'Spoke-VMs', { prefix: '10.20.0.0/24', table: true });
  world.nic('spoke-01-nic', 'Spoke-VMs', '10.20.0.4', {});
  world.vm('spoke-01', ['spoke-01-nic']);
  const peering = (remote: string): Record<string, unknown> => ({
    peeringState: state,
    allowVirtualNetworkAccess: true,
    allowForwardedTraffic: forwarded,
    remoteVirtualNetwork: { id: vnet(remote).toUpperCase() },
  });
  world.addChild('Nested-Fun', 'virtualNetworkPeerings', 'to-spoke', peering('Spoke'));
  world.addChild('Spoke', 'virtualNetworkPeerings', 'to-hub', peering('Nested-Fun'));
  for (const host of ['hv-01', 'hv-02']) {
    const state = world.windows(host);
    const lan = state.routes.find(({ prefix }) => prefix === '10.0.0.0/22');
    if (lan) state.routes.push({ ...lan, prefix: '10.20.0.0/16' });
  }
  return world;
}

const named = (sourceAddressPrefix: string) => ({
  name: 'named',
  properties: {
    ...{ priority: 100, direction: 'Inbound', access: 'Allow', protocol: '*', sourceAddressPrefix },
    destinationAddressPrefix: '*',
    destinationPortRange: '*',
  },
});

const spoke = { subnet: 'Spoke-VMs' };
const guest = { guestOf: 'hv-01' };

describe('a peered network', () => {
  it('reaches guests, and guests reach it, without translation', () => {
    expect(peered().walk(spoke, guest)).toMatchObject({ ok: true, sourceSeen: '10.20.0.4' });
    expect(peered().walk(guest, spoke)).toMatchObject({ ok: true, sourceSeen: '10.0.2.2' });
  });

  it('needs a route of its own: tables are not shared over a peering', () => {
    const world = peered();
    delete world.find('Spoke-VMs').properties.routeTable;
    expect(world.walk(spoke, guest)).toMatchObject({
      ok: false,
      brokenBy: { element: 'subnet Ghosted-hv-01' },
    });
  });

  it('is out of reach while its peering is not connected', () => {
    expect(peered('Disconnected').walk(guest, spoke)).toMatchObject({
      ok: false,
      brokenBy: { element: 'system route 10.0.0.0/8 (None)' },
    });
  });

  it('sees guests under the address of NIC 1 where the host has no route to it', () => {
    const world = peered();
    const state = world.windows('hv-01');
    state.routes = state.routes.filter(({ prefix }) => prefix !== '10.20.0.0/16');
    expect(world.walk(guest, spoke)).toMatchObject({ ok: true, sourceSeen: '10.0.0.4' });
    expect(world.walk(spoke, guest)).toMatchObject({
      ok: false,
      brokenBy: { reason: 'on the way back: the answer comes from 10.0.0.4, not from 10.0.2.2' },
    });
  });

  it('lets what a machine forwards in only as forwarded traffic, whatever its source', () => {
    for (const ranges of [
      ['10.0.0.0/22', '10.10.0.0/16'],
      ['10.0.0.0/23', '10.10.0.0/16'],
    ]) {
      for (const forwarded of [true, false]) {
        const world = peered('Connected', forwarded);
        world.set('Nested-Fun', { addressSpace: { addressPrefixes: ranges } });
        const last = forwarded ? 'NIC spoke-01-nic' : 'NIC hv-01-lan';
        expect(world.walk(guest, spoke).hops.some(({ at }) => at === 'NIC spoke-01-nic')).toBe(forwarded);
        if (!forwarded) expect(world.walk(guest, spoke).hops.at(-1)?.at).toBe(last);
      }
    }
  });

  // "When this setting is selected, traffic doesn't flow between the peered virtual networks by default; however, traffic may
  // still flow if explicitly allowed through a network security group rule that includes the appropriate IP addresses or
  // application security groups." (virtual-network-manage-peering)
  it.each(['to-hub', 'to-spoke'])('gives no access where %s gives none, but to whom a rule names', (side) => {
    const world = peered();
    world.set(side, { allowVirtualNetworkAccess: false });
    const blame = { element: 'VNet Nested-Fun', id: vnet('Nested-Fun') };
    expect(world.walk(spoke, guest)).toMatchObject({ ok: false, brokenBy: blame });
    const group = world.add('Microsoft.Network/networkSecurityGroups', 'guarding', {
      securityRules: [named('10.20.0.0/16')],
    });
    world.set('hv-01-lan', { networkSecurityGroup: { id: group.id } });
    expect(world.walk(spoke, guest)).toMatchObject({ ok: true });
    group.properties.securityRules = [named('10.21.0.0/16')];
    expect(world.walk(spoke, guest)).toMatchObject({ ok: false, brokenBy: blame });
  });

  it('is passed through an appliance where the table says so', () => {
    const world = peered();
    world.nic('fw-nic', 'Azure-VMs', '10.0.3.9', { enableIPForwarding: true });
    world.vm('fw', ['fw-nic']);
    world.set('Nested-VMs-hv-01', { nextHopIpAddress: '10.0.3.9' });
    // The appliance's own subnet sends the range to the host.
    world.add('Microsoft.Network/routeTables', 'firewall', {
      routes: [
        {
          name: 'guests',
          properties: {
            addressPrefix: '10.0.2.0/24',
            nextHopType: 'VirtualAppliance',
            nextHopIpAddress: '10.0.1.4',
          },
        },
      ],
    });
    world.set('Azure-VMs', { routeTable: { id: tableId.replace('Routes-for-nested-VMs', 'firewall') } });
    const result = world.walk(spoke, guest);
    expect(result.ok).toBe(true);
    expect(result.hops.map(({ at }) => at)).toContain('NIC fw-nic');
  });
});
