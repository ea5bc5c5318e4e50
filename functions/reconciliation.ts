import type { DurableClient } from 'durable-functions';
import { settings } from '../shared/config';
import { records } from './app';
import { startReconciliation } from './durable';

export interface StartedReconciliation {
  id: string;
  network: string;
  dryRun: boolean;
}

/**
 * Starts one reconciliation per network. The id holds the instant, so that the same scheduled run is started once
 * however often its trigger fires.
 */
export async function reconcile(
  client: DurableClient,
  networks: string[],
  instant: Date,
  dryRun = settings().reconcileDryRun,
): Promise<StartedReconciliation[]> {
  const started = networks.map((network) => ({
    id: `reconcile-${network}-${compact(instant)}`,
    network,
    dryRun,
  }));
  for (const input of started) await startReconciliation(client, input);
  return started;
}

/** Names of all networks: an orphan may be left by one whose definition failed, too. */
export async function reconcilableNetworks(): Promise<string[]> {
  return (await records().networks.list()).map(({ name }) => name).sort();
}

const compact = (instant: Date) => instant.toISOString().replace(/[-:.]/g, '');
