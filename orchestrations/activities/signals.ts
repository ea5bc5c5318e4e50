import { getClient, OrchestrationRuntimeStatus } from 'durable-functions';
import type { InvocationContext } from '@azure/functions';
import { orchestrators } from '../names';
import type { DeliveryInput } from './callbacks';
import { startOnce } from './instances';

/** Wakes the operation that now holds a lease. A waiter that is gone in the meantime is no error. */
export async function raiseGranted(
  input: { instance: string; event: string },
  context: InvocationContext,
): Promise<void> {
  try {
    await getClient(context).raiseEvent(input.instance, input.event, {});
  } catch (error) {
    // The waiter also asks again by itself, so a lost event costs time, never the lease.
    context.warn(`Could not tell ${input.instance} about ${input.event}: ${String(error)}`);
  }
}

/** Starts the first round of a callback; its delivery outlives the operation. */
export async function startDelivery(input: DeliveryInput, context: InvocationContext): Promise<void> {
  await startOnce(getClient(context), orchestrators.deliverCallback, input.callback, input);
}

const running: readonly OrchestrationRuntimeStatus[] = [
  OrchestrationRuntimeStatus.Pending,
  OrchestrationRuntimeStatus.Running,
  OrchestrationRuntimeStatus.Suspended,
  OrchestrationRuntimeStatus.ContinuedAsNew,
];

/** Is the holder of an expired lease still at work? Throws if that cannot be told, so that nobody is evicted by mistake. */
export async function inspectHolder(
  input: { holder: string },
  context: InvocationContext,
): Promise<{ running: boolean }> {
  try {
    const status = await getClient(context).getStatus(input.holder);
    return { running: running.includes(status.runtimeStatus) };
  } catch (error) {
    // The client has no typed "not found"; its text carries the status code.
    if (/404|not found/i.test(String(error))) return { running: false };
    throw error;
  }
}
