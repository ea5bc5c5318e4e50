import * as df from 'durable-functions';
import { finishedStates, retention } from '../../shared/records/retention';
import { records } from '../app';
import { scheduleOf } from './schedule';

/** More than this waits for the next day. */
const mostRows = 5_000;

/** History goes first, rows a month later: how an operation ended can be read from its row meanwhile. */
df.app.client.timer('purgeTimer', {
  schedule: scheduleOf('PURGE_SCHEDULE', '0 30 3 * * *'),
  handler: async (_timer, client, context) => {
    const { history, rows } = retention(Date.now());
    const purged = await client.purgeInstanceHistoryBy({
      createdTimeFrom: new Date(0),
      createdTimeTo: history,
      runtimeStatus: finishedStates.map((state) => df.OrchestrationRuntimeStatus[state]),
    });
    const before = rows.toISOString();
    const { operations, callbacks, reports, batches, poison } = records();
    const counts = Object.entries({ operations, callbacks, reports, batches, poison }).map(
      async ([name, table]) => `${name} ${await table.prune(before, mostRows)}`,
    );
    const pruned = (await Promise.all(counts)).join(', ');
    context.log(`Purged ${purged.instancesDeleted} histories; pruned ${pruned}.`);
  },
});
