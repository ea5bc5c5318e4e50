import type { DurableClient, DurableOrchestrationStatus } from 'durable-functions';
import { orchestrators } from '../orchestrations/names';
import type { OperationInput, OperationKind, ReconcileInput, StepRecord } from '../shared/records/types';

/** Starts the orchestration of an operation; its instance id is the operation's id. */
export async function startOperation(client: DurableClient, id: string, kind: OperationKind): Promise<void> {
  await startOnce(client, orchestrators[kind], id, { operation: id } satisfies OperationInput);
}

export async function startReconciliation(client: DurableClient, input: ReconcileInput): Promise<void> {
  await startOnce(client, orchestrators.reconcile, input.id, input);
}

/** Starts the dispatch of a batch; its instance id is the batch's id. */
export async function startDispatch(client: DurableClient, batch: string): Promise<void> {
  await startOnce(client, orchestrators.dispatchBatch, batch, { batch });
}

/** Starts a run that only reads; it leaves its document under the id of the instance. */
export async function startReading(
  client: DurableClient,
  name: string,
  input: { id: string },
): Promise<void> {
  await startOnce(client, name, input.id, input);
}

/**
 * Starts an instance unless one with that id exists. A start would run a finished instance again, so that is looked up
 * first; the client has no typed error for "exists", so it is looked up once more when the start fails.
 */
async function startOnce(
  client: DurableClient,
  name: string,
  instanceId: string,
  input: unknown,
): Promise<void> {
  if (await isStarted(client, instanceId)) return;
  try {
    await client.startNew(name, { instanceId, input });
  } catch (error) {
    if (!(await isStarted(client, instanceId))) throw error;
  }
}

export async function isStarted(client: DurableClient, instanceId: string): Promise<boolean> {
  return (await statusOf(client, instanceId)) !== undefined;
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

async function statusOf(
  client: DurableClient,
  instanceId: string,
): Promise<DurableOrchestrationStatus | undefined> {
  try {
    return await client.getStatus(instanceId);
  } catch (error) {
    if (error instanceof Error && /\bHTTP 404\b/.test(error.message)) return undefined;
    throw error;
  }
}
