import type { RemovalFacts } from '../../shared/azure/remove';
import type { FindingAction, FindingKind } from '../../shared/records/reconciliation';
import type { JobFacts } from '../activities/reconcile/jobs';
import type { OperationFacts } from '../activities/plan';
import type { HostResource } from '../activities/resources';
import type { AssociationFacts } from '../activities/reconcile/mend';
import { call, close, converge } from './converge';
import { configureGently, guestPhase } from './guest';
import { giveBack, withLease } from './lease';
import { addRoute, associate } from './routes';
import { failureOf, note, now, step, type Run, type Steps } from './run';

export interface Job {
  /** Report and network that the job belongs to. */
  id: string;
  network: string;
  round: number;
  job: number;
  leases: OperationFacts['leases'];
  deadLeases: { key: string; holder: string }[];
}

/** Findings that one and the same work mends: all routes and associations of a host. */
const routing: readonly FindingKind[] = ['missingRoute', 'wrongHopRoute', 'lostAssociation'];

/** Mends what belongs together, under one claim. True if anything was changed. */
export function* mendJob(run: Run, job: Job): Steps<boolean> {
  const { id, network, round } = job;
  const facts = yield* call<JobFacts>(run, 'beginJob', () =>
    run.activities.beginJob({ id, network, round, job: job.job, now: now(run) }),
  );
  const { operation } = facts;
  if (operation === undefined) return false;
  // The repairs find host and network by the operation; leases belong to the instance.
  const own: Run = { ...run, operation, steps: [] };
  const failures: string[] = [];
  let changed = false;
  for (const work of together(facts.actions)) {
    const { indices, kind } = work;
    const action = { ...(yield* mended(own, job, facts, work)), operation };
    yield* call(run, 'noteActions', () => run.activities.noteActions({ id, network, indices, action }));
    if (action.verdict === 'done') changed = true;
    if (action.verdict === 'failed') failures.push(action.reason ?? kind);
  }
  yield* close(own, () =>
    run.activities.endJob({
      id,
      network,
      operation,
      steps: own.steps,
      now: now(run),
      ...(failures[0] === undefined ? {} : { failure: failures[0] }),
    }),
  );
  return changed;
}

/** One piece of work: the findings that it mends, by position in the report. */
interface Work {
  indices: number[];
  kind: FindingKind;
  /** Lease of the route table that is written, where that need not be the one at home. */
  lease?: string;
}

function together(actions: JobFacts['actions']): Work[] {
  const routes = actions.filter(({ kind }) => routing.includes(kind));
  const [first] = routes;
  const others = actions.filter(({ kind }) => !routing.includes(kind));
  return [
    ...(first ? [{ indices: routes.map(({ index }) => index), kind: first.kind }] : []),
    ...others.map(({ index, ...work }) => ({ indices: [index], ...work })),
  ];
}

const longestReason = 300;

function* mended(run: Run, job: Job, facts: JobFacts, work: Work): Steps<FindingAction> {
  try {
    const kept = yield* step(run, work.kind, () => mend(run, job, facts, work));
    return kept === undefined
      ? { verdict: 'done' }
      : { verdict: 'withheld', reason: kept.slice(0, longestReason) };
  } catch (error) {
    return { verdict: 'failed', reason: failureOf(error).message.slice(0, longestReason) };
  }
}

