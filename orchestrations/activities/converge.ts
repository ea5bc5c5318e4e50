import { base32Id } from '../../shared/api/operationId';
import { outcomeOf } from '../../shared/azure/ensure';
import { armId } from '../../shared/azure/ids';
import type { Failed, Outcome } from '../../shared/azure/outcome';
import { readVirtualNetwork } from '../../shared/azure/resources/virtualNetwork';
import { isVerifiedAsPlanned } from '../../shared/azure/verification';
import { virtualNetworkId } from '../../shared/network/ids';
import type { FailureRecord, HostOutcome, StepRecord } from '../../shared/records/types';
import { isOver, loadLayout, loadNetwork, loadOperation, type Dependencies } from './context';
import { beginOperation, endOperation, owed, type Closed } from './finish';
import { leaseKeys, type OperationFacts } from './plan';
import { takeHost } from './reconcile/hosts';
import { withRanges } from './ranges';
import { endJob, insertOnce } from './reconcile/jobs';

export interface RollOutFacts {
  /** How many hosts the network has; they are named by their position on the operation. */
  hosts: number;
  leases: OperationFacts['leases'];
}

/** Writes the hosts of the network on the operation, once: those that come later are made after the definition anyway. */
export async function beginRollOut(
  deps: Dependencies,
  input: { operation: string; now: number },
): Promise<RollOutFacts | Failed> {
  const over = await beginOperation(deps, input);
  if (over) return over;
  const { record, etag } = await loadOperation(deps, input.operation);
  const { record: network } = await loadNetwork(deps, record.network);
  const listed = record.hosts ?? (await deps.records.hosts.list(record.network)).map(pending).sort(byName);
  if (!record.hosts) await deps.records.operations.replace({ ...record, hosts: listed }, etag);
  const { definition } = network;
  const leases = leaseKeys({
    virtualNetworkId: virtualNetworkId(definition),
    routeTable: {
      id: armId(definition, 'Microsoft.Network', 'routeTables', definition.routeTable),
      name: definition.routeTable,
    },
  });
  return { hosts: listed.length, leases };
}

const pending = ({ name }: { name: string }): HostOutcome => ({ host: name, status: 'pending' });
const byName = (a: HostOutcome, b: HostOutcome) => (a.host < b.host ? -1 : 1);

export interface BeginHostInput {
  operation: string;
  index: number;
  /** A host that another operation has is not waited for any longer. */
  giveUp: boolean;
  now: number;
}

/** `job`: operation that has the claim of the host now. `busy`: try again later. Neither: nothing is to be done. */
export interface BeginHostFacts {
  host: string;
  job?: string;
  busy?: true;
}

/** Takes the claim of one host for an operation of its own, under which its changes can be followed. */
export async function beginHostRollOut(deps: Dependencies, input: BeginHostInput): Promise<BeginHostFacts> {
  const { record: parent } = await loadOperation(deps, input.operation);
  const host = outcomeAt(parent.hosts, input.index).host;
  const at = new Date(input.now).toISOString();
  const job = base32Id(['converge', parent.id, host]);
  const leave = async (status: HostOutcome['status'], reason: string): Promise<BeginHostFacts> => {
    await noteHost(deps, input, { host, status, reason });
    return { host };
  };
  const row = await deps.records.hosts.get(parent.network, host);
  if (!row) return leave('skipped', 'The host is gone.');
  const { claim, state } = row.record;
  if (claim === undefined && state !== 'ready') return leave('skipped', `The host is ${state}, not ready.`);
  const { record: network } = await loadNetwork(deps, parent.network);
  const holder = await takeHost(deps, network, host, job, [], at);
  if (holder !== undefined) {
    if (state === 'deleting') return leave('skipped', `Operation ${holder} tears the host down.`);
    return input.giveUp ? leave('busy', `Operation ${holder} has the host.`) : { host, busy: true };
  }
  await insertOnce(deps, {
    id: job,
    kind: 'converge',
    network: parent.network,
    host,
    status: 'running',
    caller: parent.caller,
    fingerprint: '',
    request: { kind: 'converge', under: parent.id },
    createdAt: at,
    startedAt: at,
  });
  return { host, job };
}

