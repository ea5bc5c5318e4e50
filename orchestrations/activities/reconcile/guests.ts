import { loadNetwork, type Dependencies } from '../context';
import { withRanges } from '../ranges';
import { loadReport, type ReconcileRun } from './facts';

export interface NoteGuestInput extends ReconcileRun {
  host: string;
  ok: boolean;
  message?: string;
  failedChecks: string[];
  /** Time of the orchestration, epoch milliseconds. */
  now: number;
  /** What the host said of itself; present if it is as planned. */
  seen?: { os: string; bootTime: string };
}

/** Keeps what the verify phase found on one host: for the diagnosis, and with the host for the next look. */
export async function noteGuest(deps: Dependencies, input: NoteGuestInput): Promise<void> {
  const { id, network, host, now, seen, ...found } = input;
  const { records } = deps;
  const report = await loadReport(deps, id);
  await records.reports.put({ ...report, guests: { ...report.guests, [host]: found } });
  const row = await records.hosts.get(network, host);
  if (!row) return;
  const at = new Date(now).toISOString();
  const { guest } = row.record;
  const next = seen ? { ...seen, verifiedAt: at } : guest && { ...guest, failedAt: at };
  if (!next) return;
  const { definition } = (await loadNetwork(deps, network)).record;
  const record = seen ? await withRanges(deps, definition, row.record) : row.record;
  await records.hosts.replace({ ...record, guest: next }, row.etag);
}
