import { Problem, type Dependent } from '../api/problems';
import { definitionChanges } from '../network/changes';
import { sharesTable } from '../network/ids';
import type { Records } from '../records/store';
import type { NetworkRecord, OperationRecord, OperationRequest } from '../records/types';
import { decideConverge, decideDefinition } from './decide';
import { dependentsOf, inWords } from './dependents';
import type { Progress } from './teardown';

/** An operation that defines a network. */
type Define = OperationRecord & { request: Extract<OperationRequest, { kind: 'defineNetwork' }> };

/** Takes the network's row for a new definition. */
export async function claimDefinition(records: Records, operation: Define, now: string): Promise<Progress> {
  const { network: name, id, request } = operation;
  const { definition } = request;
  const row = await records.networks.get(name);
  const decision = decideDefinition(row?.record, id, request);
  if (decision.kind !== 'claim' && decision.kind !== 'mine') return decision;
  const tables = row?.record.tables;
  const defining: NetworkRecord = {
    ...{ name, definition, state: 'defining', operation: id, updatedAt: now },
    // What was made for the definition that goes is still there.
    ...(tables ? { tables } : {}),
  };
  if (!row) {
    await records.networks.insert(defining);
    return 'held';
  }
  if (decision.kind === 'claim') {
    const { forgetting: _, ...record } = row.record;
    await records.networks.replace(
      { ...record, pending: { definition, operation: id }, updatedAt: now },
      row.etag,
    );
    return 'again';
  }
  if (row.record.pending) {
    // Where hosts or promises are, the present definition stands until the new one is in place.
    const dependents = await refuseIfHostsDepend(records, row.record, operation);
    if (dependents === 0) await records.networks.replace(defining, row.etag);
  }
  return 'held';
}

/** Takes the network's row for a roll-out of its definition. */
export async function claimRollOut(
  records: Records,
  operation: OperationRecord,
  now: string,
): Promise<Progress> {
  const row = await records.networks.get(operation.network);
  const decision = decideConverge(row?.record, operation.id);
  if (decision.kind === 'mine') return 'held';
  if (decision.kind !== 'claim' || !row) return decision;
  const claimed = { ...row.record, converging: operation.id, updatedAt: now };
  await records.networks.replace(claimed, row.etag);
  return 'held';
}

/**
 * How many hosts and promises there are; throws the Problem if one of them would be touched by what is new in the
 * definition, with those of other networks that share the table.
 */
export async function refuseIfHostsDepend(
  records: Records,
  network: NetworkRecord,
  operation: Define,
): Promise<number> {
  const own = await dependentsOf(records, network);
  const touching = definitionChanges(network.definition, operation.request.definition).filter(
    ({ effect }) => effect === 'changesHosts',
  );
  const routing = touching.filter(({ pointer }) => pointer.startsWith('/routedSubnets'));
  const more = routing.length > 0 ? await hostsOnTable(records, network) : [];
  const dependents = [...(touching.length > 0 ? own : []), ...more];
  if (dependents.length === 0) return own.length;
  const words = inWords(dependents, ({ network: at, host, promised }) => {
    const name = at === network.name ? host : `${at}/${host}`;
    return promised === undefined ? name : `${name} (gone, but ${promised} is still promised to it)`;
  });
  throw new Problem(
    'network-in-use',
    `Hosts depend on the definition of network ${network.name}: ${words}. It can be added to, not changed.`,
    {
      errors: (own.length > 0 ? touching : routing).map(({ pointer, reason }) => ({
        pointer,
        detail: reason,
      })),
      dependents,
    },
  );
}

/** Those of other networks with the same route table: it stays on every subnet until the last of them goes. */
async function hostsOnTable(records: Records, network: NetworkRecord): Promise<Dependent[]> {
  const networks = await records.networks.list();
  const others = networks.filter(
    ({ name, definition }) => name !== network.name && sharesTable(definition, network.definition),
  );
  return (await Promise.all(others.map((other) => dependentsOf(records, other)))).flat();
}

/** Definition of a network that hosts can be added to; throws the Problem otherwise. */
export async function readyDefinition(records: Records, network: string) {
  const row = (await records.networks.get(network))?.record;
  if (!row) throw new Problem('unknown-network', `There is no network ${network}.`);
  const holder = row.pending?.operation ?? row.operation;
  if (row.state === 'ready' && !row.pending && !row.forgetting) return row.definition;
  const state = row.forgetting
    ? 'it is being forgotten'
    : row.state === 'failed'
      ? 'its definition failed'
      : 'it is being defined';
  throw new Problem('network-not-ready', `The network ${network} takes no hosts yet: ${state}.`, {
    operation: holder,
  });
}
