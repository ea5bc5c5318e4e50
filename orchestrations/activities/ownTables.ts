import { withoutTables, withTables } from '../../shared/network/tables';
import type { Fresh } from '../../shared/reconcile/judge';
import { scopeOf } from '../../shared/reconcile/scope';
import { rememberable } from '../../shared/reconcile/tables';
import { RecordConflict } from '../../shared/records/store';
import type { OwnTable } from '../../shared/records/types';
import type { Dependencies } from './context';

const attempts = 20;

/** Changes what a network remembers of its tables, under its ETag; `change` gives undefined if all is said already. */
export async function changeTables(
  { records }: Dependencies,
  network: string,
  change: (known: OwnTable[] | undefined) => OwnTable[] | undefined,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const row = await records.networks.get(network);
    const tables = row && change(row.record.tables);
    if (!row || !tables) return;
    try {
      await records.networks.replace({ ...row.record, tables }, row.etag);
      return;
    } catch (error) {
      if (!(error instanceof RecordConflict) || attempt === attempts) throw error;
    }
  }
}

/**
 * Tables of ours are remembered with the routed subnets that they are on. One that is gone is forgotten, but not while
 * somebody may be about to make it.
 */
export async function rememberSeen(deps: Dependencies, { observed, promised }: Fresh): Promise<void> {
  const { network, hosts, inFlight } = promised;
  const { seen, gone } = rememberable(scopeOf(observed, promised));
  await changeTables(deps, network.name, (known) => withTables(known, seen));
  if (hosts.length === 0 && inFlight.length === 0)
    await changeTables(deps, network.name, (known) => withoutTables(known, gone));
}
