import type { OperationRecord } from '../../shared/records/types';
import { isRowOver } from '../../shared/records/batches';
import type { Records } from '../../shared/records/store';
import type { System } from '../../local/launch/system';
import { until } from '../../local/launch/until';
import { unfinished } from '../faults/durable';
import type { Estate } from './estate';

const hours = 3_600_000;

/** Real milliseconds in which whatever goes on has to come to an end. */
const endLimit = 90_000;

export interface Finding {
  kind: string;
  what: string;
  host?: string;
  remedy: string;
  action: { verdict: string; reason?: string };
}

interface Report {
  status: string;
  failure?: string;
  findings: Finding[];
}

/** Waits until every operation has ended, with those that a crash kept from beginning. */
export async function allEnded({ system }: Estate, records: Records): Promise<void> {
  const open = async (): Promise<OperationRecord[]> =>
    (await records.operations.list()).filter(({ finishedAt }) => finishedAt === undefined);
  const left = async (): Promise<string[]> => [
    ...(await unfinished(system)),
    ...(await open()).map(({ id, kind, status }) => `${kind} ${id} ${status}`),
  ];
  try {
    await until(
      async () => {
        if ((await unfinished(system)).length > 0) return undefined;
        const admitted = (await open()).filter(({ status }) => status === 'admitted');
        if (admitted.length === 0) return true;
        await system.app.runFunction('admitTimer');
        return undefined;
      },
      { what: 'the end', limit: endLimit, every: 150 },
    );
  } catch {
    throw new Error(`Not ended: ${(await left()).join('; ')}`);
  }
}

/**
 * Calls off batches that wait for somebody, those that a crash kept from being answered too, and waits until every row of all is
 * over. Returns rows that say something is wrong.
 */
export async function batchesEnded({ system }: Estate, { batches }: Records): Promise<string[]> {
  await until(
    async () => {
      // What was not taken in whole is begun by nobody.
      const left = (await batches.list({ open: true })).filter(({ state }) => state === 'running');
      for (const { id } of left) {
        const { state } = await system.app.get<{ state: string }>(`/batches/${id}`);
        if (state === 'paused') await system.app.send('DELETE', `/batches/${id}`);
      }
      return left.length === 0 || undefined;
    },
    { what: 'the end of all batches', limit: endLimit, every: 150 },
  );
  const whole = (await batches.list()).filter(({ state }) => state === 'finished');
  const rows = (await Promise.all(whole.map(({ id }) => batches.rows(id)))).flat();
  return rows
    .filter(({ record }) => !isRowOver(record) || record.status === 'poisoned')
    .map(({ record }) => `row ${record.row} of ${record.batch} is ${record.status}`);
}

const mostRuns = 8;

/** Reconciles until nothing is left to be mended; returns what is only reported, or what never came to rest. */
export async function reconciled(
  { system, networks }: { system: System; networks: string[] },
  graceHours = 1,
  limit = endLimit,
): Promise<Finding[]> {
  let last: Finding[] = [];
  for (let run = 0; run < mostRuns; run += 1) {
    last = [];
    for (const network of networks) last.push(...(await reconcile(system, network, limit)).findings);
    const open = last.filter(({ remedy }) => remedy !== 'report');
    if (open.length === 0) return last;
    await system.passTime((graceHours + 1) * hours);
  }
  return last;
}

/** One run to its end, after that of the timer if there is one. */
async function reconcile(system: System, network: string, limit: number): Promise<Report> {
  for (;;) {
    const wish = { network, dryRun: false };
    const { status, body } = await system.app.send<{ href: string }>('POST', '/reconciliations', wish);
    if (status !== 202) throw new Error(`Reconciliation: ${status} ${JSON.stringify(body)}`);
    const path = body.href.replace('/api/v1', '');
    const report = await until(
      async () => {
        const found = await system.app.get<Report>(path);
        return found.status === 'running' ? undefined : found;
      },
      // Asked rarely: the app answers while it should work.
      { what: path, limit, every: 500 },
    );
    if (/is under way/.test(report.failure ?? '')) continue;
    if (report.status !== 'finished') throw new Error(`Reconciliation: ${report.failure}`);
    return report;
  }
}

/** Ends every host that is left, guests or not: it is torn down, or its release is finished. */
export async function allTornDown(estate: Estate, records: Records): Promise<void> {
  for (const network of estate.networks) {
    for (const { name, keepVirtualMachine: keep = false } of await records.hosts.list(network)) {
      const path = `/hosts/${network}/${name}?force=true&keepVirtualMachine=${keep}`;
      const { status, body } = await estate.system.app.send('DELETE', path);
      if (status !== 202) throw new Error(`DELETE ${path}: ${status} ${JSON.stringify(body)}`);
    }
  }
  await allEnded(estate, records);
}
