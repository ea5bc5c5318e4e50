import { finishHostOperation } from '../../../orchestrations/activities/finish';
import { deps, ending, entry, failure, FakeRecords, host, provisioning } from './oneHost';

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
