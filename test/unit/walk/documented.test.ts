import { World, idOf } from './world';

/** Behaviour of Azure that is easily missed, with Microsoft's words for it. */

const guest = { guestOf: 'hv-01' };
const vms = { subnet: 'Azure-VMs' };

function ruled(direction: 'Inbound' | 'Outbound', rules: Record<string, unknown>[]): World {
  const world = new World();
  const group = world.add('Microsoft.Network/networkSecurityGroups', 'rules', {
    securityRules: rules.map((properties, index) => ({
      name: `rule-${index}`,
      properties: {
        priority: 100 + index,
        direction,
        protocol: '*',
        destinationPortRange: '*',
        ...properties,
      },
    })),
  });
  world.set('Azure-VMs', { networkSecurityGroup: { id: group.id } });
  return world;
}

function tabled(world: World, subnet: string, prefix: string, address: string): World {
  const table = world.add('Microsoft.Network/routeTables', 'other', {
    routes: [
      {
        name: 'all',
        properties: { addressPrefix: prefix, nextHopType: 'VirtualAppliance', nextHopIpAddress: address },
      },
    ],
  });
  world.set(subnet, { routeTable: { id: table.id } });
  return world;
}

describe('a machine that does not run', () => {
  it('sends nothing', () => {
    const world = new World();
    world.power[idOf('Microsoft.Compute/virtualMachines', 'hv-01').toLowerCase()] = 'deallocated';
    expect(world.walk({ address: '10.0.1.4' }, vms)).toMatchObject({
      ok: false,
      brokenBy: { element: 'VM hv-01' },
    });
  });
});

// "Azure removed the routes for the 10.0.0.0/8, 192.168.0.0/16, and 100.64.0.0/10 address prefixes from the Subnet1
// route table when the user-defined route for the 0.0.0.0/0 address prefix was added to Subnet1."
// (virtual-networks-udr-overview)
describe('private ranges that the network does not have', () => {
  const there = { address: '192.168.7.7' };

  it('lead nowhere by themselves', () => {
    expect(new World().walk(vms, there).brokenBy?.element).toBe('system route 192.168.0.0/16 (None)');
  });

  it('follow a default route of the user', () => {
    const { hops } = tabled(new World(), 'Azure-VMs', '0.0.0.0/0', '10.0.1.4').walk(vms, there);
    expect(hops[0]).toMatchObject({ nextHop: '10.0.1.4', rule: 'route all of other' });
  });
});

// VirtualNetwork: "... and address prefixes used on user-defined routes. This tag might also contain default routes."
// Internet: "The IP address space that's outside the virtual network and reachable by the public internet."
// (service-tags-overview)
describe('service tags', () => {
  const allowInVnet = {
    access: 'Allow',
    sourceAddressPrefix: '*',
    destinationAddressPrefix: 'VirtualNetwork',
  };
  const denyAll = { access: 'Deny', sourceAddressPrefix: '*', destinationAddressPrefix: '*' };

  it('take the prefixes of the subnet’s routes for the network’s', () => {
    const world = ruled('Outbound', [allowInVnet, denyAll]);
    const there = { address: '192.168.7.7' };
    expect(world.walk(vms, there).brokenBy?.reason).toBe('security rule rule-1 blocks it');
    tabled(world, 'Azure-VMs', '192.168.0.0/16', '10.0.1.4');
    expect(world.walk(vms, there).hops[0]?.nextHop).toBe('10.0.1.4');
  });

  it('do not take private addresses elsewhere for the internet', () => {
    const world = ruled('Outbound', [
      { access: 'Allow', sourceAddressPrefix: '*', destinationAddressPrefix: 'Internet' },
      denyAll,
    ]);
    expect(world.walk(vms, { address: '192.168.7.7' }).brokenBy?.reason).toBe(
      'security rule rule-1 blocks it',
    );
    expect(world.walk(vms, guest).brokenBy?.reason).toBe('security rule rule-1 blocks it');
  });
});
