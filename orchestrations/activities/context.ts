import type { AzureClients } from '../../shared/azure/clients';
import { hostLayout, type HostLayout } from '../../shared/azure/layout';
import { failed, type Failed } from '../../shared/azure/outcome';
import type { CallbackSettings } from '../../shared/callbacks/settings';
import type { Claims, Warrant } from '../../shared/azure/warrant';
import type { GuestTimeouts } from '../../shared/guest';
import { virtualNetworkId } from '../../shared/network/ids';
import type { RequestQueue } from '../../shared/queue';
import type { Records } from '../../shared/records/store';
import type { ReconcilePolicy } from '../../shared/records/reconciliation';
import {
  isOver,
  type HostRecord,
  type NetworkRecord,
  type OperationRecord,
  type Versioned,
} from '../../shared/records/types';

export { isOver };

/** What the activities need from the world; tests inject it. */
export interface Dependencies {
  records: Records;
  clients: AzureClients;
  /** The app's own queue, for what is to be begun later. */
  queue: RequestQueue;
  /** Tells resources of several installations apart. */
  installation: string;
  /** What the reconciler may do where a network's own policy leaves it open. */
  reconcile?: ReconcilePolicy;
  /** Most operations that one subscription has in flight at once. */
  operationsInFlight: number;
  /** Where callbacks may go, and what signs them. */
  callbacks: CallbackSettings;
  /** How long guests may take; absent: as long as is usual. */
  guestTimeouts?: GuestTimeouts;
  /** Hours after which the reconciler looks into a host again; 0: never. */
  lookHours?: number;
  /** Blob container with SAS that the log of every phase goes to; absent: none. */
  guestLogContainer?: string;
}

/** The records behind one operation on a host, and everything derived from them. */
export interface HostContext {
  operation: Versioned<OperationRecord>;
  network: NetworkRecord;
  host: Versioned<HostRecord>;
  layout: HostLayout;
}

export async function loadOperation(
  { records }: Dependencies,
  id: string,
): Promise<Versioned<OperationRecord>> {
  const operation = await records.operations.get(id);
  if (!operation) throw new Error(`There is no operation ${id}.`);
  return operation;
}

export async function loadNetwork(
  { records }: Dependencies,
  name: string,
): Promise<Versioned<NetworkRecord>> {
  const network = await records.networks.get(name);
  if (!network) throw new Error(`There is no network ${name}.`);
  return network;
}

/** Throws if a record is missing: admission wrote them all before the orchestration started. */
export async function loadHost(deps: Dependencies, operationId: string): Promise<HostContext> {
  const operation = await loadOperation(deps, operationId);
  const { network: networkName, host: hostName } = operation.record;
  if (hostName === undefined) throw new Error(`The operation ${operationId} is not about a host.`);
  const [{ record: network }, host] = await Promise.all([
    loadNetwork(deps, networkName),
    deps.records.hosts.get(networkName, hostName),
  ]);
  const addresses =
    host?.record.addresses ??
    (await deps.records.ledger.find(virtualNetworkId(network.definition), hostName));
  if (!host || !addresses)
    throw new Error(`The host ${networkName}/${hostName} has no record or no addresses.`);
  const identity = {
    installation: deps.installation,
    network: networkName,
    host: hostName,
    operation: operationId,
  };
  return {
    operation,
    network,
    host,
    layout: hostLayout(identity, network.definition, host.record.spec, addresses, host.record.adopted),
  };
}

/**
 * Why the operation must not act on its host any more. Durable Functions starts a finished instance again if it is asked
 * to; what its plan found absent then describes a host that is alive by now, and would prove far too much.
 */
export function whyNotActing({ operation: { record }, host }: HostContext): Failed | undefined {
  if (isOver(record)) return overAlready(record);
  if (host.record.claim === record.id) return undefined;
  const holder = host.record.claim === undefined ? 'nobody' : `the operation ${host.record.claim}`;
  return failed(
    'fatal',
    'ClaimLost',
    `The host ${host.record.name} is held by ${holder}, not by ${record.id}.`,
  );
}

/** What an operation comes to that was started again after its end. */
export const overAlready = ({ id }: OperationRecord): Failed =>
  failed('fatal', 'OperationOver', `The operation ${id} is over. Order a new one.`);

const known = new WeakMap<Dependencies, Map<string, { layout: HostLayout; until: number }>>();
const knownSeconds = 300;
const mostKnown = 500;

/**
 * The layout alone, without a read if this process derived it a short time ago: an operation asks for it dozens of times,
 * and holds the claim on everything it is made of. For what the records say at present, use `loadHost`.
 */
export async function loadLayout(deps: Dependencies, operationId: string): Promise<HostLayout> {
  const layouts = known.get(deps) ?? new Map<string, { layout: HostLayout; until: number }>();
  known.set(deps, layouts);
  const now = performance.now();
  const found = layouts.get(operationId);
  if (found && found.until > now) return found.layout;
  const { layout } = await loadHost(deps, operationId);
  layouts.delete(operationId);
  layouts.set(operationId, { layout, until: now + knownSeconds * 1_000 });
  const [oldest] = layouts.keys();
  if (layouts.size > mostKnown && oldest !== undefined) layouts.delete(oldest);
  return layout;
}

/** The records' half of the proof that a resource is ours to delete. */
export async function loadClaims(
  { records }: Dependencies,
  { layout, operation }: HostContext,
  purpose: Warrant['purpose'],
): Promise<Claims> {
  const entries = await records.ledger.entries(layout.virtualNetworkId);
  const own = entries.find((entry) => entry.network === layout.network && entry.host === layout.host);
  return {
    purpose,
    layout,
    promised: own?.ghostedPrefix === layout.ghostedSubnet.prefix,
    absentBefore: operation.record.absentBefore ?? [],
    otherHosts: entries.some((entry) => entry !== own),
  };
}
