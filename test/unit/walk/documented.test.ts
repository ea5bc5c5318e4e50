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

const ruleFor = (more: Record<string, unknown>) => ({
  ...{ access: 'Deny', sourceAddressPrefix: '*', destinationAddressPrefix: '*' },
  ...more,
});

// "By default, these services aren't subject to the configured network security groups unless targeted by service tags
// specific to each service." (network-security-groups-overview)
describe('what the platform offers', () => {
  const metadata = { address: '169.254.169.254' };
  it.each([
    ['*', true, true],
    ['AzurePlatformDNS', false, true],
    ['AzurePlatformIMDS', true, false],
  ])('answers a machine that may send nothing to %s: DNS %s, metadata %s', (tag, dns, imds) => {
    const world = ruled('Outbound', [ruleFor({ destinationAddressPrefix: tag })]);
    expect(world.walk(vms, 'dns').ok).toBe(dns);
    expect(world.walk(vms, metadata, { port: 80 }).ok).toBe(imds);
  });
});

// "... only the internal Azure platform can source a message from this IP address." (what-is-ip-address-168-63-129-16)
describe('what the platform answers', () => {
  it.each([true, false])(
    'is not carried on by a host that sends it out again, groups or not: %s',
    (grouped) => {
      const world = new World();
      const { id } = world.add('Microsoft.Network/networkSecurityGroups', 'none', { securityRules: [] });
      if (grouped) world.set('Hyper-V-LAN', { networkSecurityGroup: { id } });
      const { adapters, routes } = world.windows('hv-01');
      const index = adapters.find(({ alias }) => alias === 'Ethernet 2')?.index ?? 0;
      routes.push({ prefix: '10.0.2.0/25', nextHop: '10.0.1.1', index, metric: 1, persistent: true });
      expect(world.walk(guest, 'dns').brokenBy).toMatchObject({
        element: 'NIC hv-01-lan',
        reason: 'on the way back: only the platform itself sends from 168.63.129.16',
      });
    },
  );
});

// "Network security group security rules are evaluated based on five-tuple information (source, source port, destination,
// destination port, and protocol)"; "A flow record is created for existing connections." (network-security-groups-overview)
describe('a rule', () => {
  it.each([
    ['another port', { destinationPortRange: '3389' }, true],
    ['its port', { destinationPortRange: '443' }, false],
    [
      'one of its ports',
      { destinationPortRange: undefined, destinationPortRanges: ['22', '400-500'] },
      false,
    ],
    ['another source port', { sourcePortRange: '1-1023' }, true],
    ['its source port', { sourcePortRange: '40000-60000' }, false],
  ])('for %s', (_, ports, passes) => {
    const world = ruled('Inbound', [ruleFor(ports)]);
    expect(world.walk(guest, vms)).toMatchObject({ ok: passes });
  });

  // "Application security groups enable you to configure network security as a natural extension of an application's
  // structure" (application-security-groups)
  it('for an application security group means the addresses of its members', () => {
    const asg = idOf('Microsoft.Network/applicationSecurityGroups', 'apps');
    const rule = ruleFor({
      sourceAddressPrefix: undefined,
      sourceApplicationSecurityGroups: [{ id: asg.toUpperCase() }],
    });
    const world = ruled('Inbound', [rule]);
    expect(world.walk({ address: '10.0.1.4' }, vms).ok).toBe(true);
    const [one] = world.find('hv-01-lan').properties.ipConfigurations as { properties: object }[];
    Object.assign(one?.properties ?? {}, { applicationSecurityGroups: [{ id: asg }] });
    expect(world.walk({ address: '10.0.1.4' }, vms)).toMatchObject({
      ok: false,
      brokenBy: { id: idOf('Microsoft.Network/networkSecurityGroups', 'rules').toLowerCase() },
    });
    expect(world.walk(guest, vms).ok).toBe(true);
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
