import { app } from '@azure/functions';
import { recordPoison } from '../../shared/batches/poison';
import { requestQueueName } from '../../shared/queue';
import { measure } from '../../shared/telemetry/metrics';
import { records } from '../app';

/** Takes what the queue gave up to where people see it: a record, and a line in the log that an alert is set on. */
app.storageQueue('poisonRequests', {
  queueName: `${requestQueueName}-poison`,
  connection: 'AzureWebJobsStorage',
  handler: async (message, context) => {
    const { id, reason, times, batch } = await recordPoison(records(), message, new Date().toISOString());
    measure('poisonMessages', 1);
    const row = batch ? `, row ${batch.row} of batch ${batch.id}` : '';
    context.error(`Poison message ${id}${row}, given up for time ${times}: ${reason}`);
  },
});
