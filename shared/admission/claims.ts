import { Problem } from '../api/problems';
import { definitionChanges, type Difference } from '../network/changes';
import { sharesTable, virtualNetworkId } from '../network/ids';
import type { Records } from '../records/store';
import type {
  HostRecord,
  NetworkRecord,
  OperationRecord,
  OperationRequest,
  Versioned,
} from '../records/types';
import { asApproved, choosePromise } from './addresses';
import {
  decideAdoption,
  decideConverge,
  decideDefinition,
  decideProvision,
  decideWork,
  type Decision,
} from './decide';
import { specFingerprint } from './order';
import { claimTeardown, hostOf, judgeTeardown, type Progress } from './teardown';

export type { Progress } from './teardown';

/** The operation with its request narrowed to one kind. */
type Of<R extends OperationRequest> = OperationRecord & { request: R };
type Provision = Of<Extract<OperationRequest, { kind: 'provision' }>>;
type Adopt = Of<Extract<OperationRequest, { kind: 'adopt' }>>;
type Define = Of<Extract<OperationRequest, { kind: 'defineNetwork' }>>;

/** Does the next thing that is missing until the operation holds its row and, for a provision, its addresses. */
export async function claimNext(
  records: Records,
  operation: OperationRecord,
  now: string,
): Promise<Progress> {
  switch (operation.request.kind) {
    case 'provision':
      return provision(records, { ...operation, request: operation.request }, now);
    case 'adopt':
      return adopt(records, { ...operation, request: operation.request }, now);
    case 'teardown':
      return claimTeardown(records, operation, now);
    case 'repair':
    case 'inventory':
      return work(records, operation, now);
    case 'defineNetwork':
      return define(records, { ...operation, request: operation.request }, now);
    case 'converge':
      return converge(records, operation, now);
    case 'reconcile':
      // A reconciliation makes its own operations, under its own claims.
      return 'held';
  }
}

/** What would become of the operation now; writes nothing. Throws the Problem if addresses are not to be had. */
export async function look(records: Records, operation: OperationRecord): Promise<Decision> {
  const { request, network, id } = operation;
  if (request.kind === 'defineNetwork') {
    const row = (await records.networks.get(network))?.record;
    const decision = decideDefinition(row, id, request);
    if (decision.kind === 'claim' && row) await refuseIfHostsDepend(records, row, { ...operation, request });
    return decision;
  }
  if (request.kind === 'converge') {
    return decideConverge((await records.networks.get(network))?.record, id);
  }
  if (request.kind === 'reconcile') return { kind: 'mine' };
  const host = (await records.hosts.get(network, hostOf(operation)))?.record;
  if (request.kind === 'teardown') return judgeTeardown(records, operation, host);
  if (request.kind === 'repair' || request.kind === 'inventory') return decideWork(host, id);
  if (request.kind === 'adopt') {
    const decision = decideAdoption(host, id, request.virtualMachineId, request.dryRun);
    if (decision.kind === 'claim') await refuseIfNamed(records, operation);
    return decision;
  }
  const decision = decideProvision(host, id, request.spec);
  if (decision.kind === 'claim') {
    const definition = await readyDefinition(records, network);
    const vnet = virtualNetworkId(definition);
    const [entries, occupied] = await Promise.all([
      records.ledger.entries(vnet),
      records.ledger.occupied(vnet, network),
    ]);
    const held = entries.find((entry) => entry.host === hostOf(operation));
    if (held) refuseForeign(held.network, operation);
    asApproved(held ?? choosePromise(definition, entries, occupied, request), request.approved);
  }
  return decision;
}

async function provision(records: Records, operation: Provision, now: string): Promise<Progress> {
  const { network, id, request } = operation;
  const name = hostOf(operation);
  const row = await records.hosts.get(network, name);
  const decision = decideProvision(row?.record, id, request.spec);
  if (decision.kind === 'claim') {
    await claimHost(records, operation, row, now);
    return 'again';
  }
  if (decision.kind !== 'mine' || !row) return decision;
  if (row.record.addresses) return 'held';
  // The network is read after the claim is visible: a definition is changed only while no host is.
  const definition = await readyDefinition(records, network);
  const owner = { network, host: name, operation: id };
  const entry = await records.ledger.reserve(virtualNetworkId(definition), owner, (taken, occupied) => ({
    ...choosePromise(definition, taken, occupied, request),
    promisedAt: Math.max(Date.parse(now), ...taken.map(({ promisedAt }) => (promisedAt ?? 0) + 1)),
  }));
  refuseForeign(entry.network, operation);
  const { ghostedPrefix, natAddress, lanAddress } = asApproved(entry, request.approved);
  const addresses = { ghostedPrefix, natAddress, lanAddress };
  await records.hosts.replace({ ...row.record, addresses, updatedAt: now }, row.etag);
  return 'held';
}

