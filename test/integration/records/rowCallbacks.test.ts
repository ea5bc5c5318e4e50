import { dispatchRound } from '../../../orchestrations/activities/dispatch';
import type { Dependencies } from '../../../orchestrations/activities/context';
import { operationId } from '../../../shared/api/operationId';
import { hostRequest } from '../../../shared/api/schemas';
import type { BatchRow } from '../../../shared/records/batches';
import { withRecords } from './azurite';

const records = withRecords();

const at = '2026-11-22T12:00:00.000Z';
const callback = { url: 'https://hooks.contoso.com/a' };
const row = (batch: string, place: number, change: Partial<BatchRow>): BatchRow => ({
  ...{ batch, row: place, status: 'pending' },
  request: hostRequest.parse({ network: 'n', name: `hv-${place}`, ticket: 'CHG-1', callback }),
  ...change,
});

async function begun(id: string, rows: BatchRow[], cancelledAt?: string): Promise<void> {
  await records.batches.insert({
    ...{ id, caller: 'test', fingerprint: 'f', state: 'running', total: rows.length },
    ...{ paused: {}, resumed: {}, createdAt: at, updatedAt: at },
    ...(cancelledAt === undefined ? {} : { cancelledAt }),
  });
  await records.batches.putRows(rows);
}

const round = async (batch: string) =>
  await dispatchRound({ records, installation: 'test', operationsInFlight: 5 } as unknown as Dependencies, {
    batch,
    now: Date.parse(at),
  });

const told = async (batch: string, place: number) =>
  await records.callbacks.list({ operation: operationId({ kind: 'batch', batch, row: place }) });

it('the sender of a row that is refused hears of it once, before the batch is over', async () => {
  const failure = { class: 'invalid', code: 'host-differs', message: 'It is there, and differs.' } as const;
  await begun('refused', [
    row('refused', 1, { status: 'succeeded', finishedAt: at }),
    row('refused', 2, { status: 'refused', finishedAt: at, failure }),
  ]);
  expect(await round('refused')).toEqual({ finished: true });
  const [event, ...more] = await told('refused', 2);
  expect(event).toMatchObject({
    ...{ event: 'failed', status: 'waiting', url: callback.url },
    body: { data: { host: 'hv-2', status: 'failed', ticket: 'CHG-1', failure } },
  });
  expect(event?.body.data).not.toHaveProperty('href');
  expect(more).toEqual([]);
  expect(await told('refused', 1)).toEqual([]);
});

it('the sender of a row that was cancelled before it was begun hears that, too', async () => {
  await begun('cancelled', [row('cancelled', 1, {}), row('cancelled', 2, { status: 'queued' })], at);
  expect(await round('cancelled')).toEqual({ finished: false });
  expect(await round('cancelled')).toEqual({ finished: true });
  for (const place of [1, 2]) {
    expect(await told('cancelled', place)).toMatchObject([{ event: 'cancelled', status: 'waiting' }]);
  }
});

it('an operation that was begun tells of itself', async () => {
  const id = operationId({ kind: 'batch', batch: 'own', row: 1 });
  await records.operations.insert({
    ...{ id, kind: 'provision', network: 'n', host: 'hv-1', caller: 'test', status: 'cancelled' },
    ...{ fingerprint: 'f', createdAt: at, finishedAt: at, steps: [], callback },
  } as never);
  await begun('own', [row('own', 1, { status: 'cancelled', finishedAt: at, operation: id })]);
  expect(await round('own')).toEqual({ finished: true });
  expect(await told('own', 1)).toEqual([]);
});
