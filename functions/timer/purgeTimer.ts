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
    const pruned = await records().operations.prune(rows.toISOString(), mostRows);
    const told = await records().callbacks.prune(rows.toISOString(), mostRows);
    const reports = await records().reports.prune(rows.toISOString(), mostRows);
    context.log(
      `Purged ${purged.instancesDeleted} histories, ${pruned} operations, ${told} callbacks and ${reports} reports.`,
    );
  },
});