/** An adoption holds the host's row; its addresses are known only when the VM has been looked at. */
async function adopt(records: Records, operation: Adopt, now: string): Promise<Progress> {
  const { network, id, request } = operation;
  const row = await records.hosts.get(network, hostOf(operation));
  const decision = decideAdoption(row?.record, id, request.virtualMachineId, request.dryRun);
  if (decision.kind === 'mine') return 'held';
  if (decision.kind !== 'claim') return decision;
  const { hosts } = await refuseIfNamed(records, operation);
  const { resourceGroup: _, ...spec } = hosts;
  await records.hosts.insert({
    network,
    name: hostOf(operation),
    state: 'adopting',
    spec,
    specFingerprint: specFingerprint(spec),
    claim: id,
    updatedAt: now,
  });
  return 'held';
}

/**
 * A promise to a host by that name, on whatever network of the VNet, keeps the name. One on this network of which the host's
 * record is lost may be the VM's own: that is compared when the VM has been looked at.
 */
async function refuseIfNamed(records: Records, operation: OperationRecord) {
  const { network } = operation;
  const definition = await readyDefinition(records, network);
  const held = await records.ledger.find(virtualNetworkId(definition), hostOf(operation));
  const recordLost = held?.network === network && held.state !== 'releasing';
  if (held && held.operation !== operation.id && !recordLost) {
    throw new Problem(
      'host-name-taken',
      `${held.ghostedPrefix} is promised to a host ${held.host} on network ${held.network}, in the same VNet.`,
    );
  }
  return definition;
}

async function claimHost(
  records: Records,
  operation: Provision,
  row: Versioned<HostRecord> | undefined,
  now: string,
): Promise<void> {
  const { network, id, request } = operation;
  const { addresses: _, ...before } = row?.record ?? {};
  const record: HostRecord = {
    ...before,
    network,
    name: hostOf(operation),
    state: 'provisioning',
    spec: request.spec,
    specFingerprint: specFingerprint(request.spec),
    claim: id,
    updatedAt: now,
  };
  await (row ? records.hosts.replace(record, row.etag) : records.hosts.insert(record));
}

/** The host stays what it is while it is worked on. */
async function work(records: Records, operation: OperationRecord, now: string): Promise<Progress> {
  const row = await records.hosts.get(operation.network, hostOf(operation));
  const decision = decideWork(row?.record, operation.id);
  if (decision.kind === 'mine') return 'held';
  if (decision.kind !== 'claim' || !row) return decision;
  await records.hosts.replace({ ...row.record, claim: operation.id, updatedAt: now }, row.etag);
  return 'held';
}

async function define(records: Records, operation: Define, now: string): Promise<Progress> {
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

async function converge(records: Records, operation: OperationRecord, now: string): Promise<Progress> {
  const row = await records.networks.get(operation.network);
  const decision = decideConverge(row?.record, operation.id);
  if (decision.kind === 'mine') return 'held';
  if (decision.kind !== 'claim' || !row) return decision;
  const claimed = { ...row.record, converging: operation.id, updatedAt: now };
  await records.networks.replace(claimed, row.etag);
  return 'held';
}

/** Gives back what the operation claimed. Safe to repeat. */
export async function giveBack(records: Records, operation: OperationRecord, now: string): Promise<void> {
  const { network, id, request } = operation;
  if (request.kind === 'defineNetwork') {
    const row = await records.networks.get(network);
    if (row?.record.pending?.operation !== id) return;
    const { pending: _, ...before } = row.record;
    await records.networks.replace({ ...before, updatedAt: now }, row.etag);
    return;
  }
  if (request.kind === 'converge') {
    const row = await records.networks.get(network);
    if (row?.record.converging !== id) return;
    const { converging: _, ...before } = row.record;
    await records.networks.replace({ ...before, updatedAt: now }, row.etag);
    return;
  }
  if (request.kind === 'teardown' || request.kind === 'reconcile') return;
  const host = hostOf(operation);
  if (request.kind === 'repair' || request.kind === 'inventory') {
    const row = await records.hosts.get(network, host);
    if (row?.record.claim !== id) return;
    const { claim: _, ...before } = row.record;
    await records.hosts.replace({ ...before, updatedAt: now }, row.etag);
    return;
  }
  const definition = (await records.networks.get(network))?.record.definition;
  const vnet = definition && virtualNetworkId(definition);
  if (vnet && (await records.ledger.find(vnet, host))?.operation === id)
    await records.ledger.release(vnet, host);
  const row = await records.hosts.get(network, host);
  if (row?.record.claim !== id) return;
  const { claim: _, ...before } = row.record;
  // A reason is left by an earlier provision that failed: that host is still there.
  if (before.reason === undefined) await records.hosts.remove(network, host, row.etag);
  else await records.hosts.replace({ ...before, state: 'failed', updatedAt: now }, row.etag);
}

/** How many hosts there are; throws the Problem if one of them would be touched by what is new in the definition. */
async function refuseIfHostsDepend(
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

function refuseForeign(holder: string, { network, host }: OperationRecord): void {
  if (holder === network) return;
  throw new Problem('host-name-taken', `The network ${holder} has a host ${host} in the same VNet.`);
}
