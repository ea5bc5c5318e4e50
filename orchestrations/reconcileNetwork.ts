import { EntityId, type OrchestrationContext } from 'durable-functions';
import type { LeaseState } from '../shared/leases';
import type { ReconcileInput } from '../shared/records/types';
import type { Activities } from './activities';
import type { ObserveFacts, ObserveInput } from './activities/reconcile/observe';
import type { ReconcileFacts } from './activities/reconcile/run';
import { leaseEntity } from './names';
import { call, close, converge } from './steps/converge';
import { mendJob } from './steps/mend';
import { failureOf, now, startRun, step, type Run, type Steps } from './steps/run';
import { verifyHost } from './steps/verifyHost';

/** What goes can unblock what comes before it: first the route, then the machine, its NICs and subnet, the promise, the table. */
const mostRounds = 5;

/** One reconciliation of one network; leaves a report. Never throws. */
export const reconcileNetwork = (activities: Activities) =>
  function* (context: OrchestrationContext): Steps<{ status: string; message?: string }> {
    const input = context.df.getInput<ReconcileInput>();
    if (!input) return { status: 'failed', message: 'No network was named.' };
    const run = startRun(context, activities, input.id, ['observe']);
    let failure: string | undefined;
    try {
      yield* reconciled(run, input);
    } catch (error) {
      failure = failureOf(error).message;
    }
    yield* close(run, () =>
      activities.endReconcile({
        id: input.id,
        network: input.network,
        caller: input.caller,
        now: now(run),
        ...(failure === undefined ? {} : { failure }),
      }),
    );
    return failure === undefined ? { status: 'succeeded' } : { status: 'failed', message: failure };
  };

function* reconciled(run: Run, input: ReconcileInput): Steps<void> {
  const { id, network } = input;
  const { leases, verify } = yield* begun(run, input);
  const atHome = Object.values(leases);
  let deadLeases = yield* findDead(run, atHome);
  for (let index = 0; index < verify; index += 1) yield* verifyHost(run, { id, network, index });
  for (let round = 0; round < mostRounds; round += 1) {
    let facts = yield* observed(run, { id, network, round, deadLeases: round === 0 ? deadLeases : [] });
    const elsewhere = round === 0 ? (facts?.leases ?? []).filter((key) => !atHome.includes(key)) : [];
    const dead = yield* findDead(run, elsewhere);
    if (dead.length > 0) {
      deadLeases = [...deadLeases, ...dead];
      facts = yield* observed(run, { id, network, round, deadLeases });
    }
    const jobs = facts?.jobs ?? 0;
    if (jobs === 0) return;
    let changed = false;
    for (let job = 0; job < jobs; job += 1) {
      changed = (yield* mendJob(run, { id, network, round, job, leases, deadLeases })) || changed;
    }
    if (!changed) return;
  }
}

function* observed(run: Run, input: Omit<ObserveInput, 'now'>): Steps<ObserveFacts | undefined> {
  const { facts } = yield* step(run, 'observe', () =>
    converge<ObserveFacts>(run, { name: 'observe', pace: 'quick' }, () =>
      run.activities.observeNetwork({ ...input, now: now(run) }),
    ),
  );
  return facts;
}

/** The claim of the network; one whose instance has ended is void. */
function* begun(run: Run, input: ReconcileInput): Steps<ReconcileFacts> {
  let evict: string | undefined;
  for (let attempt = 1; ; attempt += 1) {
    const answer = yield* call<{ holder: string } | ReconcileFacts>(run, 'beginReconcile', () =>
      run.activities.beginReconcile({ ...input, now: now(run), ...(evict === undefined ? {} : { evict }) }),
    );
    if (!('holder' in answer)) return answer;
    const { holder } = answer;
    const { running } = yield* call<{ running: boolean }>(run, 'inspectHolder', () =>
      run.activities.inspectHolder({ holder }),
    );
    if (running || attempt === 3)
      throw new Error(`The reconciliation ${holder} of this network is under way.`);
    evict = holder;
  }
}

/** Leases that have run out and whose holder has ended: whoever asks next would find that out, too, but later. */
function* findDead(run: Run, keys: string[]): Steps<{ key: string; holder: string }[]> {
  const dead: { key: string; holder: string }[] = [];
  for (const key of keys) {
    const state = yield* call<LeaseState>(run, 'look', () =>
      run.context.df.callEntity(new EntityId(leaseEntity, key), 'look', {}),
    );
    const { holder } = state;
    if (!holder || holder.expiresAt > now(run)) continue;
    const { running } = yield* call<{ running: boolean }>(run, 'inspectHolder', () =>
      run.activities.inspectHolder({ holder: holder.id }),
    );
    if (!running) dead.push({ key, holder: holder.id });
  }
  return dead;
}
