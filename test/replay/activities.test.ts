import type { RouteTable } from '@azure/arm-network';
import type { Dependencies } from '../../orchestrations/activities/context';
import {
  beginOperation,
  finishHostOperation,
  type FinishInput,
} from '../../orchestrations/activities/finish';
import { planHost } from '../../orchestrations/activities/plan';
import { removeResource } from '../../orchestrations/activities/removal';
import { planUnrouting } from '../../orchestrations/activities/routing';
import type { AzureClients } from '../../shared/azure/clients';
import type { ReconcileState } from '../../shared/records/reconciliation';
import type { Records } from '../../shared/records/store';
import type {
  HostRecord,
  LedgerEntry,
  NetworkRecord,
  OperationRecord,
  OwnTable,
} from '../../shared/records/types';
import { addresses, definition, layout, spec, table } from '../unit/shared/fixture';

const network: NetworkRecord = {
  name: 'nested-fun',
  definition,
  state: 'ready',
  operation: 'def',
  updatedAt: '',
};
const entry: LedgerEntry = {
  ...addresses,
  network: 'nested-fun',
  host: 'hv-01',
  state: 'reserved',
  operation: 'op',
};
const host: HostRecord = {
  network: 'nested-fun',
  name: 'hv-01',
  state: 'provisioning',
  spec,
  specFingerprint: '',
  claim: 'op',
  addresses,
  updatedAt: '',
};
const provisioning: OperationRecord = {
  id: 'op',
  kind: 'provision',
  network: 'nested-fun',
  host: 'hv-01',
  status: 'running',
  caller: 'test',
  fingerprint: '',
  request: { kind: 'provision', spec, onFailure: 'undo' },
  createdAt: '',
};

/** Records of one host, with a crash at a chosen write. */
class FakeRecords {
  writes = 0;
  reconciliation: ReconcileState | undefined;
  constructor(
    public host: HostRecord | undefined,
    public ledger: LedgerEntry | undefined,
    public operation: OperationRecord = provisioning,
    public crashAt = Infinity,
    readonly others: NetworkRecord[] = [],
  ) {}

  private write(change: () => void): Promise<void> {
    this.writes += 1;
    if (this.writes === this.crashAt) return Promise.reject(new Error('crash'));
    change();
    return Promise.resolve();
  }

  readonly records = {
    networks: {
      get: () => Promise.resolve({ record: network, etag: '1' }),
      list: () => Promise.resolve([network, ...this.others]),
    },
    operations: {
      get: () => Promise.resolve({ record: this.operation, etag: '1' }),
      replace: (record: OperationRecord) => this.write(() => (this.operation = record)),
    },
    hosts: {
      get: () => Promise.resolve(this.host && { record: this.host, etag: '1' }),
      replace: (record: HostRecord) => this.write(() => (this.host = record)),
      remove: () => this.write(() => (this.host = undefined)),
    },
    ledger: {
      entries: () => Promise.resolve(this.ledger ? [this.ledger] : []),
      find: () => Promise.resolve(this.ledger),
      release: () => this.write(() => (this.ledger = undefined)),
      setState: (_: string, __: string, state: LedgerEntry['state']) =>
        this.write(() => {
          if (this.ledger) this.ledger = { ...this.ledger, state };
        }),
    },
    reconciliations: {
      get: () => Promise.resolve(this.reconciliation && { record: this.reconciliation, etag: '1' }),
      insert: (record: ReconcileState) => this.write(() => (this.reconciliation = record)),
    },
  } as unknown as Records;
}

const deps = (records: Records, routeTable?: RouteTable): Dependencies => ({
  records,
  installation: 'default',
  queue: {
    send: () => Promise.resolve(),
    sendText: () => Promise.resolve(),
    oldestSeconds: () => Promise.resolve(0),
  },
  operationsInFlight: 20,
  callbacks: { hosts: [], privateHosts: [], secrets: [] },
  clients: {
    network: () => Promise.resolve({ routeTables: { get: () => Promise.resolve(routeTable) } }),
  } as unknown as AzureClients,
});

const failure = { class: 'fatal', code: 'Test', message: 'Why.' };
const ending = (extra: Partial<FinishInput>): FinishInput => ({
  kind: 'provision',
  status: 'succeeded',
  operation: 'op',
  steps: [{ name: 'plan', status: 'done' }],
  now: Date.UTC(2026, 0, 1),
  ...extra,
});

