import * as df from 'durable-functions';
import { recordPoison } from '../../shared/batches/poison';
import { tellPoisoned } from '../../shared/batches/poisonCallback';
import { settings } from '../../shared/config';
import { requestQueueName } from '../../shared/queue';
import { measure } from '../../shared/telemetry/metrics';
import { records } from '../app';
import { startDelivery } from '../durable';

/** Takes what the queue gave up to where people see it: a record, a line in the log that an alert is set on, and the sender's callback. */
df.app.client.storageQueue('poisonRequests', {
  queueName: `${requestQueueName}-poison`,
  connection: 'AzureWebJobsStorage',
  handler: async (message, client, context) => {
    const poison = await recordPoison(records(), message, new Date().toISOString());
    const { id, reason, times, batch } = poison;
    measure('poisonMessages', 1);
    const row = batch ? `, row ${batch.row} of batch ${batch.id}` : '';
    context.error(`Poison message ${id}${row}, given up for time ${times}: ${reason}`);
    const { callbacks: rules, installation } = settings();
    const callback = await tellPoisoned(records(), poison, { rules, installation });
    // The timer starts what is not started here.
    if (callback) await startDelivery(client, callback).catch(() => undefined);
  },
});
