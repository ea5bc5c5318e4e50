import { Problem } from '../api/problems';
import { virtualNetworkId } from '../network/ids';
import { commonNames } from '../network/sharing';
import type { Records } from '../records/store';
import type { NetworkDefinition, OperationRecord } from '../records/types';

/**
 * Names on all networks whose names count here too, of hosts and of promises whose host is gone, and the sentence that says
 * whose each is.
 */
export async function namesElsewhere(
  records: Records,
  network: string,
  definition: NetworkDefinition,
): Promise<Map<string, string>> {
  const others = await neighbours(records, network, definition);
  const found = await Promise.all(
    others.map(async ({ name: other, vnet, place }) => {
      const [hosts, entries] = await Promise.all([records.hosts.list(other), records.ledger.entries(vnet)]);
      const promised = entries.filter((entry) => entry.network === other).map(({ host }) => host);
      const names = new Set([...hosts.map(({ name }) => name), ...promised]);
      return [...names].map((name) => [name, detailOf(other, name, place)] as const);
    }),
  );
  return new Map(found.flat());
}

/**
 * Throws the Problem if the operation's host has a namesake. Two that claim one name at once see each other, because each
 * looks once its own row can be seen: no more than one of them gets through, and it may be none.
 */
export async function refuseNamesake(
  records: Records,
  { network, host = '' }: OperationRecord,
  definition: NetworkDefinition,
): Promise<void> {
  const others = await neighbours(records, network, definition);
  await Promise.all(
    others.map(async ({ name: other, vnet, place }) => {
      const [row, entry] = await Promise.all([
        records.hosts.get(other, host),
        records.ledger.find(vnet, host),
      ]);
      if (row || entry?.network === other) {
        throw new Problem('host-name-taken', detailOf(other, host, place));
      }
    }),
  );
}

const detailOf = (network: string, host: string, place: string): string =>
  `The network ${network} has a host ${host} ${place}.`;

async function neighbours(records: Records, network: string, definition: NetworkDefinition) {
  const networks = await records.networks.list();
  return networks.flatMap(({ name, definition: theirs }) => {
    const place = name === network ? undefined : commonNames(theirs, definition);
    return place === undefined ? [] : [{ name, vnet: virtualNetworkId(theirs), place }];
  });
}
