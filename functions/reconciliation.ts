import type { DurableClient } from 'durable-functions';
import { records } from './app';
import type { ReconcileInput } from '../shared/records/types';
import { startReconciliation } from './durable';

/** Starts one reconciliation per network; what the wish leaves open is as the network's policy says. */
export async function reconcile(
  client: DurableClient,
  networks: string[],
  idOf: (network: string) => string,
  wish: Pick<ReconcileInput, 'caller' | 'dryRun' | 'verifyGuests'>,
): Promise<ReconcileInput[]> {
  const started = networks.map((network) => ({ id: idOf(network), network, ...wish }));
  for (const input of started) await startReconciliation(client, input);
  return started;
}

/** Names of all networks: an orphan may be left by one whose definition failed, too. */
export async function reconcilableNetworks(): Promise<string[]> {
  return (await records().networks.list()).map(({ name }) => name).sort();
}
