import { Problem } from '../api/problems';
import { definitionChanges, type Difference } from '../network/changes';
import { sharesTable } from '../network/ids';
import type { Records } from '../records/store';
import type { NetworkRecord, OperationRecord, OperationRequest } from '../records/types';
import { decideConverge, decideDefinition } from './decide';
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
    // Where hosts are, the present definition stands until the new one is in place.
    const hosts = await refuseIfHostsDepend(records, row.record, operation);
    if (hosts === 0) await records.networks.replace(defining, row.etag);
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

/** How many hosts there are; throws the Problem if one of them would be touched by what is new in the definition. */
export async function refuseIfHostsDepend(
  records: Records,
  network: NetworkRecord,
  operation: Define,
): Promise<number> {
  const hosts = (await records.hosts.list(network.name)).map((host) => host.name).sort();
  const touching = definitionChanges(network.definition, operation.request.definition).filter(
    ({ effect }) => effect === 'changesHosts',
  );
  const routing = touching.filter(({ pointer }) => pointer.startsWith('/routedSubnets'));
  const more = routing.length > 0 ? await hostsOnTable(records, network) : [];
  refuse(hosts, touching);
  refuse(more, routing);
  return hosts.length;

  function refuse(dependent: string[], errors: Difference[]): void {
    if (dependent.length === 0 || errors.length === 0) return;
    const rest = dependent.length > 20 ? ` and ${dependent.length - 20} more` : '';
    throw new Problem(
      'network-in-use',
      `Hosts depend on the definition of network ${network.name}: ${dependent.slice(0, 20).join(', ')}${rest}. It can be added to, not changed.`,
      { errors: errors.map(({ pointer, reason }) => ({ pointer, detail: reason })) },
    );
  }
}

/** Hosts of other networks with the same route table: it stays on every subnet until the last of them goes. */
async function hostsOnTable(records: Records, network: NetworkRecord): Promise<string[]> {
  const networks = await records.networks.list();
  const others = networks.filter(
    ({ name, definition }) => name !== network.name && sharesTable(definition, network.definition),
  );
  const hosts = await Promise.all(others.map(({ name }) => records.hosts.list(name)));
  return hosts.flat().map((host) => `${host.network}/${host.name}`);
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
