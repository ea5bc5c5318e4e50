import { dispatchRound } from '../../../orchestrations/activities/dispatch';
import type { Dependencies } from '../../../orchestrations/activities/context';
import { operationId } from '../../../shared/api/operationId';
import { hostRequest } from '../../../shared/api/schemas';
import { admitRow } from '../../../shared/batches/admitRow';
import { cancelBatch } from '../../../shared/batches/steer';
import { withRecords } from './azurite';
import { definitionOn, Door } from './door';

/** A row whose message comes while the dispatch is still at work on it. */

const records = withRecords();

const at = '2026-11-22T12:00:00.000Z';
let count = 0;

/** A batch of one row on a network of its own; `meanwhile` happens when the row's operation was just begun. */
async function batchOfOne(meanwhile: (batch: string) => Promise<unknown>) {
  const network = `rows-${(count += 1)}`;
  const definition = definitionOn(network);
  await records.networks.insert({
    ...{ name: network, definition, state: 'ready', operation: 'op', updatedAt: at },
  });
  await records.batches.insert({
    ...{ id: network, caller: 'test', fingerprint: 'f', state: 'running', total: 1 },
    ...{ paused: {}, resumed: {}, createdAt: at, updatedAt: at },
  });
  const request = hostRequest.parse({ network, name: 'hv-1' });
  await records.batches.putRows([{ batch: network, row: 1, request, status: 'pending' }]);
  const { context } = new Door(records, definition, network);
  const door = {
    ...context,
    start: async (...begun: Parameters<typeof context.start>) => {
      await context.start(...begun);
      await meanwhile(network);
    },
  };
  return {
    admitted: () => admitRow(door, { batch: network, row: 1 }),
    row: async () => (await records.batches.row(network, 1))?.record,
    state: async () => (await records.batches.get(network))?.record.state,
    operation: operationId({ kind: 'batch', batch: network, row: 1 }),
    network,
  };
}

const round = async (batch: string, send: () => Promise<void> = () => Promise.resolve()) =>
  await dispatchRound(
    { records, installation: 'test', operationsInFlight: 5, queue: { send } } as unknown as Dependencies,
    { batch, now: Date.parse(at) },
  );

it('is running once it is begun, though the dispatch notes only then that the message is under way', async () => {
  const signal = () => {
    let raise = (): void => undefined;
    const raised = new Promise<void>((resolve) => (raise = resolve));
    return { raise, raised };
  };
  const [taken, noted] = [signal(), signal()];
  const batch = await batchOfOne(async () => {
    taken.raise();
    await noted.raised;
  });
  let admitted: Promise<unknown> | undefined;
  await round(batch.network, async () => {
    admitted = batch.admitted();
    await taken.raised;
  });
  expect(await batch.row()).toMatchObject({ status: 'queued' });
  noted.raise();
  expect(await admitted).toBe('begun');
  expect(await batch.row()).toMatchObject({ status: 'running', operation: batch.operation });
});

it('is running, and its batch goes on, if it is begun while the batch is called off', async () => {
  const batch = await batchOfOne(async (id) => {
    await cancelBatch(records, id, { now: at, caller: 'test' });
    expect(await round(id)).toEqual({ finished: false });
    expect(await batch.row()).toMatchObject({ status: 'cancelled' });
  });
  expect(await batch.admitted()).toBe('begun');
  const row = await batch.row();
  expect(row).toMatchObject({ status: 'running', operation: batch.operation });
  expect(row).not.toHaveProperty('finishedAt');
  expect(await round(batch.network)).toEqual({ finished: false });
  await cancelBatch(records, batch.network, { now: at, caller: 'test', running: 'cancel' });
  expect(await round(batch.network)).toEqual({ finished: false, stop: [batch.operation] });
  expect(await batch.state()).toBe('running');
});

it('stays called off if it is so before it is begun, and the batch is over then', async () => {
  const batch = await batchOfOne(() => Promise.resolve());
  await cancelBatch(records, batch.network, { now: at, caller: 'test' });
  expect(await batch.admitted()).toBe('cancelled');
  expect(await batch.row()).toMatchObject({ status: 'cancelled' });
  expect(await round(batch.network)).toEqual({ finished: true });
});
