import type { Dependencies, HostContext } from '../../orchestrations/activities/context';
import { settlePlace } from '../../orchestrations/activities/placing';
import { failed } from '../../shared/azure/outcome';
import { isFree } from '../../shared/network/promises';
import { nothingSeen } from '../../shared/records/occupied';
import type { Records } from '../../shared/records/store';
import type { HostAddresses, HostRecord, LedgerEntry } from '../../shared/records/types';
import { addresses, definition, layout, network, subnet } from '../unit/shared/fixture';
import { before } from '../unit/plan/observed';
import { entry, host as row } from './activities/oneHost';

const vnet = network([subnet('Azure-VMs', '10.0.3.0/24'), subnet('theirs', '10.0.2.0/25')]);
jest.mock('../../shared/azure/plan/observe', () => ({
  observeHost: () =>
    Promise.resolve(
      before({
        routing: { own: vnet, networks: [vnet], tables: [] },
        occupied: { ...nothingSeen, ranges: [{ prefix: '10.0.2.0/25', by: '/theirs' }] },
      }),
    ),
}));

const neighbour = (ghostedPrefix: string): LedgerEntry => ({
  ...{ ghostedPrefix, natAddress: '10.0.0.9', lanAddress: '10.0.1.9' },
  ...{ network: 'nested-fun', host: 'hv-02', state: 'reserved', operation: 'other' },
});

/** Records of one host beside a neighbour; every write can be the last one before a crash, or come just too late. */
class Books {
  host: HostRecord = row;
  entries: LedgerEntry[] = [entry];
  writes = 0;
  crashAt = Infinity;
  beforeMove = (): void => undefined;

  private write<T>(change: () => T): Promise<T> {
    this.writes += 1;
    if (this.writes === this.crashAt) return Promise.reject(new Error('crash'));
    return Promise.resolve(change());
  }

  readonly records = {
    hosts: {
      get: () => Promise.resolve({ record: this.host, etag: '1' }),
      replace: (record: HostRecord) => this.write(() => void (this.host = record)),
    },
    ledger: {
      entries: () => Promise.resolve(this.entries),
      noteOccupied: () => this.write(() => undefined),
      move: (_vnet: string, _host: string, _from: HostAddresses, to: HostAddresses) => {
        this.beforeMove();
        return this.write(() => {
          const [own, ...others] = this.entries;
          if (!own || !isFree(others, to)) return false;
          this.entries = [{ ...own, ...to }, ...others];
          return true;
        });
      },
    },
  } as unknown as Records;

  /** What the rest of the operation goes by. */
  get promised(): string | undefined {
    return (this.host.addresses ?? this.entries[0])?.ghostedPrefix;
  }

  settle(judge: Parameters<typeof settlePlace>[2] = () => Promise.resolve(undefined)) {
    const at = this.host.addresses ?? this.entries[0] ?? addresses;
    const context = {
      operation: { record: { id: 'op' }, etag: '1' },
      network: { name: 'nested-fun', definition, state: 'ready', operation: 'def', updatedAt: '' },
      host: { record: this.host, etag: '1' },
      layout: {
        ...layout,
        route: { ...layout.route, prefix: at.ghostedPrefix },
        ghostedSubnet: { ...layout.ghostedSubnet, prefix: at.ghostedPrefix },
      },
    } as unknown as HostContext;
    return settlePlace({ records: this.records, installation: 'default' } as Dependencies, context, judge);
  }
}

it('a host whose prefix somebody has is promised the next one, in the ledger and in its record', async () => {
  const books = new Books();
  expect(await books.settle()).toMatchObject({ moved: true, layout: { route: { prefix: '10.10.0.0/24' } } });
  expect([books.host.addresses, books.entries]).toEqual([
    { ...addresses, ghostedPrefix: '10.10.0.0/24' },
    [{ ...entry, ghostedPrefix: '10.10.0.0/24' }],
  ]);
});

it('whatever write a crash stops, ledger and record never disagree, and the next run settles it', async () => {
  for (let crashAt = 1; crashAt <= 4; crashAt += 1) {
    const books = new Books();
    books.crashAt = crashAt;
    await expect(books.settle()).rejects.toThrow('crash');
    expect({ crashAt, promised: books.promised }).toEqual({
      crashAt,
      promised: books.entries[0]?.ghostedPrefix,
    });
    await books.settle();
    expect({ crashAt, prefix: books.host.addresses?.ghostedPrefix }).toEqual({
      crashAt,
      prefix: '10.10.0.0/24',
    });
    expect(books.entries[0]).toMatchObject({ ghostedPrefix: '10.10.0.0/24' });
  }
});

it('whoever is slower takes the one after', async () => {
  const books = new Books();
  books.beforeMove = () => {
    if (books.entries.length === 1) books.entries.push(neighbour('10.10.0.0/24'));
  };
  expect(await books.settle()).toMatchObject({ layout: { route: { prefix: '10.10.1.0/24' } } });
});

it('nothing is promised anew for a plan that must not be carried out', async () => {
  const books = new Books();
  const refusal = failed('invalid', 'PlanDiffers', 'Another one was approved.');
  expect(await books.settle(() => Promise.resolve(refusal))).toBe(refusal);
  expect([books.host, books.entries]).toEqual([row, [entry]]);
});
