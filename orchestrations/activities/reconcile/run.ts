import { isPlanned } from './observe';
import { defaultPolicy } from '../../../shared/reconcile/decide';
import { afterRun, defaultLookHours, hostsToAsk } from '../../../shared/reconcile/looks';
import { updateState } from '../../../shared/reconcile/state';
import type { ReconcileState, ReportRecord } from '../../../shared/records/reconciliation';
import type { Records } from '../../../shared/records/store';
import type { ReconcileInput } from '../../../shared/records/types';
import { findingLevels, poolLevels } from '../../../shared/telemetry/levels';
import { areMetricsTaken, measure } from '../../../shared/telemetry/metrics';
import { leaseKey } from '../leases';
import { loadNetwork, type Dependencies } from '../context';
import { armId } from '../../../shared/azure/ids';
import { virtualNetworkId } from '../../../shared/network/ids';
import { isOwn, type ReconcileRun } from './facts';
import { giveHostBack } from './hosts';

export type BeginReconcileInput = ReconcileInput & {
  now: number;
  /** Run whose claim is void, because its instance has ended. */
  evict?: string;
};

export interface ReconcileFacts {
  leases: { virtualNetwork: string; routeTable: string };
  /** How many hosts are to be asked by the verify phase. */
  verify: number;
}

/**
 * Takes the claim of the network for one run, ends what a run before left open, and begins the report. Somebody else's
 * claim is told: it stands while its instance runs and has not finished its report.
 */
export async function beginReconcile(
  deps: Dependencies,
  input: BeginReconcileInput,
): Promise<{ holder: string } | ReconcileFacts> {
  const { records } = deps;
  const { id, network: name, now } = input;
  const startedAt = new Date(now).toISOString();
  const { record: network } = await loadNetwork(deps, name);
  const over = await finishedHolder(records, name, id);
  const state = await updateState(records, name, (before) => {
    if (before.claim !== undefined && before.claim === over?.id)
      return { ...released(before, over), claim: id };
    return before.claim === undefined || before.claim === id || before.claim === input.evict
      ? { ...before, claim: id }
      : before;
  });
  const dryRun = input.dryRun ?? state.policy?.dryRun ?? deps.reconcile?.dryRun ?? defaultPolicy.dryRun;
  if (state.claim !== undefined && state.claim !== id) return { holder: state.claim };
  await endAbandoned(deps, name, id, startedAt);
  const all = input.verifyGuests === true;
  // A run command is a write: a dry run makes none that was not asked for.
  const hosts = all || !dryRun ? await records.hosts.list(name) : [];
  const hours = deps.lookHours ?? defaultLookHours;
  const verify = hostsToAsk(hosts, state, { all, hours, now });
  const begun = await records.reports.get(id);
  const { caller } = input;
  if (!begun)
    await records.reports.put({ id, network: name, caller, dryRun, startedAt, findings: [], verify });
  const { definition } = network;
  return {
    leases: {
      virtualNetwork: leaseKey(virtualNetworkId(definition)),
      routeTable: leaseKey(armId(definition, 'Microsoft.Network', 'routeTables', definition.routeTable)),
    },
    verify: begun?.verify?.length ?? verify.length,
  };
}

/** Report of the run that has the claim, if all that is left for that run is to give it back. */
async function finishedHolder(
  records: Records,
  network: string,
  id: string,
): Promise<ReportRecord | undefined> {
  const claim = (await records.reconciliations.get(network))?.record.claim;
  const report = claim === undefined || claim === id ? undefined : await records.reports.get(claim);
  return report?.finishedAt === undefined ? undefined : report;
}

function released(before: ReconcileState, report: ReportRecord): ReconcileState {
  const { claim: _, ...kept } = before;
  return { ...kept, ...afterRun(before, report) };
}

/** Operations of a run that was ended from outside: their hosts are free again. */
async function endAbandoned(
  deps: Dependencies,
  network: string,
  id: string,
  finishedAt: string,
): Promise<void> {
  const { records } = deps;
  const running = await records.operations.list({ status: 'running', network });
  for (const operation of running.filter((one) => isOwn(one, network))) {
    if (operation.request.kind === 'reconcile' && operation.request.reconciliation === id) continue;
    if (operation.host !== undefined)
      await giveHostBack(deps, network, operation.host, operation.id, finishedAt);
    const row = await records.operations.get(operation.id);
    if (!row) continue;
    const failure = { class: 'fatal', code: 'Interrupted', message: 'The reconciliation ended before it.' };
    await records.operations.replace({ ...row.record, status: 'failed', finishedAt, failure }, row.etag);
  }
}

export interface EndReconcileInput extends ReconcileRun {
  now: number;
  /** As the run was asked for; absent: by an orchestration that began before this was told. */
  caller?: string;
  failure?: string;
}

/**
 * Finishes the report, then gives the claim back: whoever can begin the next run finds the last one told. Whoever sees it
 * finished can begin the next run at once.
 */
export async function endReconcile(deps: Dependencies, input: EndReconcileInput): Promise<void> {
  const { records } = deps;
  const { id, network, caller, now, failure } = input;
  const at = new Date(now).toISOString();
  const begun = await records.reports.get(id);
  const report = begun ?? {
    ...{ id, network, dryRun: true, startedAt: at, findings: [] },
    ...(caller === undefined ? {} : { caller }),
  };
  const told: ReportRecord = {
    ...report,
    finishedAt: report.finishedAt ?? at,
    ...(failure === undefined ? {} : { failure }),
    findings: report.findings.map((finding) =>
      isPlanned(finding)
        ? { ...finding, action: { verdict: 'failed', reason: 'The run ended before it.' } }
        : finding,
    ),
  };
  await records.reports.put(told);
  await updateState(records, network, (before) => (before.claim === id ? released(before, report) : before));
  await measureNetwork(records, told);
}

/** What the run saw, as levels that an alert can be set on. */
async function measureNetwork(records: Records, report: ReportRecord): Promise<void> {
  if (!areMetricsTaken()) return;
  for (const { name, value, attributes } of findingLevels(report)) measure(name, value, attributes);
  try {
    const network = await records.networks.get(report.network);
    if (!network) return;
    const vnet = virtualNetworkId(network.record.definition);
    const [ledger, occupied] = await Promise.all([
      records.ledger.entries(vnet),
      records.ledger.occupied(vnet, report.network),
    ]);
    for (const { name, value, attributes } of poolLevels(network.record, ledger, occupied))
      measure(name, value, attributes);
  } catch {
    // Telemetry must not fail what it tells of; the next run measures again.
  }
}
