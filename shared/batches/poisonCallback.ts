import { z } from 'zod';
import { callbackWish } from '../api/callback';
import { operationId } from '../api/operationId';
import { hostName, messageEnvelope, networkName, ticket } from '../api/schemas';
import { announce } from '../callbacks/announce';
import { callbackId, type Told } from '../callbacks/event';
import { judgeTarget, type CallbackRules } from '../callbacks/target';
import type { PoisonRecord } from '../records/batches';
import type { CallbackRecord } from '../records/callbacks';
import type { Records } from '../records/store';
import type { BatchPlace } from '../records/types';
import { poisonFailure } from './poison';
import { rowTold } from './rowCallback';

/** What must be right of a message so that its sender can be told; the rest of it may be why it was given up. */
const addressed = z.object({
  ...messageEnvelope,
  kind: z.enum(['provision', 'teardown', 'repair']),
  network: networkName,
  name: hostName,
  ticket: ticket.optional().catch(undefined),
  callback: callbackWish,
});

export interface PoisonFacts {
  rules: CallbackRules;
  installation: string;
}

/**
 * Writes down the event `failed` that a message which was given up owes its sender; undefined if it owes none. What was
 * begun, or was told to be as asked, has an ending of its own. Doing it again changes nothing: the id follows from the request.
 */
export async function tellPoisoned(
  records: Records,
  poison: PoisonRecord,
  { rules, installation }: PoisonFacts,
): Promise<CallbackRecord | undefined> {
  const told = poison.batch ? await poisonedRow(records, poison.batch) : messageTold(poison);
  if (!told?.callback || typeof judgeTarget(told.callback.url, rules) === 'string') return undefined;
  const [operation, completed] = await Promise.all([
    records.operations.get(told.id),
    records.callbacks.get(callbackId(told.id, 'completed')),
  ]);
  // A withdrawn operation is about to be gone, without an ending.
  if ((operation && !operation.record.withdrawn) || completed) return undefined;
  return announce(records, told, { installation, notBegun: true });
}

function messageTold(poison: PoisonRecord): Told | undefined {
  const read = addressed.safeParse(jsonOf(poison.message));
  if (!read.success) return undefined;
  const { requestId, kind, network, name: host, ticket: number, callback } = read.data;
  return {
    id: operationId({ kind: 'queue', requestId }),
    ...{ kind, network, host, callback, status: 'failed' },
    ...(number === undefined ? {} : { ticket: number }),
    createdAt: poison.firstAt,
    finishedAt: poison.lastAt,
    failure: poisonFailure(poison),
  };
}

async function poisonedRow(records: Records, { id, row }: BatchPlace): Promise<Told | undefined> {
  const found = await records.batches.row(id, row);
  return found?.record.status === 'poisoned' ? rowTold(found.record) : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
