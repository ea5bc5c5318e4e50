import { allocateAddress, allocatePrefix } from '../../../shared/network/allocator';
import { formatAddress, formatPrefix, parseAddress, parsePrefix } from '../../../shared/network/ipv4';
import { createRecords } from '../../../shared/records/createRecords';
import type { HostAddresses, LedgerEntry } from '../../../shared/records/types';
import { startAzurite, type Azurite } from './azurite';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());

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
const hosts = Array.from({ length: 50 }, (_, index) => `hv-${index}`);

describe('ledger', () => {
  it('gives 50 concurrent hosts, served by three processes, distinct and dense addresses', async () => {
    const vnet = '/subscriptions/S/vnets/concurrent';
    const stores = [1, 2, 3].map(() => createRecords(azurite.storage));
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
    const [one, two] = [createRecords(azurite.storage), createRecords(azurite.storage)];
    const promised = await Promise.all(
      [one, two, one, two].map((s) => s.ledger.reserve(vnet, owner('hv-1'), choose)),
    );
    expect(new Set(promised.map((entry) => JSON.stringify(entry))).size).toBe(1);
    expect(await one.ledger.entries(vnet)).toHaveLength(1);
  });

  it('makes a released prefix the next one and accepts a second release', async () => {
    const { ledger } = createRecords(azurite.storage);
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
    const { ledger } = createRecords(azurite.storage);
    const vnet = '/vnets/failing';
    const refuse = () => {
      throw new Error('exhausted');
    };
    await expect(ledger.reserve(vnet, owner('a'), refuse)).rejects.toThrow('exhausted');
    expect(await ledger.entries(vnet)).toEqual([]);
  });

  it('moves an entry through its states', async () => {
    const { ledger } = createRecords(azurite.storage);
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
