import { placeHost, planHost, type ObservedHost, type Place } from '../../../shared/azure/plan';
import { hostLayout } from '../../../shared/azure/layout';
import { nothingSeen, type Occupied } from '../../../shared/records/occupied';
import type { LedgerEntry } from '../../../shared/records/types';
import {
  addresses,
  definition,
  identity,
  machine,
  network,
  nic,
  route,
  spec,
  subnet,
  table,
} from '../shared/fixture';
import { after, before, planned } from './observed';

const theirs: Occupied = { ranges: [{ prefix: '10.0.2.0/25', by: '/theirs' }], addresses: [] };
const address = (text: string): Occupied => ({ ranges: [], addresses: [{ address: text, by: '/nic' }] });
const look = (occupied: Occupied, more: Partial<ObservedHost> = {}): ObservedHost =>
  before({ occupied: { ...nothingSeen, ...occupied }, ...more });
const other: LedgerEntry = {
  ghostedPrefix: '10.10.0.0/24',
  natAddress: '10.0.0.5',
  lanAddress: '10.0.1.5',
  network: 'nested-fun',
  host: 'hv-02',
  state: 'active',
  operation: 'o',
};
const place = (observed: ObservedHost, layout = planned, movable = true): Place =>
  placeHost(layout, observed, [other], movable);
const stays = { addresses, moved: false, obstacles: [] };

it.each<[string, Occupied, object]>([
  ['a range', theirs, { ghostedPrefix: '10.10.1.0/24' }],
  [
    'a range around it',
    { ...theirs, ranges: [{ prefix: '10.0.0.0/16', by: '/x' }] },
    { ghostedPrefix: '10.10.1.0/24' },
  ],
  ['the address of NIC 1', address('10.0.0.4'), { natAddress: '10.0.0.6' }],
  ['the address of NIC 2', address('10.0.1.4'), { lanAddress: '10.0.1.6' }],
])('gives the next one where somebody else has %s, and leaves the rest', (_, occupied, changed) => {
  expect(place(look(occupied))).toEqual({
    addresses: { ...addresses, ...changed },
    moved: true,
    obstacles: [],
  });
});

it('stays where nobody is in the way', () => {
  expect(place(look({ ranges: [{ prefix: '10.10.0.0/24', by: '/x' }], addresses: [] }))).toEqual(stays);
});

/** Anything of the host that there may be. */
const own = network([subnet('Ghosted-hv-01', '10.0.2.0/24')]);
it.each<[string, Partial<ObservedHost>]>([
  ['its VM', { virtualMachine: machine() }],
  ['NIC 1', { nic1: nic('nic1') }],
  ['NIC 2', { nic2: nic('nic2') }],
  ['its disk', { osDisk: { location: 'x' } }],
  ['its data disk', { dataDisk: { location: 'x' } }],
  ['its public address', { publicIp: { name: 'x' } }],
  ['its ghosted subnet', { routing: { own, networks: [own], tables: [] } }],
  ['its route', { routing: { networks: [], tables: [table({ routes: [route()] })] } }],
])('is never moved while Azure has %s', (_, more) => {
  expect(place(look(theirs, more))).toEqual(stays);
  expect(place(look(address('10.0.1.4'), more))).toEqual(stays);
});

it('is not moved while its promise is being released', () => {
  expect(place(look(theirs), planned, false)).toEqual(stays);
});

it('keeps a prefix that was asked for, and says what is in its way; its addresses are still chosen', () => {
  const wish = { ...spec, ghostedPrefix: '10.0.2.0/24' };
  const layout = hostLayout(identity, definition, wish, addresses);
  const vnet = network([subnet('Azure-VMs', '10.0.3.0/24'), subnet('theirs', '10.0.2.0/25')]);
  const observed = look(theirs, { routing: { own: vnet, networks: [vnet], tables: [] } });
  expect(place(observed, layout)).toEqual(stays);
  expect(planHost(layout, observed).obstacles.map(({ code }) => code)).toContain('PrefixInUse');
  const both = look({ ...theirs, ...address('10.0.0.4'), ranges: theirs.ranges });
  expect(place(both, layout).addresses).toEqual({ ...addresses, natAddress: '10.0.0.6' });
});

it('says what the limit is where nothing is left', () => {
  const everything = ['10.0.2.0/24', '10.10.0.0/16'].map((prefix) => ({ prefix, by: '/theirs' }));
  expect(place(look({ ranges: everything, addresses: [] }))).toEqual({
    ...stays,
    obstacles: [
      {
        class: 'quota',
        code: 'PoolExhausted',
        message: expect.stringContaining('hold 257 /24 prefixes') as string,
        limit: { limit: 257, used: 257, needed: 1, remedy: 'Tear hosts down or add a pool.' },
      },
    ],
  });
  const full = Array.from({ length: 251 }, (_, index) => ({ address: `10.0.0.${index + 4}` }));
  expect(place(look({ ranges: [], addresses: full })).obstacles).toMatchObject([{ code: 'SubnetIsFull' }]);
});

it('tells of an address that somebody has where a part of the host keeps it where it is', () => {
  const half = look(address('10.0.1.4'), { nic1: nic('nic1') });
  expect(planHost(planned, half).obstacles).toMatchObject([
    {
      code: 'AddressInUse',
      message: expect.stringMatching(/10\.0\.1\.4 .*hv-01-lan.*\/nic has it/) as string,
    },
  ]);
  // Its own NIC is nobody else.
  expect(
    planHost(planned, after({ occupied: { ...nothingSeen, ...address('10.0.1.4') } })).obstacles,
  ).toEqual([]);
});
