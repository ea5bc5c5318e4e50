import { allocateAddress, allocatePrefix } from '../../../shared/network/allocator';
import {
  formatAddress,
  formatPrefix,
  overlaps,
  parseAddress,
  parsePrefix,
} from '../../../shared/network/ipv4';
import { createRecords } from '../../../shared/records/createRecords';
import { nothingOccupied, nothingSeen } from '../../../shared/records/occupied';
import type { HostAddresses, LedgerEntry } from '../../../shared/records/types';
import { withStorage } from './azurite';

const storage = withStorage();

const choose = (taken: LedgerEntry[]): HostAddresses => {
  const prefix = allocatePrefix({
    pools: [parsePrefix('10.10.0.0/16')],
    length: 24,
    taken: taken.map((entry) => parsePrefix(entry.ghostedPrefix)),
  });
  const address = (subnet: string, field: 'natAddress' | 'lanAddress') =>
    formatAddress(
      allocateAddress(
        parsePrefix(subnet),
        taken.map((entry) => parseAddress(entry[field])),
      ) ?? 0,
    );
  if (!prefix) throw new Error('exhausted');
  return {
    ghostedPrefix: formatPrefix(prefix),
    natAddress: address('10.0.0.0/24', 'natAddress'),
    lanAddress: address('10.0.1.0/24', 'lanAddress'),
  };
};

const owner = (host: string, operation = `op-${host}`) => ({ network: 'net', host, operation });
const plain = ({ ghostedPrefix, natAddress, lanAddress }: HostAddresses): HostAddresses => ({
  ghostedPrefix,
  natAddress,
  lanAddress,
});
const hosts = Array.from({ length: 50 }, (_, index) => `hv-${index}`);