describe('finishHostOperation', () => {
  it.each([
    ['undone', ending({ status: 'cancelled', failure, undone: true }), 'releasing', 'Why.'],
    [
      'cancelled before it began',
      ending({ status: 'cancelled', failure, untouched: true }),
      'releasing',
      'Why.',
    ],
    ['ready, because the cancel came too late', ending({}), 'active', undefined],
  ] as const)(
    'a provisioning that ends %s hands its host to the teardown that waits, whatever write a crash stops',
    async (_, input, state, reason) => {
      for (let crashAt = 1; crashAt <= 3; crashAt += 1) {
        const store = new FakeRecords({ ...host, next: 'teardown' }, entry, provisioning, crashAt);
        await expect(finishHostOperation(deps(store.records), input)).rejects.toThrow('crash');
        await finishHostOperation(deps(store.records), input);
        const { next, reason: told, ...left } = store.host ?? {};
        expect({ ...left, next, told }).toMatchObject({
          state: 'deleting',
          claim: 'teardown',
          next: undefined,
        });
        expect(told === undefined).toBe(reason === undefined);
        expect(store.ledger).toMatchObject({ state });
        expect(store.operation).toMatchObject({ status: input.status });
      }
    },
  );

  it('a teardown that is cancelled while it waits withdraws, and leaves host and promise to the provisioning', async () => {
    const held = { ...host, claim: 'provisioning' };
    const store = new FakeRecords({ ...held, next: 'op' }, entry);
    await finishHostOperation(
      deps(store.records),
      ending({ kind: 'teardown', status: 'cancelled', untouched: true }),
    );
    expect(store.host).toEqual(held);
    expect(store.ledger).toEqual(entry);
  });

  it.each([
    ['a teardown that guests stop', 'failed', '2026-01-01T08:00:00Z', ['hv-01']],
    ['a teardown that guests stop, in the boot that is known', 'failed', '2026-01-01T06:00:05Z', undefined],
    ['a teardown that takes the host away', 'succeeded', '2026-01-01T08:00:00Z', undefined],
  ] as const)('%s: a start that was seen has the host asked', async (_, status, bootTime, started) => {
    const known = { os: 'Windows', bootTime: '2026-01-01T06:00:00Z', verifiedAt: '2026-01-01T06:05:00Z' };
    const store = new FakeRecords({ ...host, guest: known }, entry);
    const untouched = status === 'failed';
    const given = { kind: 'teardown' as const, status, untouched, bootTime, ...(untouched && { failure }) };
    await finishHostOperation(deps(store.records), ending(given));
    expect(store.reconciliation?.started).toEqual(started);
  });

  const ready = ending({ guest: { os: 'Windows', bootTime: 'then' } });
  const undone = ending({ status: 'failed', failure, undone: true });

  it.each([
    ['ready', ready, { state: 'ready', guest: { os: 'Windows' } }, 'active'],
    ['undone', undone, undefined, undefined],
    [
      'kept',
      ending({ status: 'failed', failure, undone: false }),
      { state: 'failed', reason: 'Why.' },
      'reserved',
    ],
  ] as const)(
    '%s: whatever write a crash stops, the next run completes it',
    async (_, input, record, state) => {
      for (const crashAt of [1, 2, 3]) {
        const fake = new FakeRecords(host, entry, provisioning, crashAt);
        await finishHostOperation(deps(fake.records), input).catch(() => undefined);
        fake.crashAt = Infinity;
        const seenFinished = fake.operation.status !== 'running';
        expect(seenFinished && fake.host?.claim !== undefined).toBe(false);
        await finishHostOperation(deps(fake.records), input);
        if (record) expect(fake.host).toMatchObject(record);
        else expect(fake.host).toBeUndefined();
        expect(fake.host?.claim).toBeUndefined();
        expect(fake.ledger?.state).toBe(state);
        expect(fake.operation).toMatchObject({
          status: input.status,
          finishedAt: '2026-01-01T00:00:00.000Z',
        });
      }
    },
  );

  it('leaves a host alone that another operation holds by now', async () => {
    const fake = new FakeRecords({ ...host, claim: 'other' }, entry);
    await finishHostOperation(deps(fake.records), undone);
    expect([fake.host?.claim, fake.ledger?.state, fake.operation.status]).toEqual([
      'other',
      'reserved',
      'failed',
    ]);
  });

  it('keeps what an earlier try left if this one did not even come to a plan', async () => {
    const fake = new FakeRecords({ ...host, reason: 'Earlier.' }, { ...entry, state: 'releasing' });
    const input = ending({ status: 'failed', failure, undone: false, untouched: true });
    await finishHostOperation(deps(fake.records), input);
    expect(fake.host).toMatchObject({ state: 'failed', reason: 'Earlier.' });
    expect(fake.ledger?.state).toBe('releasing');
  });
});

