import { Problem } from '../api/problems';
import { announce } from '../callbacks/announce';
import type { CallbackRecord } from '../records/callbacks';
import { RecordConflict, type Records } from '../records/store';
import type { OperationRecord, Versioned } from '../records/types';
import { claimNext, giveBack, look, type Progress } from './claims';
import type { Decision } from './decide';
import { operationOf, type Order } from './order';

export interface AdmissionContext {
  records: Records;
  /** True if the orchestration of that operation exists, running or finished. */
  isStarted(id: string): Promise<boolean>;
  /** Starts the orchestration with the operation's id; one that exists is left alone. */
  start(operation: OperationRecord): Promise<void>;
  /** Starts the delivery of a callback; what keeps it from that is left to the timer. */
  deliver(callback: CallbackRecord): Promise<void>;
  /** Names this installation to those who are told. */
  installation: string;
  /** ISO 8601. */
  now(): string;
  /** Most operations that one caller may have open at once; absent: any number. */
  mostOpen?: number;
  /** W3C trace context of the request that is admitted, if there is one. */
  traceparent?(): string | undefined;
}

export type Admission = { kind: 'operation'; operation: OperationRecord } | { kind: 'unchanged' };

/** Contention, not failure, is what makes a turn be repeated; so many in a row mean that something is wrong. */
const turns = 40;

/**
 * The one door: turns an order into a running operation, or throws the Problem that refuses it. Safe to repeat at
 * every point, by the caller or by `resume`: the operation row comes first and names everything that follows.
 */
export async function admit(context: AdmissionContext, order: Order): Promise<Admission> {
  const admission = await admitted(context, order);
  if (admission.kind === 'unchanged') await tellUnchanged(context, order);
  return admission;
}

/**
 * The same for an order that takes the definition of its network, or anything else that may be gone by now: a request that
 * was admitted before is not made into an order again.
 */
export async function admitOnce(
  context: AdmissionContext,
  request: Pick<Order, 'id' | 'fingerprint'>,
  order: () => Promise<Order>,
): Promise<Admission> {
  return (await admittedBefore(context, request)) ?? (await admit(context, await order()));
}

async function admitted(context: AdmissionContext, order: Order): Promise<Admission> {
  const { records } = context;
  for (let turn = 0; turn < turns; turn++) {
    const before = await admittedBefore(context, order);
    if (before) return before;
    const traceparent = context.traceparent?.();
    const operation = { ...operationOf(order, context.now()), ...(traceparent && { traceparent }) };
    const decision = await look(records, operation);
    if (decision.kind !== 'claim' && decision.kind !== 'mine') {
      const answer = await answerTo(records, decision);
      if (answer) return answer;
      continue;
    }
    await refuseIfTooMany(context, order);
    await unlessConflict(() => records.operations.insert(operation));
    const settled = await settle(context, order.id);
    if (settled) return settled;
  }
  throw new RecordConflict(order.id);
}

/** The operation that this very request became before. Throws the Problem if the id came with another request. */
async function admittedBefore(
  context: AdmissionContext,
  { id, fingerprint }: Pick<Order, 'id' | 'fingerprint'>,
): Promise<Admission | undefined> {
  const known = (await context.records.operations.get(id))?.record;
  if (!known) return undefined;
  if (known.fingerprint !== fingerprint) {
    throw new Problem('idempotency-key-reused', 'This key came with another request before. Use a new one.', {
      operation: known.id,
    });
  }
  // A running orchestration writes the row too; touching it again would only get in its way.
  if (await context.isStarted(id)) return { kind: 'operation', operation: known };
  return settle(context, id);
}

/** Requests that race may pass together: the limit keeps a caller from flooding, not from one more. */
async function refuseIfTooMany({ records, mostOpen }: AdmissionContext, order: Order): Promise<void> {
  if (!order.limited || mostOpen === undefined) return;
  if ((await records.operations.countOpen(order.caller, mostOpen)) < mostOpen) return;
  throw new Problem(
    'too-many-operations',
    `You have ${mostOpen} operations that are not over. Wait for some of them.`,
  );
}

/** Who only hears by callback is told, too, that all is as it was asked for. */
async function tellUnchanged(context: AdmissionContext, order: Order): Promise<void> {
  const { installation, records } = context;
  const now = context.now();
  const done = { ...operationOf(order, now), status: 'succeeded' as const, finishedAt: now };
  const completed = await announce(records, done, { installation, unchanged: true });
  if (completed) await context.deliver(completed);
}

/** Finishes an admission that was begun and broken off. Refusals end it as well: nobody waits for the answer. */
export async function resume(context: AdmissionContext, id: string): Promise<void> {
  if (await context.isStarted(id)) return;
  try {
    await settle(context, id);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
  }
}

/** Undefined if the operation is gone: somebody else found it refused and withdrew it. */
async function settle(context: AdmissionContext, id: string): Promise<Admission | undefined> {
  const { records } = context;
  for (let turn = 0; turn < turns; turn++) {
    const row = await records.operations.get(id);
    if (!row) return undefined;
    const operation = row.record;
    if (operation.status !== 'admitted') return { kind: 'operation', operation };
    if (operation.withdrawn) {
      await unlessConflict(() => withdraw(context, row));
      continue;
    }
    const progress = await attempt(() => claimNext(records, operation, context.now()));
    if (progress === 'again') continue;
    if (progress !== 'held') {
      if (!(await unlessConflict(() => markWithdrawn(context, row)))) continue;
      const answer = await answerTo(records, progress);
      if (answer) return answer;
      continue;
    }
    // Writing the row, though nothing in it changes, shuts out a withdrawal that was decided on an older sight.
    if (!(await unlessConflict(() => records.operations.replace(operation, row.etag)))) continue;
    const accepted = await announce(records, operation, context);
    await context.start(operation);
    if (accepted) await context.deliver(accepted);
    return { kind: 'operation', operation };
  }
  throw new RecordConflict(id);
}

/** A Problem thrown on the way is a refusal; a conflict means that somebody else wrote, so look again. */
async function attempt(work: () => Promise<Progress>): Promise<Progress> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RecordConflict) return 'again';
    if (error instanceof Problem) return { kind: 'refuse', problem: error };
    throw error;
  }
}

/** From here on nobody starts the operation any more, so what it claimed can be given back. */
async function markWithdrawn(context: AdmissionContext, row: Versioned<OperationRecord>): Promise<void> {
  const { records } = context;
  await records.operations.replace({ ...row.record, withdrawn: true }, row.etag);
  const marked = await records.operations.get(row.record.id);
  if (marked?.record.withdrawn) await withdraw(context, marked);
}

async function withdraw(context: AdmissionContext, row: Versioned<OperationRecord>): Promise<void> {
  const { records } = context;
  await giveBack(records, row.record, context.now());
  await records.operations.remove(row.record.id, row.etag);
}

/** Undefined if the operation that does the same is gone by now: decide again. */
async function answerTo(records: Records, decision: Decision): Promise<Admission | undefined> {
  if (decision.kind === 'refuse') throw decision.problem;
  if (decision.kind !== 'same') return { kind: 'unchanged' };
  const holder = await records.operations.get(decision.operation);
  return holder && { kind: 'operation', operation: holder.record };
}

/** False if somebody else wrote in between. */
async function unlessConflict(write: () => Promise<void>): Promise<boolean> {
  try {
    await write();
    return true;
  } catch (error) {
    if (error instanceof RecordConflict) return false;
    throw error;
  }
}
