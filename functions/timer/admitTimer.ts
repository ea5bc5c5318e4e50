import * as df from 'durable-functions';
import { resume } from '../../shared/admission/admit';
import type { InvocationContext } from '@azure/functions';
import type { DurableClient } from 'durable-functions';
import { isAbandoned } from '../../shared/batches/accept';
import { areMetricsTaken, measure } from '../../shared/telemetry/metrics';
import { admission, records, requestQueue } from '../app';
import { startDispatch } from '../durable';
import { scheduleOf } from './schedule';

/** Finishes admissions that a crash broke off, those of batches too. */
df.app.client.timer('admitTimer', {
  schedule: scheduleOf('ADMIT_SCHEDULE', '*/30 * * * * *'),
  handler: async (_timer, client, context) => {
    const door = admission(client);
    for (const operation of await records().operations.list({ status: 'admitted' })) {
      try {
        await resume(door, operation.id);
      } catch (error) {
        context.error(`The admission of operation ${operation.id} could not be finished.`, error);
      }
    }
    await takeUpBatches(client, context);
    await measureQueue(context);
  },
});

/** A batch whose rows never came in whole has begun nothing, and nobody will send the rest: it goes. */
async function takeUpBatches(client: DurableClient, context: InvocationContext): Promise<void> {
  const { batches } = records();
  for (const batch of await batches.list({ open: true })) {
    try {
      if (batch.state === 'running') await startDispatch(client, batch.id);
      const head = await batches.get(batch.id);
      if (!head || !isAbandoned(head.record, Date.now())) continue;
      await batches.remove(batch.id, head.etag);
      await batches.removeRows(batch.id);
    } catch (error) {
      context.error(`The batch ${batch.id} could not be taken up.`, error);
    }
  }
}

/** A queue that nobody takes from tells nothing of itself: the trigger that would is what stands still. */
async function measureQueue(context: InvocationContext): Promise<void> {
  if (!areMetricsTaken()) return;
  try {
    measure('queueOldestSeconds', await requestQueue().oldestSeconds(Date.now()));
  } catch (error) {
    context.warn('The age of the queue could not be measured.', error);
  }
}
