import type { Timer } from '@azure/functions';
import * as df from 'durable-functions';
import { scheduledRun } from '../../shared/reconcile/runId';
import { reconcilableNetworks, reconcile } from '../reconciliation';
import { scheduleOf } from './schedule';

df.app.client.timer('reconcileTimer', {
  schedule: scheduleOf('RECONCILE_SCHEDULE', '0 */15 * * * *'),
  handler: async (timer, client, context) => {
    const occurrence = occurrenceOf(timer);
    const idOf = (network: string) => scheduledRun(network, occurrence);
    const started = await reconcile(client, await reconcilableNetworks(), idOf, { caller: 'timer' });
    context.log(`Reconciling ${started.length} networks.`);
  },
});

const hour = 3_600_000;

/** The occurrence that fires now; a run by hand, for which the schedule tells another time or none, is one of its own. */
function occurrenceOf({ scheduleStatus }: Timer): Date {
  const now = Date.now();
  const due = Date.parse(scheduleStatus?.next ?? '');
  return new Date(due <= now && now - due < hour ? due : now);
}
