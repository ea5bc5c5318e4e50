import type { DurableClient, DurableOrchestrationStatus } from 'durable-functions';

/**
 * Starts an instance unless one with that id exists. A start would run a finished instance again, so that is looked up
 * first; the client has no typed error for "exists", so it is looked up once more when the start fails.
 */
export async function startOnce(
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

/** Undefined if there is no such instance. */
export async function statusOf(
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
