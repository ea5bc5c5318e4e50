import { Problem } from '../api/problems';
import { virtualNetworkId } from '../network/ids';
import { commonNames } from '../network/sharing';
import type { Records } from '../records/store';
import type { NetworkDefinition, OperationRecord } from '../records/types';
import { dependentsOf } from './dependents';

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
    others.map(async (other) => {
      const dependents = await dependentsOf(records, other);
      return dependents.map(({ host }) => [host, detailOf(other.name, host, other.place)] as const);
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
    others.map(async ({ name, definition: theirs, place }) => {
      const [row, entry] = await Promise.all([
        records.hosts.get(name, host),
        records.ledger.find(virtualNetworkId(theirs), host),
      ]);
      if (row || entry?.network === name) {
        throw new Problem('host-name-taken', detailOf(name, host, place));
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
    return place === undefined ? [] : [{ name, definition: theirs, place }];
  });
}
