import type { Dependent } from '../api/problems';
import { virtualNetworkId } from '../network/ids';
import type { Records } from '../records/store';
import type { NetworkRecord } from '../records/types';

type Named = Pick<NetworkRecord, 'name' | 'definition'>;

/** Hosts of a network, and promises whose host is gone but whose prefix may still be in use; by name. */
export async function dependentsOf(records: Records, { name, definition }: Named): Promise<Dependent[]> {
  const [hosts, entries] = await Promise.all([
    records.hosts.list(name),
    records.ledger.entries(virtualNetworkId(definition)),
  ]);
  const named = new Set(hosts.map((host) => host.name));
  const promises = entries.filter(({ network, host }) => network === name && !named.has(host));
  return [
    ...hosts.map((host) => ({ network: name, host: host.name })),
    ...promises.map(({ host, ghostedPrefix }) => ({ network: name, host, promised: ghostedPrefix })),
  ].sort((a, b) => a.host.localeCompare(b.host, 'en'));
}

const mostInText = 20;

/** Dependents as a text for people, which has no room for all of them. */
export function inWords(dependents: readonly Dependent[], wordsOf: (one: Dependent) => string): string {
  const rest = dependents.length > mostInText ? ` and ${dependents.length - mostInText} more` : '';
  return `${dependents.slice(0, mostInText).map(wordsOf).join(', ')}${rest}`;
}
