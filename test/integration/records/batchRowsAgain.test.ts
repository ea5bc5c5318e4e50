import { admit } from '../../../shared/admission/admit';
import { operationId } from '../../../shared/api/operationId';
import { hostRequest } from '../../../shared/api/schemas';
import { admitRow } from '../../../shared/batches/admitRow';
import { rowMessage } from '../../../shared/batches/messages';
import { recordPoison } from '../../../shared/batches/poison';
import type { BatchRecord } from '../../../shared/records/batches';
import { withRecords } from './azurite';
import { definitionOn, Door } from './door';

const records = withRecords();
let number = 0;

const at = '2026-11-22T12:00:00.000Z';
const operation = (batch: string) => operationId({ kind: 'batch', batch, row: 1 });
const wider = { virtualNetwork: { addressSpaces: ['10.0.0.0/22', '10.9.0.0/16'] } };

/** A batch of one row, whose message is under way, on a network of its own. */
async function queued(change: Partial<BatchRecord> = {}) {
  const name = `rows-${++number}`;
  const door = new Door(records, definitionOn(name), name);
  await admit(door.context, door.define(`define-${name}`));
  await door.networkReady();
  await records.batches.insert({
    ...{ id: name, caller: 'test', fingerprint: 'f', state: 'running', total: 1 },
    ...{ paused: {}, resumed: {}, createdAt: at, updatedAt: at },
    ...change,
  });
  const request = hostRequest.parse({ network: name, name: 'hv-1' });
  await records.batches.putRows([{ batch: name, row: 1, request, status: 'queued', queuedAt: at }]);
  const place = { batch: name, row: 1 };
  return {
    ...{ door, place },
    deliver: () => admitRow(door.context, place),
    row: async () => (await records.batches.row(name, 1))?.record,
    redefine: () =>
      admit(
        door.context,
        door.define(`wider-${name}`, {
          ...door.definition,
          virtualNetwork: { ...door.definition.virtualNetwork, ...wider.virtualNetwork },
        }),
      ),
  };
}

it('a row that is delivered twice is the same operation, also while its network is defined anew', async () => {
  const { deliver, row, redefine, place, door } = await queued();
  expect(await deliver()).toBe('begun');
  const begun = await row();
  expect(begun).toMatchObject({ status: 'running', operation: operation(place.batch) });
  await redefine();
  expect(await deliver()).toBe('begun');
  expect(await row()).toEqual(begun);
  // As whoever sends the same batch twice at once leaves it.
  const { operation: _, ...before } = begun ?? { batch: '', row: 0 };
  await records.batches.putRows([{ ...(before as NonNullable<typeof begun>), status: 'queued' }]);
  expect(await deliver()).toBe('begun');
  expect(await row()).toMatchObject({ status: 'running', operation: operation(place.batch) });
  expect(door.starts.filter((id) => id === operation(place.batch))).toHaveLength(1);
});

it('a row waits while its network is being defined, and is refused when that has failed', async () => {
  const { deliver, row, redefine, door } = await queued();
  await redefine();
  expect(await deliver()).toBe('waits');
  expect(await row()).toMatchObject({ status: 'pending' });
  await door.networkReady();
  const network = await records.networks.get(door.network);
  if (!network) throw new Error('There is no network.');
  await records.networks.replace({ ...network.record, state: 'failed' }, network.etag);
  expect(await deliver()).toBe('refused');
  expect(await row()).toMatchObject({ status: 'refused', failure: { code: 'network-not-ready' } });
});

it('a row whose message was given up is begun by its replay, and its batch is open again', async () => {
  const { deliver, row, place } = await queued({ state: 'finished' });
  await recordPoison(records, rowMessage(place), at);
  expect(await row()).toMatchObject({ status: 'poisoned', failure: { code: 'Poisoned' } });
  expect(await deliver()).toBe('begun');
  const begun = await row();
  expect(begun).toMatchObject({ status: 'running', operation: operation(place.batch) });
  expect(begun).not.toHaveProperty('failure');
  expect(begun).not.toHaveProperty('finishedAt');
  expect((await records.batches.get(place.batch))?.record.state).toBe('running');
});

it('a row of a batch that was cancelled stays given up', async () => {
  const { deliver, row, place } = await queued({ cancelledAt: at });
  await recordPoison(records, rowMessage(place), at);
  expect(await deliver()).toBe('over');
  expect(await row()).toMatchObject({ status: 'poisoned' });
});