/** Whether Windows said at its last verification that it is as it should be now. Reads only. */
export async function checkGuest(
  deps: Dependencies,
  input: { operation: string },
): Promise<Outcome<{ current: boolean }>> {
  const layout = await loadLayout(deps, input.operation);
  return outcomeOf(async () => {
    const network = await readVirtualNetwork(deps.clients, layout.virtualNetworkId);
    const current = network !== undefined && (await isVerifiedAsPlanned(deps.clients, layout, network));
    return { status: 'done', change: 'unchanged', facts: { current } };
  });
}

export interface EndHostInput {
  operation: string;
  index: number;
  job: string;
  outcome: Pick<HostOutcome, 'status' | 'changed' | 'reason'>;
  steps: StepRecord[];
  now: number;
}

/** Gives the host back and says what became of it. */
export async function endHostRollOut(deps: Dependencies, input: EndHostInput): Promise<void> {
  const { job, outcome, steps, now } = input;
  const { record: parent } = await loadOperation(deps, input.operation);
  const { host } = outcomeAt(parent.hosts, input.index);
  const failed = outcome.status === 'failed' || outcome.status === 'needsInterruption';
  if (!failed) await noteRanges(deps, parent.network, host);
  await endJob(deps, {
    id: parent.id,
    network: parent.network,
    operation: job,
    steps,
    now,
    ...(failed ? { failure: outcome.reason ?? '' } : {}),
  });
  await noteHost(deps, input, { host, operation: job, ...outcome });
}

/** A host that was brought to the definition has been verified for what the VNet and its peers have now. */
async function noteRanges(deps: Dependencies, networkName: string, name: string): Promise<void> {
  const row = await deps.records.hosts.get(networkName, name);
  if (!row) return;
  const { record: network } = await loadNetwork(deps, networkName);
  const told = await withRanges(deps, network.definition, row.record);
  if (told !== row.record) await deps.records.hosts.replace(told, row.etag);
}

/** Only the roll-out itself writes its operation while it runs. */
async function noteHost(
  deps: Dependencies,
  { operation, index }: { operation: string; index: number },
  outcome: HostOutcome,
): Promise<void> {
  const { record, etag } = await loadOperation(deps, operation);
  const hosts = record.hosts?.map((before, position) => (position === index ? outcome : before)) ?? [];
  await deps.records.operations.replace({ ...record, hosts }, etag);
}

function outcomeAt(hosts: HostOutcome[] | undefined, index: number): HostOutcome {
  const found = hosts?.[index];
  if (!found) throw new Error(`The roll-out has no host ${index}.`);
  return found;
}

export interface FinishRollOutInput {
  operation: string;
  status: 'succeeded' | 'failed' | 'cancelled';
  steps: StepRecord[];
  failure?: FailureRecord;
  now: number;
}

/** Network first, operation last: whoever sees the operation finished can order the next one. */
export async function finishRollOut(deps: Dependencies, input: FinishRollOutInput): Promise<Closed> {
  const { record, etag } = await loadOperation(deps, input.operation);
  if (isOver(record)) return owed(deps, record);
  const network = await loadNetwork(deps, record.network);
  const { converging, ...kept } = network.record;
  if (converging === record.id) {
    const updatedAt = new Date(input.now).toISOString();
    await deps.records.networks.replace({ ...kept, updatedAt }, network.etag);
  }
  const hosts = (record.hosts ?? []).map((outcome) =>
    outcome.status === 'pending'
      ? { ...outcome, status: 'skipped' as const, reason: 'The operation ended before it.' }
      : outcome,
  );
  const left = hosts.filter(({ status }) => ['busy', 'needsInterruption', 'failed'].includes(status));
  const end =
    input.status === 'succeeded' && left.length > 0
      ? { ...input, status: 'failed' as const, failure: notConverged(left) }
      : input;
  return endOperation(deps, { record: { ...record, hosts }, etag }, end);
}

const longestMessage = 1_500;

function notConverged(left: HostOutcome[]): FailureRecord {
  const each = left.map(({ host, reason }) => `${host}: ${reason ?? ''}`).join(' ');
  const message = `${left.length} hosts are not as the definition says. ${each}`.slice(0, longestMessage);
  return { class: 'fatal', code: 'HostsNotConverged', message };
}
