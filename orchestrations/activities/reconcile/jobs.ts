import { base32Id } from '../../../shared/api/operationId';
import { RecordConflict } from '../../../shared/records/store';
import type { Finding, FindingAction, FindingKind } from '../../../shared/records/reconciliation';
import type { OperationRecord, StepRecord } from '../../../shared/records/types';
import { loadNetwork, type Dependencies } from '../context';
import { leaseKey } from '../leases';
import { loadPromised, loadReport, type ReconcileRun } from './facts';
import { giveHostBack, takeHost } from './hosts';
import { isPlanned } from './observe';

export type JobInput = ReconcileRun & { round: number; now: number } & ({ job: number } | { verify: number });

export interface JobFacts {
  /** Absent: somebody else has the host. */
  operation?: string;
  host?: string;
  /**
   * Position in the report and kind of each finding that is to be mended. `lease`: key of the write lease of the route
   * table that it is about, where it is about one to delete from.
   */
  actions: { index: number; kind: FindingKind; lease?: string }[];
}

/** A result has 4 KB; what is left over is found again by the next look of the same run. */
const mostActions = 30;

/**
 * Takes the claim of the host that a job is about and writes the operation that carries it out, under which the report's
 * changes can be followed and its warrants are kept. A host that somebody else has is left for the next run.
 */
export async function beginJob(deps: Dependencies, input: JobInput): Promise<JobFacts> {
  const { id, network: name, round, now } = input;
  const at = new Date(now).toISOString();
  const report = await loadReport(deps, id);
  const chosen = report.findings
    .map((finding, index) => ({ finding, index }))
    .filter(({ finding }) => 'job' in input && isPlanned(finding) && finding.job === input.job)
    .slice(0, mostActions);
  const host = 'job' in input ? chosen[0]?.finding.host : report.verify?.[input.verify];
  const operation = base32Id([
    'reconcile',
    id,
    round,
    'job' in input ? 'mend' : 'verify',
    host ?? chosen[0]?.finding.what ?? '',
  ]);
  if (host !== undefined) {
    const { record: network } = await loadNetwork(deps, name);
    const { own } = await loadPromised(deps, network);
    const holder = await takeHost(deps, network, host, operation, own, at);
    if (holder !== undefined) {
      await noteActions(deps, {
        id,
        network: name,
        indices: chosen.map(({ index }) => index),
        action: { verdict: 'withheld', reason: `Operation ${holder} has the host.` },
      });
      return { host, actions: [] };
    }
  }
  await insertOnce(deps, {
    id: operation,
    kind: 'reconcile',
    network: name,
    ...(host === undefined ? {} : { host }),
    status: 'running',
    caller: 'reconciliation',
    fingerprint: '',
    request: { kind: 'reconcile', reconciliation: id },
    createdAt: at,
    startedAt: at,
  });
  return {
    operation,
    ...(host === undefined ? {} : { host }),
    actions: chosen.map(({ finding, index }) => ({ index, kind: finding.kind, ...leaseOf(finding) })),
  };
}

const leaseOf = ({ kind, what }: Finding): { lease?: string } =>
  kind === 'orphanedRoute' || kind === 'unneededRouteTable'
    ? { lease: leaseKey(what.replace(/\/routes\/[^/]+$/i, '')) }
    : {};

/** An operation that is there already is left as it is. */
export async function insertOnce({ records }: Dependencies, operation: OperationRecord): Promise<void> {
  try {
    await records.operations.insert(operation);
  } catch (error) {
    if (!(error instanceof RecordConflict)) throw error;
  }
}

export interface NoteInput extends ReconcileRun {
  indices: number[];
  action: FindingAction;
}

/** Writes what became of findings into the report. Only the run itself writes its report. */
export async function noteActions(deps: Dependencies, { id, indices, action }: NoteInput): Promise<void> {
  const report = await loadReport(deps, id);
  const findings = report.findings.map((finding, index) =>
    indices.includes(index) ? { ...finding, action } : finding,
  );
  await deps.records.reports.put({ ...report, findings });
}

export interface EndJobInput extends ReconcileRun {
  operation: string;
  steps: StepRecord[];
  /** What could not be mended, if anything. */
  failure?: string;
  now: number;
}

/** Gives the host back and finishes the operation, in this order: a finished operation holds nothing. */
export async function endJob(deps: Dependencies, input: EndJobInput): Promise<void> {
  const { records } = deps;
  const finishedAt = new Date(input.now).toISOString();
  const row = await records.operations.get(input.operation);
  if (!row || row.record.finishedAt !== undefined) return;
  const { host, network } = row.record;
  if (host !== undefined) await giveHostBack(deps, network, host, input.operation, finishedAt);
  await records.operations.replace(
    {
      ...row.record,
      status: input.failure === undefined ? 'succeeded' : 'failed',
      finishedAt,
      steps: input.steps,
      ...(input.failure === undefined
        ? {}
        : { failure: { class: 'fatal', code: 'NotMended', message: input.failure } }),
    },
    row.etag,
  );
}
