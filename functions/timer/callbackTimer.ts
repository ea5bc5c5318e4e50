import * as df from 'durable-functions';
import { isOver } from '../../shared/records/types';
import { records } from '../app';
import { startDelivery } from '../durable';
import { scheduleOf } from './schedule';

/** Starts the deliveries that a crash kept from starting. */
df.app.client.timer('callbackTimer', {
  schedule: scheduleOf('CALLBACK_SCHEDULE', '0 */5 * * * *'),
  handler: async (_timer, client, context) => {
    for (const callback of await records().callbacks.list({ status: 'waiting' })) {
      try {
        // The row of an ending is written a moment before the end itself is.
        const operation = await records().operations.get(callback.operation);
        const early = callback.event !== 'accepted' && operation && !isOver(operation.record);
        if (!early) await startDelivery(client, callback);
      } catch (error) {
        context.error(`The delivery of ${callback.id} could not be started.`, error);
      }
    }
  },
});
