import { outcomeOf } from '../../../shared/azure/ensure';
import type { Outcome } from '../../../shared/azure/outcome';
import { decide, defaultPolicy, keyOf, sight } from '../../../shared/reconcile/decide';
import { diagnose } from '../../../shared/reconcile/diagnose';
import { listable } from '../../../shared/reconcile/limits';
import type { FindingRecord } from '../../../shared/records/reconciliation';
import type { Observed } from '../../../shared/reconcile/facts';
import { observeOccupied } from '../../../shared/azure/occupied';
import { virtualNetworkId } from '../../../shared/network/ids';
import type { Fresh } from '../../../shared/reconcile/judge';
import type { Occupied } from '../../../shared/records/occupied';
import type { LedgerEntry } from '../../../shared/records/types';
import { loadNetwork, type Dependencies } from '../context';
import { leaseKey } from '../leases';
import { loadReport, readFresh, type ReconcileRun } from './facts';
import { updateState } from '../../../shared/reconcile/state';
import { rememberSeen } from '../ownTables';

export interface ObserveInput extends ReconcileRun {
  /** Looks of this run so far: what one look deletes can unblock what the next one finds. */
  round: number;
  deadLeases: { key: string; holder: string }[];
  now: number;
}

export interface ObserveFacts {
  /** Groups of findings that are mended in this round. */
  jobs: number;
  /** Keys of the write leases of every VNet and route table that routes lead through. */
  leases: string[];
}

/** A result has 4 KB. */
const mostLeases = 40;

function leasesOf({ virtualNetwork, neighbours, tables }: Observed): string[] {
  const written = [...(virtualNetwork ? [virtualNetwork] : []), ...neighbours, ...tables];
  return written.map(({ id }) => leaseKey(id)).slice(0, mostLeases);
}

/** Observes one network, decides what this run does about each finding, and writes that down before anything is done. */
export async function observeNetwork(
  deps: Dependencies,
  input: ObserveInput,
): Promise<Outcome<ObserveFacts>> {
  return outcomeOf(async () => {
    const { id, network, round, deadLeases, now } = input;
    const report = await loadReport(deps, id);
    const before = await keptOf(deps, network);
    const fresh = await readFresh(deps, network, { guests: report.guests ?? {}, deadLeases });
    await noteOccupied(deps, fresh, before);
    const { findings, stopped } = diagnose(fresh.observed, fresh.promised);
    await rememberSeen(deps, fresh);
    const state = await updateState(deps.records, network, (before) => ({
      ...before,
      sightings: sight(before.sightings, findings, now, before.countedBy === id),
      countedBy: id,
    }));
    const settled = round === 0 ? [] : report.findings.filter(isSettled);
    const tried = new Set(settled.map(keyOf));
    const policy = { ...defaultPolicy, ...deps.reconcile, ...state.policy, dryRun: report.dryRun };
    const open = decide(
      findings.filter((finding) => !tried.has(keyOf(finding))),
      state.sightings,
      policy,
      now,
      settled,
    );
    const { listed, truncated } = listable([...settled, ...open]);
    await deps.records.reports.put({
      ...report,
      findings: listed,
      stopped,
      ...(truncated > 0 ? { truncated } : {}),
    });
    const jobs = new Set(listed.flatMap((one) => (isPlanned(one) ? [one.job] : [])));
    return {
      status: 'done',
      change: 'unchanged',
      facts: { jobs: jobs.size, leases: leasesOf(fresh.observed) },
    };
  });
}

/** What the ledger holds before Azure is looked at. */
interface Kept {
  promises: LedgerEntry[];
  occupied: Occupied;
}

async function keptOf(deps: Dependencies, name: string): Promise<Kept> {
  const { ledger } = deps.records;
  const vnet = virtualNetworkId((await loadNetwork(deps, name)).record.definition);
  const [promises, occupied] = await Promise.all([ledger.entries(vnet), ledger.occupied(vnet, name)]);
  return { promises, occupied };
}

/** What others have in pools and subnets of the NICs is passed over by who comes next; what has gone is given again. */
async function noteOccupied(
  { clients, records }: Dependencies,
  { observed, promised }: Fresh,
  { promises: before, occupied }: Kept,
): Promise<void> {
  const { name, definition } = promised.network;
  const vnet = virtualNetworkId(definition);
  const subnets = observed.subnets.filter(({ id }) => id.toLowerCase().startsWith(`${vnet.toLowerCase()}/`));
  const after = () => Promise.resolve(promised.ledger);
  const seen = await observeOccupied(clients, definition, subnets, { before, after });
  // A plan may have seen more while this run looked at all the rest.
  await records.ledger.noteOccupied(vnet, name, seen, occupied);
}

/** Done or failed in an earlier round: not tried again in the same run. */
const isSettled = ({ action }: FindingRecord) => action.verdict === 'done' || action.verdict === 'failed';

export const isPlanned = ({ action }: FindingRecord) => action.verdict === 'planned';
