import type { Dependencies } from '../context';
import { loadReport, type ReconcileRun } from './facts';

export interface NoteGuestInput extends ReconcileRun {
  host: string;
  ok: boolean;
  message?: string;
  failedChecks: string[];
}

/** Keeps what the verify phase found on one host for the diagnosis. */
export async function noteGuest(deps: Dependencies, input: NoteGuestInput): Promise<void> {
  const { id, network: _, host, ...found } = input;
  const report = await loadReport(deps, id);
  await deps.records.reports.put({ ...report, guests: { ...report.guests, [host]: found } });
}
