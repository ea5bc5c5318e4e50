import * as df from 'durable-functions';
import { admit, admitOnce, type Admission } from '../../shared/admission/admit';
import { readyDefinition } from '../../shared/admission/networks';
import { fingerprintOf, provisionOrder, repairOrder, teardownOrder } from '../../shared/admission/order';
import { operationId } from '../../shared/api/operationId';
import { queueMessage, type QueueMessage } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { admitRow } from '../../shared/batches/admitRow';
import { poisonId } from '../../shared/batches/messages';
import { requestQueueName } from '../../shared/queue';
import { admission, callbackMistakes, records } from '../app';

/** What is thrown here makes the queue deliver again and, after its last attempt, moves the message to the poison queue. */
df.app.client.storageQueue('hostRequests', {
  queueName: requestQueueName,
  connection: 'AzureWebJobsStorage',
  handler: async (message, client, context) => {
    try {
      context.log(await handle(validate(queueMessage, message, callbackMistakes), admission(client)));
    } catch (error) {
      // Should the queue give the message up, this is why; the poison queue itself does not say.
      const reason = error instanceof Error ? error.message : String(error);
      await records().poison.noteReason(poisonId(message), reason.slice(0, 1_000));
      throw error;
    }
  },
});

/** Gives what was done, for the log. */
async function handle(wish: QueueMessage, door: ReturnType<typeof admission>): Promise<string> {
  if (wish.kind === 'batchRow')
    return `Row ${wish.row} of batch ${wish.batch}: ${await admitRow(door, wish)}.`;
  const admitted = await admittedFor(wish, door);
  const outcome = admitted.kind === 'unchanged' ? 'is as requested' : `operation ${admitted.operation.id}`;
  return `${wish.kind} of ${wish.network}/${wish.name}: ${outcome}.`;
}

async function admittedFor(
  wish: Exclude<QueueMessage, { kind: 'batchRow' }>,
  door: ReturnType<typeof admission>,
): Promise<Admission> {
  const { schemaVersion: _version, requestId, ...rest } = wish;
  const origin = { id: operationId({ kind: 'queue', requestId }), caller: 'queue' };
  switch (rest.kind) {
    case 'teardown': {
      const { kind: _kind, ...order } = rest;
      return admit(door, teardownOrder(origin, order));
    }
    case 'repair': {
      const { kind: _kind, ...order } = rest;
      return admit(door, repairOrder(origin, order));
    }
    case 'provision': {
      const { kind, ...order } = rest;
      const sent = { id: origin.id, fingerprint: fingerprintOf(kind, order) };
      return admitOnce(door, sent, async () =>
        provisionOrder(origin, order, await readyDefinition(records(), order.network)),
      );
    }
  }
}
