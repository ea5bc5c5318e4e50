import type { Subnet } from '@azure/arm-network';
import { hostLayout } from '../../../shared/azure/layout';
import type { Limit, Obstacle } from '../../../shared/azure/obstacle';
import { judgeSize } from '../../../shared/azure/preflight';
import { judgeRoom } from '../../../shared/azure/room';
import {
  addresses,
  definition,
  identity,
  layout,
  network,
  route,
  spec,
  subnet,
  table,
} from '../shared/fixture';
import { before, plan, quota, size } from './observed';

/** Both sides of every limit: with the last amount in use that still leaves room, and with one more. */

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

const routes = (count: number): Obstacle[] => {
  const theirs = (index: number) => route({ name: `r${index}`, addressPrefix: `10.99.${index % 256}.0/24` });
  const own = network([subnet('Azure-VMs', '10.0.3.0/24', { routeTable: { id: layout.routeTable.id } })]);
  const tables = [table({ routes: times(count, theirs) })];
  return plan(before({ routing: { own, networks: [own], tables } })).obstacles;
};

const tenants = (count: number, first?: string): Pick<Subnet, 'ipConfigurations'> => ({
  ipConfigurations: times(count, (index) => ({
    id: `${index === 0 && first !== undefined ? first : `/nics/x${index}`}/ipConfigurations/c`,
  })),
});
const crowd = (count: number) => subnet('theirs', '10.8.0.0/15', tenants(count));
const shared = [subnet('NAT', '10.0.0.0/24'), subnet('Hyper-V-LAN', '10.0.1.0/24')];
const others = (count: number) => times(count, (index) => subnet(`s${index}`, '10.1.0.0/24'));
const own = subnet('NAT', '10.0.0.0/24', tenants(1, layout.nic1.id));

/** Room for 3: Azure keeps five of the eight addresses. */
const small = hostLayout(
  identity,
  {
    ...definition,
    natSubnet: { ...definition.natSubnet, prefix: '10.0.0.0/29' },
    lanSubnet: { ...definition.lanSubnet, prefix: '10.0.1.0/29' },
  },
  spec,
  addresses,
);
const inNat = (count: number) => judgeRoom(small, network([subnet('NAT', '10.0.0.0/29', tenants(count))]));
const inLan = (count: number) =>
  judgeRoom(small, network([subnet('Hyper-V-LAN', '10.0.1.0/29', tenants(count))]));

const nics = (count: number): Obstacle[] => {
  const capabilities = [
    { name: 'vCPUs', value: '4' },
    { name: 'MaxNetworkInterfaces', value: `${count}` },
  ];
  return judgeSize(spec.size, 'westeurope', [{ ...size, capabilities }], []);
};
const cores = (name: string) => (used: number) =>
  judgeSize(spec.size, 'westeurope', [size], [{ ...quota(used), name: { value: name } }]);

const remedies = {
  routes: 'Remove routes, or give the subnet another table.',
  subnets: 'Remove subnets or use another VNet.',
  interfaces: 'Remove network interfaces or use another VNet.',
  addresses: 'Remove network interfaces or use a larger subnet.',
  size: 'Choose a larger size.',
  quota: 'Raise the quota or choose a smaller size.',
};

interface Bound {
  at: (amount: number) => Obstacle[];
  /** The last amount with which there is room. */
  last: number;
  /** The first without. */
  next: number;
  code: string;
  limit: Limit;
}

const bounds: Record<string, Bound> = {
  'routes of a table': {
    at: routes,
    last: 399,
    next: 400,
    code: 'RouteTableFull',
    limit: { limit: 400, used: 400, needed: 1, remedy: remedies.routes },
  },
  'subnets of a VNet, for the first host': {
    at: (count) => judgeRoom(layout, network(others(count))),
    last: 2_997,
    next: 2_998,
    code: 'SubnetLimitReached',
    limit: { limit: 3_000, used: 2_998, needed: 3, remedy: remedies.subnets },
  },
  'subnets of a VNet, for another host': {
    at: (count) => judgeRoom(layout, network([...shared, ...others(count - 2)])),
    last: 2_999,
    next: 3_000,
    code: 'SubnetLimitReached',
    limit: { limit: 3_000, used: 3_000, needed: 1, remedy: remedies.subnets },
  },
  'addresses of network interfaces of a VNet': {
    at: (count) => judgeRoom(layout, network([crowd(count)])),
    last: 65_534,
    next: 65_535,
    code: 'AddressLimitReached',
    limit: { limit: 65_536, used: 65_535, needed: 2, remedy: remedies.interfaces },
  },
  'addresses of network interfaces of a VNet, one of them the host’s': {
    at: (count) => judgeRoom(layout, network([own, crowd(count - 1)])),
    last: 65_535,
    next: 65_536,
    code: 'AddressLimitReached',
    limit: { limit: 65_536, used: 65_536, needed: 1, remedy: remedies.interfaces },
  },
  'addresses in NAT': {
    at: inNat,
    last: 2,
    next: 3,
    code: 'SubnetIsFull',
    limit: { limit: 3, used: 3, needed: 1, remedy: remedies.addresses },
  },
  'addresses in Hyper-V-LAN': {
    at: inLan,
    last: 2,
    next: 3,
    code: 'SubnetIsFull',
    limit: { limit: 3, used: 3, needed: 1, remedy: remedies.addresses },
  },
  'network interfaces of a size': {
    at: nics,
    last: 2,
    next: 1,
    code: 'TooFewNics',
    limit: { limit: 1, used: 0, needed: 2, remedy: remedies.size },
  },
  'vCPUs of the family': {
    at: cores(size.family ?? ''),
    last: 96,
    next: 97,
    code: 'QuotaExceeded',
    limit: { limit: 100, used: 97, needed: 4, remedy: remedies.quota },
  },
  'vCPUs of the region': {
    at: cores('cores'),
    last: 96,
    next: 97,
    code: 'QuotaExceeded',
    limit: { limit: 100, used: 97, needed: 4, remedy: remedies.quota },
  },
};

describe.each(Object.entries(bounds))('%s', (_, { at, last, next, code, limit }) => {
  it(`leave room with ${last}`, () => {
    expect(at(last)).toEqual([]);
  });

  it(`leave none with ${next}, with limit, use and remedy`, () => {
    const [obstacle, ...more] = at(next);
    expect(more).toEqual([]);
    expect(obstacle).toMatchObject({ code, limit });
    expect(obstacle?.message).toContain(limit.remedy);
  });
});
