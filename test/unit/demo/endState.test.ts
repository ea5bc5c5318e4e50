import { readHost, readLeftovers } from '../../../local/cli/demo/endState';
import { promised } from '../../../local/cli/demo/promise';
import { hostTable } from '../../../local/cli/demo/table';
import type { AzureState } from '../../../local/launch/adminClient';
import { ids, oneHost } from './fixture';

const resource = (azure: AzureState, id: string) => {
  const found = azure.resources.find((one) => one.id === id);
  if (!found) throw new Error(`No ${id}.`);
  return found.properties;
};
const guest = (azure: AzureState) => {
  const [found] = Object.values(azure.guests);
  if (!found) throw new Error('No guest.');
  return found;
};
const scope = (azure: AzureState) => {
  const [found] = Object.values(guest(azure).dhcp.scopes);
  if (!found) throw new Error('No scope.');
  return found;
};

describe('end state of a host', () => {
  it('is read from Azure and guest', () => {
    const routes = promised.hosts[0]?.hostRoutes.filter(({ prefix }) => prefix !== '168.63.129.16/32');
    expect(readHost(oneHost(), 'hv-01', 'ready')).toEqual({ ...promised.hosts[0], hostRoutes: routes });
  });

  it.each<[string, (azure: AzureState) => void, object, string]>([
    [
      'IP forwarding',
      (azure) => (resource(azure, ids.lan)['enableIPForwarding'] = false),
      { lan: { address: '10.0.1.4', ipForwarding: false } },
      '10.0.1.4, IP forwarding off',
    ],
    [
      'the DHCP range',
      (azure) => (scope(azure).start = '10.0.2.100'),
      { dhcp: { start: '10.0.2.100', end: '10.0.2.254', router: '10.0.2.1', dns: ['168.63.129.16'] } },
      '10.0.2.100 - 10.0.2.254',
    ],
    ['an inactive scope', (azure) => (scope(azure).state = 'Inactive'), { dhcp: null }, 'none'],
    [
      'NAT on the wrong NIC',
      (azure) => (guest(azure).nat.interfaces = { 'Ethernet 2': 'full' }),
      { rrasNat: { nic: 2, mode: 'full' } },
      'NIC 2, full',
    ],
    ['missing NAT', (azure) => (guest(azure).nat.installed = false), { rrasNat: null }, 'none'],
    [
      'routes that a restart loses',
      (azure) => guest(azure).routes.forEach((one) => (one.persistent = false)),
      { hostRoutes: [] },
      'hv-01',
    ],
    ['a missing route', (azure) => (resource(azure, ids.table)['routes'] = []), { route: null }, 'none'],
    ['a missing VM', (azure) => azure.resources.shift(), { nat: null, lan: null, dhcp: null }, 'none'],
  ])('shows %s', (_what, change, expected, text) => {
    const azure = oneHost();
    change(azure);
    const state = readHost(azure, 'hv-01', 'ready');
    expect(state).toMatchObject(expected);
    expect(hostTable([state]).join('\n')).toContain(text);
  });

  it('knows nothing of a host that does not exist', () => {
    expect(readHost(oneHost(), 'hv-09', null)).toEqual({
      name: 'hv-09',
      state: null,
      nat: null,
      lan: null,
      ghosted: null,
      dhcp: null,
      rrasNat: null,
      hostRoutes: [],
      route: null,
    });
  });
});

describe('what is left', () => {
  it('leaves out the customer by id, in any letter case', () => {
    expect(readLeftovers(oneHost(), [ids.vm.toUpperCase(), ids.nat])).toEqual({
      routeTables: [
        {
          name: 'Routes-for-nested-VMs',
          routes: [{ prefix: '10.0.2.0/24', nextHop: '10.0.1.4' }],
          subnets: ['Azure-VMs', 'Hyper-V-LAN'],
        },
      ],
      ghostedSubnets: ['Ghosted-hv-01'],
      virtualMachines: [],
      networkInterfaces: ['hv-01-lan'],
      disks: [],
    });
  });
});