describe('planUnrouting', () => {
  const id = layout.routeTable.id;
  const subnets = layout.routedSubnets.map((subnet) => ({ id: subnet.id }));
  const empty = table({ routes: [], subnets });
  const absent = { ...provisioning, absentBefore: [id.toLowerCase()] };
  const teardown: OperationRecord = {
    ...provisioning,
    kind: 'teardown',
    request: { kind: 'teardown', force: false, keepDisks: false },
  };

  it.each<[string, OperationRecord, RouteTable, boolean]>([
    ['teardown of the last host', teardown, empty, true],
    ['undo of the host that brought the table', absent, empty, true],
    ['undo, and the table was there before', provisioning, empty, false],
    ['another host still routes', teardown, table({ subnets }), false],
    [
      'somebody put it on a subnet of theirs',
      teardown,
      { ...empty, subnets: [...subnets, { id: '/s/x' }] },
      false,
    ],
    ['somebody else made it', teardown, { ...empty, tags: {} }, false],
  ])('%s', async (_, record, routeTable, offAll) => {
    const fake = new FakeRecords(host, entry, record);
    const outcome = await planUnrouting(deps(fake.records, routeTable), { operation: 'op' });
    expect(outcome).toMatchObject({
      status: 'done',
      facts: {
        tableId: id,
        subnets: offAll ? [{ network: layout.virtualNetworkId, subnets: ['Azure-VMs', 'Hyper-V-LAN'] }] : [],
        others: [],
      },
    });
  });
});

describe('planUnrouting of a table that networks share', () => {
  const late = { name: 'Late', prefix: '10.10.200.0/24', create: false };
  const id = `${layout.virtualNetworkId}/subnets/Late`;
  const other = { ...definition, routedSubnets: [late] };
  const subnets = [...layout.routedSubnets, { id }].map((subnet) => ({ id: subnet.id }));

  it.each([
    ['takes it off what another network routes', other, ['Azure-VMs', 'Hyper-V-LAN', 'Late']],
    ['leaves it where nobody who shares it routes', { ...other, routeTable: 'Another' }, undefined],
    [
      'takes it off what another network remembers to have put it on',
      { ...other, routeTable: 'Another' },
      ['Azure-VMs', 'Hyper-V-LAN', 'Late'],
      [{ id: layout.routeTable.id.toUpperCase(), subnets: [id] }],
    ],
    [
      'leaves it where another network remembers another table',
      { ...other, routeTable: 'Another' },
      undefined,
      [{ id: `${layout.routeTable.id}-2`, subnets: [id] }],
    ],
  ])('%s', async (_, theirs, off, tables: OwnTable[] = []) => {
    const operation = { ...provisioning, absentBefore: [layout.routeTable.id.toLowerCase()] };
    const others = [{ ...network, name: 'nested-two', definition: theirs, tables }];
    const fake = new FakeRecords(host, entry, operation, Infinity, others);
    const outcome = await planUnrouting(deps(fake.records, table({ routes: [], subnets })), {
      operation: 'op',
    });
    const groups = off ? [{ network: layout.virtualNetworkId, subnets: off }] : [];
    expect(outcome).toMatchObject({ status: 'done', facts: { subnets: groups } });
  });
});

describe('an operation that is over and is started again all the same', () => {
  const over: OperationRecord = {
    ...provisioning,
    status: 'succeeded',
    finishedAt: '2026-01-01T00:00:00.000Z',
    absentBefore: [layout.virtualMachine.id.toLowerCase()],
  };
  const { claim: _, ...free } = host;
  const live: HostRecord = { ...free, state: 'ready' };
  const now = Date.UTC(2026, 0, 2);
  /** Any call to Azure is one too many. */
  const untouched = (fake: FakeRecords): Dependencies => ({
    ...deps(fake.records),
    clients: {
      network: () => Promise.reject(new Error('asked Azure')),
      compute: () => Promise.reject(new Error('asked Azure')),
    } as unknown as AzureClients,
  });

  it('is not planned', async () => {
    const fake = new FakeRecords(live, entry, over);
    const outcome = await planHost(untouched(fake), { operation: 'op', now });
    expect(outcome).toMatchObject({ status: 'failed', class: 'fatal', code: 'OperationOver' });
    expect(fake.operation).toBe(over);
  });

  it('does not begin', async () => {
    const fake = new FakeRecords(live, entry, over);
    expect(await beginOperation(untouched(fake), { operation: 'op', now })).toMatchObject({
      status: 'failed',
      code: 'OperationOver',
    });
    expect(fake.operation).toBe(over);
  });

  it.each<[string, HostRecord, OperationRecord, string]>([
    ['it is over', live, over, 'OperationOver'],
    ['its claim is gone', live, provisioning, 'ClaimLost'],
    ['another operation holds the host', { ...host, claim: 'other' }, provisioning, 'ClaimLost'],
  ])('deletes nothing: %s', async (_name, record, operation, code) => {
    const fake = new FakeRecords(record, entry, operation);
    const target = { resource: 'virtualMachine' } as const;
    const input = { operation: 'op', purpose: 'undo', target, resume: {}, now } as const;
    expect(await removeResource(untouched(fake), input)).toMatchObject({ status: 'failed', code });
  });

  it('does not end once more', async () => {
    const fake = new FakeRecords(live, entry, over);
    await finishHostOperation(untouched(fake), ending({ status: 'failed', failure, undone: true }));
    expect([fake.operation, fake.host, fake.ledger, fake.writes]).toEqual([over, live, entry, 0]);
  });
});