describe('ledger', () => {
  it('gives 50 concurrent hosts, served by three processes, distinct and dense addresses', async () => {
    const vnet = '/subscriptions/S/vnets/concurrent';
    const stores = [1, 2, 3].map(() => createRecords(storage));
    const entries = await Promise.all(
      hosts.map((host, index) => stores[index % 3]!.ledger.reserve(vnet, owner(host), choose)),
    );
    const dense = (format: (index: number) => string) => new Set(hosts.map((_, index) => format(index)));
    expect(new Set(entries.map((entry) => entry.ghostedPrefix))).toEqual(dense((i) => `10.10.${i}.0/24`));
    expect(new Set(entries.map((entry) => entry.natAddress))).toEqual(dense((i) => `10.0.0.${i + 4}`));
    expect(new Set(entries.map((entry) => entry.lanAddress))).toEqual(dense((i) => `10.0.1.${i + 4}`));
    expect(await stores[0]!.ledger.entries(vnet.toUpperCase())).toHaveLength(50);
  });

  it('answers a repeated reserve with the first promise, also when both run at once', async () => {
    const vnet = '/vnets/repeat';
    const [one, two] = [createRecords(storage), createRecords(storage)];
    const promised = await Promise.all(
      [one, two, one, two].map((s) => s.ledger.reserve(vnet, owner('hv-1'), choose)),
    );
    expect(new Set(promised.map((entry) => JSON.stringify(entry))).size).toBe(1);
    expect(await one.ledger.entries(vnet)).toHaveLength(1);
  });

  it('makes a released prefix the next one and accepts a second release', async () => {
    const { ledger } = createRecords(storage);
    const vnet = '/vnets/release';
    for (const host of ['a', 'b', 'c']) await ledger.reserve(vnet, owner(host), choose);
    await ledger.release(vnet, 'b');
    await ledger.release(vnet, 'b');
    expect(await ledger.find(vnet, 'b')).toBeUndefined();
    const next = await ledger.reserve(vnet, owner('d'), choose);
    expect(next).toMatchObject({
      ghostedPrefix: '10.10.1.0/24',
      natAddress: '10.0.0.5',
      lanAddress: '10.0.1.5',
    });
  });

  it('writes nothing when the choice fails', async () => {
    const { ledger } = createRecords(storage);
    const vnet = '/vnets/failing';
    const refuse = () => {
      throw new Error('exhausted');
    };
    await expect(ledger.reserve(vnet, owner('a'), refuse)).rejects.toThrow('exhausted');
    expect(await ledger.entries(vnet)).toEqual([]);
  });

  it('gives other addresses only in exchange for those that are reserved, and only free ones', async () => {
    const { ledger } = createRecords(storage);
    const vnet = '/vnets/move';
    const first = await ledger.reserve(vnet, owner('a'), choose);
    await ledger.reserve(vnet, owner('b'), choose);
    const to = { ...plain(first), ghostedPrefix: '10.10.2.0/24' };
    expect(await ledger.move(vnet, 'a', { ...to, natAddress: '10.0.0.9' }, to)).toBe(false);
    expect(await ledger.move(vnet, 'a', plain(first), { ...to, ghostedPrefix: '10.10.1.128/25' })).toBe(
      false,
    );
    expect(await ledger.move(vnet, 'nobody', plain(first), to)).toBe(false);
    expect(await ledger.find(vnet, 'a')).toEqual(first);
    expect(await ledger.move(vnet, 'a', plain(first), to)).toBe(true);
    expect(await ledger.find(vnet, 'a')).toEqual({ ...first, ...to });
    // What it had is the next one's, and what it has goes with it.
    expect(await ledger.reserve(vnet, owner('c'), choose)).toMatchObject({ ghostedPrefix: '10.10.0.0/24' });
    await ledger.release(vnet, 'a');
    expect(await ledger.reserve(vnet, owner('d'), choose)).toMatchObject({
      ghostedPrefix: '10.10.2.0/24',
      natAddress: first.natAddress,
    });
    await ledger.setState(vnet, 'd', 'active', 'op-d');
    const active = (await ledger.find(vnet, 'd'))!;
    expect(await ledger.move(vnet, 'd', plain(active), { ...to, ghostedPrefix: '10.10.9.0/24' })).toBe(false);
  });

  it('lets many hosts that lost the same place move at once, each to its own', async () => {
    const vnet = '/vnets/race';
    const stores = [1, 2, 3].map(() => createRecords(storage));
    const movers = hosts.slice(0, 12);
    for (const host of movers) await stores[0]!.ledger.reserve(vnet, owner(host), choose);
    const occupied = { ranges: [{ prefix: '10.10.0.0/21', by: 'theirs' }], addresses: [] };
    await Promise.all(
      movers.map(async (host, index) => {
        const { ledger } = stores[index % 3]!;
        for (;;) {
          const entries = await ledger.entries(vnet);
          const own = entries.find((entry) => entry.host === host)!;
          if (!overlaps(parsePrefix(own.ghostedPrefix), parsePrefix('10.10.0.0/21'))) return;
          const others = entries.filter((entry) => entry !== own);
          const blocks = [...others.map((entry) => entry.ghostedPrefix), '10.10.0.0/21'].map((text) =>
            parsePrefix(text),
          );
          const next = allocatePrefix({ pools: [parsePrefix('10.10.0.0/16')], length: 24, taken: blocks })!;
          await ledger.move(vnet, host, plain(own), { ...plain(own), ghostedPrefix: formatPrefix(next) });
        }
      }),
    );
    await stores[0]!.ledger.noteOccupied(vnet, 'net', { ...nothingSeen, ...occupied });
    const prefixes = (await stores[1]!.ledger.entries(vnet)).map(({ ghostedPrefix }) => ghostedPrefix);
    expect(new Set(prefixes)).toEqual(new Set(movers.map((_, index) => `10.10.${index + 8}.0/24`)));
  });

  it('keeps what others have until a look does not see it any more', async () => {
    const { ledger } = createRecords(storage);
    const vnet = '/vnets/occupied';
    const seen = {
      ranges: [{ prefix: '10.10.0.0/24', by: '/theirs' }],
      addresses: [{ address: '10.0.0.4', by: '/nic' }],
    };
    const looked = { ...nothingSeen, ...seen, unread: true };
    await ledger.noteOccupied(vnet, 'net', looked);
    await ledger.noteRefused(vnet, 'net', '10.0.1.4');
    const both = { ...seen, addresses: [{ address: '10.0.1.4' }, ...seen.addresses] };
    expect(await ledger.occupied(vnet, 'net')).toEqual(both);
    expect(await ledger.occupied(vnet, 'other')).toEqual(nothingOccupied);
    expect(await ledger.entries(vnet)).toEqual([]);
    // Not all could be read: who has the refused address may be there still.
    await ledger.noteOccupied(vnet, 'net', looked);
    expect(await ledger.occupied(vnet, 'net')).toEqual(both);
    let asked: unknown;
    await ledger.reserve(vnet, owner('a'), (taken, occupied) => {
      asked = occupied;
      return choose(taken);
    });
    // Promised all the same, as an adoption may: then it is nobody else's.
    expect(asked).toEqual(both);
    expect(await ledger.occupied(vnet, 'net')).toEqual(nothingOccupied);
    await ledger.noteRefused(vnet, 'net', '10.0.1.9');
    await ledger.noteOccupied(vnet, 'net', nothingSeen);
    expect(await ledger.occupied(vnet, 'net')).toEqual(nothingOccupied);
  });

  it('a look that began before another one does not take the place of what that saw', async () => {
    const { ledger } = createRecords(storage);
    const vnet = '/vnets/looks';
    const seen = { ranges: [{ prefix: '10.10.0.0/24', by: '/theirs' }], addresses: [] };
    const since = await ledger.occupied(vnet, 'net');
    await ledger.noteOccupied(vnet, 'net', { ...nothingSeen, ...seen });
    await ledger.noteOccupied(vnet, 'net', nothingSeen, since);
    expect(await ledger.occupied(vnet, 'net')).toEqual(seen);
    await ledger.noteOccupied(vnet, 'net', nothingSeen, seen);
    expect(await ledger.occupied(vnet, 'net')).toEqual(nothingOccupied);
  });

  it('plans of several hosts at once, of which each takes for contested what only another can tell, lose nothing', async () => {
    const vnet = '/vnets/plans';
    const stores = [1, 2, 3].map(() => createRecords(storage));
    const all = {
      ranges: [0, 1, 2, 3, 4, 5].map((i) => ({ prefix: `10.10.${i}.0/24`, by: `/theirs-${i}` })),
      addresses: [4, 5, 6, 7, 8, 9].map((i) => ({ address: `10.0.0.${i}`, by: `/nic-${i}` })),
    };
    await Promise.all(
      all.ranges.map(async (range, index) => {
        const address = all.addresses[index]!;
        const contested = {
          ranges: all.ranges.filter((one) => one !== range),
          addresses: all.addresses.filter((one) => one !== address),
        };
        const look = { ranges: [range], addresses: [address], unread: false, contested };
        await stores[index % 3]!.ledger.noteOccupied(vnet, 'net', look);
      }),
    );
    const kept = await stores[0]!.ledger.occupied(vnet, 'net');
    expect(kept.ranges).toEqual(all.ranges);
    expect(new Set(kept.addresses)).toEqual(new Set(all.addresses));
  });

  it('moves an entry through its states', async () => {
    const { ledger } = createRecords(storage);
    const vnet = '/vnets/states';
    await ledger.reserve(vnet, owner('a'), choose);
    await ledger.setState(vnet, 'a', 'active', 'op-a');
    await ledger.setState(vnet, 'a', 'releasing', 'op-t');
    expect(await ledger.find(vnet, 'a')).toMatchObject({
      state: 'releasing',
      operation: 'op-t',
      network: 'net',
    });
    await expect(ledger.setState(vnet, 'nobody', 'active', 'op')).rejects.toThrow('nobody');
  });
});
