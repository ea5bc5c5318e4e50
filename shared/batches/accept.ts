import { namesElsewhere } from '../admission/names';
import { readyDefinition } from '../admission/networks';
import { base32Id } from '../api/operationId';
import { Problem, type FieldError } from '../api/problems';
import type { HostRequest } from '../api/schemas';
import { virtualNetworkId } from '../network/ids';
import type { BatchRecord } from '../records/batches';
import { RecordConflict, type Records } from '../records/store';
import { judgeRows, type Ground } from './judge';
import type { Placed } from './read';
import { refuse } from './rowErrors';

/** What acceptance needs from the outside. */
export interface Acceptance {
  records: Records;
  /** Starts the dispatch of that batch; one that exists is left alone. */
  start(batch: string): Promise<void>;
  /** ISO 8601. */
  now(): string;
}

export interface BatchOrder {
  id: string;
  caller: string;
  ticket?: string;
  fingerprint: string;
  requests: readonly HostRequest[];
}

/** Id of the batch that a call becomes; `origin` is the id of the call. */
export const batchId = (origin: string): string => base32Id(['batch', origin]);

/**
 * Takes in a batch whole, or throws the Problem that refuses it. The head comes first and says `accepting` until all rows
 * are there, so a crash in between begins nothing; the same call finishes it.
 */
export async function acceptBatch(context: Acceptance, order: BatchOrder): Promise<BatchRecord> {
  const { records } = context;
  const known = await records.batches.get(order.id);
  if (known && known.record.fingerprint !== order.fingerprint) {
    throw new Problem('idempotency-key-reused', 'This key came with another batch before. Use a new one.');
  }
  if (known && known.record.state !== 'accepting') return known.record;
  refuse(
    await mistakesOf(
      records,
      order.requests.map((request, index) => ({ request, index })),
    ),
  );
  if (known) await records.batches.replace({ ...known.record, updatedAt: context.now() }, known.etag);
  else await insertHead(context, order);
  // Whoever sends the same call twice at once writes rows twice; a row that was begun is then begun again, as the same operation.
  await records.batches.putRows(
    order.requests.map((request, index) => ({ batch: order.id, row: index + 1, request, status: 'pending' })),
  );
  await markAccepted(context, order.id);
  await context.start(order.id);
  return (await records.batches.get(order.id))?.record ?? { ...headOf(context, order), state: 'running' };
}

/** What is wrong with rows in view of each other and of what there is. */
export async function mistakesOf(records: Records, rows: readonly Placed[]): Promise<FieldError[]> {
  const grounds = new Map<string, Ground>();
  for (const network of new Set(rows.map(({ request }) => request.network))) {
    grounds.set(network, await groundOf(records, network));
  }
  return judgeRows(rows, grounds);
}

async function groundOf(records: Records, network: string): Promise<Ground> {
  try {
    const definition = await readyDefinition(records, network);
    const vnet = virtualNetworkId(definition);
    const [namesakes, hosts, ledger, occupied] = await Promise.all([
      namesElsewhere(records, network, definition),
      records.hosts.list(network),
      records.ledger.entries(vnet),
      records.ledger.occupied(vnet, network),
    ]);
    return { definition, hosts, ledger, occupied, namesakes };
  } catch (error) {
    if (error instanceof Problem) return { problem: error, hosts: [], ledger: [] };
    throw error;
  }
}

const headOf = (
  context: Acceptance,
  { id, caller, ticket, fingerprint, requests }: BatchOrder,
): BatchRecord => ({
  id,
  caller,
  ...(ticket === undefined ? {} : { ticket }),
  fingerprint,
  state: 'accepting',
  total: requests.length,
  paused: {},
  resumed: {},
  createdAt: context.now(),
  updatedAt: context.now(),
});

async function insertHead(context: Acceptance, order: BatchOrder): Promise<void> {
  try {
    await context.records.batches.insert(headOf(context, order));
  } catch (error) {
    // The same call at the same time got here first.
    if (!(error instanceof RecordConflict)) throw error;
  }
}

async function markAccepted(context: Acceptance, id: string): Promise<void> {
  const { records } = context;
  const head = await records.batches.get(id);
  // It was abandoned a moment ago.
  if (!head) throw new RecordConflict(id);
  if (head.record.state !== 'accepting') return;
  try {
    await records.batches.replace({ ...head.record, state: 'running', updatedAt: context.now() }, head.etag);
  } catch (error) {
    if (!(error instanceof RecordConflict)) throw error;
  }
}

const abandonedAfterMinutes = 60;

/** True if its rows did not come in whole, and whoever sent it has not tried again for long. */
export const isAbandoned = ({ state, updatedAt }: BatchRecord, now: number): boolean =>
  state === 'accepting' && now - Date.parse(updatedAt) > abandonedAfterMinutes * 60_000;
