import type { DurableClient } from 'durable-functions';
import type { DeliveryInput } from '../orchestrations/activities/callbacks';
import { startOnce, statusOf } from '../orchestrations/activities/instances';
import { orchestrators } from '../orchestrations/names';
import { deliveryInstance } from '../shared/callbacks/state';
import type { CallbackRecord } from '../shared/records/callbacks';
import type {
  OperationInput,
  OperationKind,
  OperationRecord,
  ReconcileInput,
  StepRecord,
} from '../shared/records/types';
import { withTrace } from '../shared/telemetry/trace';

export { isStarted } from '../orchestrations/activities/instances';

/** Starts the orchestration of an operation; its instance id is the operation's id. */
export async function startOperation(client: DurableClient, id: string, kind: OperationKind): Promise<void> {
  await startOnce(client, orchestrators[kind], id, { operation: id } satisfies OperationInput);
}

/**
 * Starts an operation anew whose instance is gone, or ended without closing it; `begin` comes just before. False: its
 * instance is at work.
 */
export async function restartLost(
  client: DurableClient,
  { id, kind, traceparent }: Pick<OperationRecord, 'id' | 'kind' | 'traceparent'>,
  begin: () => Promise<unknown>,
): Promise<boolean> {
  if ((await instanceState(client, id)) === 'running') return false;
  await begin();
  const input: OperationInput = { operation: id };
  await withTrace(traceparent, () => client.startNew(orchestrators[kind], { instanceId: id, input }));
  return true;
}

export async function startReconciliation(client: DurableClient, input: ReconcileInput): Promise<void> {
  await startOnce(client, orchestrators.reconcile, input.id, input);
}

/** Starts the dispatch of an open batch; its instance id is the batch's id. One that ended goes on: a row was taken up again. */
export async function startDispatch(client: DurableClient, batch: string): Promise<void> {
  const ended = (await instanceState(client, batch)) === 'ended';
  if (ended) await client.startNew(orchestrators.dispatchBatch, { instanceId: batch, input: { batch } });
  else await startOnce(client, orchestrators.dispatchBatch, batch, { batch });
}

/** Starts the present round of a callback. */
export async function startDelivery(client: DurableClient, callback: CallbackRecord): Promise<void> {
  const input: DeliveryInput = { callback: callback.id, round: callback.round };
  await startOnce(client, orchestrators.deliverCallback, deliveryInstance(callback), input);
}

/** Starts a run that only reads; it leaves its document under the id of the instance. */
export async function startReading(
  client: DurableClient,
  name: string,
  input: { id: string },
): Promise<void> {
  await startOnce(client, name, input.id, input);
}

/** Steps that the running orchestration tells of itself; undefined if it tells nothing. */
export async function liveSteps(
  client: DurableClient,
  instanceId: string,
): Promise<StepRecord[] | undefined> {
  const told: unknown = (await statusOf(client, instanceId))?.customStatus;
  if (typeof told !== 'object' || told === null || !('steps' in told) || !Array.isArray(told.steps))
    return undefined;
  return told.steps as StepRecord[];
}

export type InstanceState = 'running' | 'ended';

export async function instanceState(
  client: DurableClient,
  instanceId: string,
): Promise<InstanceState | undefined> {
  const status = await statusOf(client, instanceId);
  if (!status) return undefined;
  const open: string[] = ['Pending', 'Running', 'Suspended', 'ContinuedAsNew'];
  return open.includes(status.runtimeStatus) ? 'running' : 'ended';
}
