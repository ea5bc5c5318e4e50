import * as df from 'durable-functions';
import { admit } from '../../shared/admission/admit';
import { readyDefinition } from '../../shared/admission/claims';
import { provisionOrder, teardownOrder, type Order } from '../../shared/admission/order';
import { operationId } from '../../shared/api/operationId';
import { queueMessage } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { admission, records } from '../app';

/** What is thrown here makes the queue deliver again and, after its last attempt, moves the message to the poison queue. */
df.app.client.storageQueue('hostRequests', {
  queueName: 'host-requests',
  connection: 'AzureWebJobsStorage',
  handler: async (message, client, context) => {
    const order = await orderOf(message);
    const admitted = await admit(admission(client), order);
    const outcome = admitted.kind === 'unchanged' ? 'is as requested' : `operation ${admitted.operation.id}`;
    context.log(`${order.request.kind} of ${order.network}/${order.host}: ${outcome}.`);
  },
});

async function orderOf(message: unknown): Promise<Order> {
  const wish = validate(queueMessage, message);
  const { schemaVersion: _version, requestId, ...rest } = wish;
  const origin = { id: operationId({ kind: 'queue', requestId }), caller: 'queue' };
  if (rest.kind === 'teardown') {
    const { kind: _kind, ...order } = rest;
    return teardownOrder(origin, order);
  }
  const { kind: _kind, ...order } = rest;
  return provisionOrder(origin, order, await readyDefinition(records(), order.network));
}
