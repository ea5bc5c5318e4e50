import { Problem } from '../api/problems';
import { virtualNetworkId } from '../network/ids';
import type { Records } from '../records/store';
import type { HostRecord, OperationRecord, OperationRequest, Versioned } from '../records/types';
import { asApproved, choosePromise } from './addresses';
import {
  decideAdoption,
  decideConverge,
  decideDefinition,
  decideProvision,
  decideWork,
  type Decision,
} from './decide';
import { refuseNamesake } from './names';
import { claimDefinition, claimRollOut, readyDefinition, refuseIfHostsDepend } from './networks';
import { specFingerprint } from './order';
import { claimTeardown, hostOf, judgeTeardown, type Progress } from './teardown';

export type { Progress } from './teardown';

/** The operation with its request narrowed to one kind. */
type Of<R extends OperationRequest> = OperationRecord & { request: R };
type Provision = Of<Extract<OperationRequest, { kind: 'provision' }>>;
type Adopt = Of<Extract<OperationRequest, { kind: 'adopt' }>>;

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
      return claimDefinition(records, { ...operation, request: operation.request }, now);
    case 'converge':
      return claimRollOut(records, operation, now);
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
    await refuseNamesake(records, operation, definition);
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
  await refuseNamesake(records, operation, definition);
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

/**
 * An adoption holds the host's row, and looks for namesakes once that can be seen; its addresses are known only when the VM
 * has been looked at.
 */
async function adopt(records: Records, operation: Adopt, now: string): Promise<Progress> {
  const { network, id, request } = operation;
  const row = await records.hosts.get(network, hostOf(operation));
  const decision = decideAdoption(row?.record, id, request.virtualMachineId, request.dryRun);
  if (decision.kind !== 'claim' && decision.kind !== 'mine') return decision;
  const { hosts } = await refuseIfNamed(records, operation);
  if (decision.kind === 'mine') return 'held';
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
  return 'again';
}

/**
 * A host or a promise by that name keeps it, on every network whose names count here. A promise on this network whose host's
 * record is lost may be the VM's own: that is compared when the VM has been looked at.
 */
async function refuseIfNamed(records: Records, operation: OperationRecord) {
  const { network } = operation;
  const definition = await readyDefinition(records, network);
  await refuseNamesake(records, operation, definition);
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

function refuseForeign(holder: string, { network, host }: OperationRecord): void {
  if (holder === network) return;
  throw new Problem('host-name-taken', `The network ${holder} has a host ${host} in the same VNet.`);
}