/** Does what the finding asks for; says why it was left if it was. */
function* mend(
  run: Run,
  job: Job,
  facts: JobFacts,
  { indices: [index = 0], kind, lease }: Work,
): Steps<string | undefined> {
  const { leases } = job;
  const table = lease ?? leases.routeTable;
  switch (kind) {
    case 'deadLease':
      for (const { key, holder } of job.deadLeases) yield* giveBack(run, key, holder);
      return undefined;
    case 'recordsLost':
      return yield* rebuilt(run, job, facts, kind);
    case 'missingRoute':
    case 'wrongHopRoute':
    case 'lostAssociation':
      yield* addRoute(run, leases);
      return undefined;
    case 'forwardingOff':
      return yield* ensured(run, kind, 'nic2Forwarding');
    case 'forwardingOn':
      return yield* ensured(run, kind, 'nic1Forwarding');
    case 'publicAddressLost':
      yield* ensured(run, kind, 'publicIp');
      return yield* ensured(run, kind, 'nic1PublicAddress');
    case 'guestDrift':
      return yield* guestMended(run, job, facts);
    case 'ghostedSubnetGone':
      return yield* withLease(run, leases.virtualNetwork, () => ensured(run, kind, 'ghostedSubnet'));
    case 'ledgerWithoutResource':
      return yield* released(run, job, facts, kind);
    case 'orphanedGhostedSubnet':
      return yield* withLease(run, leases.virtualNetwork, () => removed(run, job, index, kind));
    case 'orphanedRoute':
      return yield* withLease(run, table, () => removed(run, job, index, kind));
    case 'unneededRouteTable':
      return yield* withLease(run, table, () => tableRemoved(run, job, index));
    case 'leftoverVirtualMachine':
    case 'leftoverNetworkInterface':
    case 'leftoverPublicAddress':
    case 'leftoverDisk':
      return yield* removed(run, job, index, kind);
    default:
      throw new Error(`Nothing mends ${kind}.`);
  }
}

function* ensured(run: Run, name: string, resource: HostResource): Steps<undefined> {
  const { change } = yield* converge(run, { name: resource, pace: 'quick' }, (resume) =>
    run.activities.ensureResource({ operation: run.operation, resource, resume }),
  );
  note(run, name, change);
  return undefined;
}

function* removed(run: Run, job: Job, index: number, kind: FindingKind): Steps<string | undefined> {
  const { id, network } = job;
  const pace = kind === 'leftoverVirtualMachine' ? 'deleteVirtualMachine' : 'quick';
  const { change, facts } = yield* converge<RemovalFacts>(run, { name: `${kind} ${index}`, pace }, (resume) =>
    run.activities.removeLeftover({
      id,
      network,
      operation: run.operation,
      index,
      resume,
      now: now(run),
    }),
  );
  note(run, kind, change);
  return facts?.kept;
}

/** What phase verify found a moment ago needs no interruption. What by now does is left, and said. */
function* guestMended(run: Run, { id, network }: Job, { host }: JobFacts): Steps<string | undefined> {
  if (host === undefined) throw new Error('A guest belongs to a host.');
  const { kept } = yield* configureGently(run);
  if (kept !== undefined) return kept;
  const { os, bootTime } = yield* guestPhase(run, 'verify');
  note(run, 'guestDrift', 'updated');
  yield* call(run, 'noteGuest', () =>
    run.activities.noteGuest({
      id,
      network,
      host,
      ok: true,
      failedChecks: [],
      now: now(run),
      seen: { os, bootTime },
    }),
  );
  return undefined;
}

/** Ten subnets each; the rest is for the next run. */
const mostLooks = 10;

/** Our table lets go of its subnets first; each goes back to Azure as it was read. */
function* tableRemoved(run: Run, job: Job, index: number): Steps<string | undefined> {
  const { id, network } = job;
  for (let more = true, looks = 0; more && looks < mostLooks; looks += 1) {
    const { facts } = yield* converge<AssociationFacts>(
      run,
      { name: 'listAssociations', pace: 'quick' },
      () => run.activities.listAssociations({ id, network, index }),
    );
    if (facts) yield* associate(run, facts.subnets, facts.tableId, false);
    more = facts?.more === true;
  }
  return yield* removed(run, job, index, 'unneededRouteTable');
}

/** Promise and record of a host that are lost come back before anything else is done about it. */
function* rebuilt(run: Run, job: Job, { host }: JobFacts, name: string): Steps<string | undefined> {
  const { id, network } = job;
  if (host === undefined) throw new Error('A record belongs to a host.');
  const { change, facts } = yield* converge<RemovalFacts>(run, { name, pace: 'quick' }, () =>
    run.activities.rebuildRecords({ id, network, operation: run.operation, host, now: now(run) }),
  );
  note(run, name, change);
  return facts?.kept;
}

function* released(run: Run, job: Job, { host }: JobFacts, name: string): Steps<string | undefined> {
  const { id, network } = job;
  if (host === undefined) throw new Error('A promise belongs to a host.');
  const { change, facts } = yield* converge<RemovalFacts>(run, { name, pace: 'quick' }, () =>
    run.activities.releaseHost({ id, network, operation: run.operation, host }),
  );
  note(run, name, change);
  return facts?.kept;
}
