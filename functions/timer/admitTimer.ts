import * as df from 'durable-functions';
import { resume } from '../../shared/admission/admit';
import { admission, records } from '../app';
import { scheduleOf } from './schedule';

/** Finishes admissions that a crash broke off. */
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
  },
});
