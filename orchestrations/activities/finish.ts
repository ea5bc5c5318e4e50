import { announce } from '../../shared/callbacks/announce';
import { callbackOf } from '../../shared/callbacks/event';
import type { Failed } from '../../shared/azure/outcome';
import { closingOf, handedOver, type Closing, type Ending } from '../../shared/closing';
import { virtualNetworkId } from '../../shared/network/ids';
import type {
  FailureRecord,
  GuestInventory,
  HostAddresses,
  HostRecord,
  OperationRecord,
  StepRecord,
  Versioned,
} from '../../shared/records/types';
import { isNewBoot, withStarted } from '../../shared/reconcile/looks';
import { updateState } from '../../shared/reconcile/state';
import { tellOperation } from '../../shared/telemetry/operation';
import { withRanges } from './ranges';
import { isOver, loadNetwork, loadOperation, overAlready, type Dependencies } from './context';

export interface FinishInput extends Ending {
  operation: string;
  steps: StepRecord[];
  now: number;
  guest?: { os: string; bootTime: string };
  inventory?: GuestInventory;
  /** When Windows started, by an operation that did not end with its verification. */
  bootTime?: string;
}

/**
 * Writes how a host operation ended: ledger first, host second, operation last, so that a crash in between is finished by
 * the next run of this activity and nobody sees a finished operation whose host is still claimed.
 */
export async function finishHostOperation(deps: Dependencies, input: FinishInput): Promise<Closed> {
  const { records } = deps;
  const { record: operation, etag } = await loadOperation(deps, input.operation);
  const { network: networkName, host: hostName } = operation;
  if (hostName === undefined) throw new Error(`The operation ${input.operation} is not about a host.`);
  // Written last, so nothing is left to do; what the records say by now may be somebody else's.
  if (isOver(operation)) return owed(deps, operation);
  const network = await loadNetwork(deps, networkName);
  const vnetId = virtualNetworkId(network.record.definition);
  const found = await records.hosts.get(networkName, hostName);
  const host =
    found && input.guest
      ? { ...found, record: await withRanges(deps, network.record.definition, found.record) }
      : found;
  const closing = closingOf(input, host?.record.reason);
  if (host?.record.claim === input.operation) {
    const { next } = host.record;
    const held = closing.ledger === 'release' && (await isHeld(deps, vnetId, hostName, input));
    if (next === undefined)
      await closeHost(deps, host, vnetId, { ...closing, held }, input, isRelease(operation));
    // The promise was given back already, when nobody waited yet: who waits by now finds that there is no host.
    else if (closing.ledger === 'release' && !held)
      await records.hosts.remove(networkName, hostName, host.etag);
    else await handOver(deps, host, vnetId, { next, ...handedOver(closing) }, input);
  } else if (host?.record.next === input.operation) {
    const { next: _next, ...kept } = host.record;
    await records.hosts.replace(kept, host.etag);
  }
  const { inventory, bootTime } = input;
  if (bootTime !== undefined && closing.host !== 'remove' && isNewBoot(host?.record.guest, bootTime))
    await updateState(records, networkName, (state) => withStarted(state, hostName));
  const record = inventory ? { ...operation, inventory } : operation;
  const given = closing.ledger === 'active' ? host?.record.addresses : undefined;
  return endOperation(deps, { record, etag }, input, given);
}

const isRelease = ({ request }: OperationRecord): boolean =>
  request.kind === 'teardown' && request.keepVirtualMachine === true;

/** Whether the host has a promise that is the operation's: an adoption that got none must not give another's back. */
async function isHeld(
  { records }: Dependencies,
  vnetId: string,
  host: string,
  { kind, operation }: FinishInput,
): Promise<boolean> {
  const entry = await records.ledger.find(vnetId, host);
  return entry !== undefined && (kind !== 'adopt' || entry.operation === operation);
}

/** `releasing`: the operation was to leave the VM to somebody else, which still holds if it failed on the way. */
async function closeHost(
  { records }: Dependencies,
  { record: host, etag }: Versioned<HostRecord>,
  vnetId: string,
  closing: Closing & { held: boolean },
  input: FinishInput,
  releasing: boolean,
): Promise<void> {
  if (closing.ledger === 'release') {
    if (closing.held) await records.ledger.release(vnetId, host.name);
  } else if (closing.ledger !== 'keep') {
    await records.ledger.setState(vnetId, host.name, closing.ledger, input.operation);
  }
  if (closing.host === 'remove') return records.hosts.remove(host.network, host.name, etag);
  const { claim: _claim, reason, keepVirtualMachine: before, ...rest } = host;
  const stays = closing.ledger === 'keep' ? before : closing.ledger === 'releasing' && releasing;
  const kept = { ...rest, ...(stays ? { keepVirtualMachine: true as const } : {}) };
  const updatedAt = new Date(input.now).toISOString();
  if (closing.host === 'same') {
    return records.hosts.replace({ ...kept, ...(reason === undefined ? {} : { reason }), updatedAt }, etag);
  }
  await records.hosts.replace(
    {
      ...kept,
      state: closing.host,
      updatedAt,
      ...(closing.reason === undefined ? {} : { reason: closing.reason }),
      ...(input.guest ? { guest: { ...input.guest, verifiedAt: updatedAt } } : {}),
    },
    etag,
  );
}

/** The claim goes from the provisioning that ends to the teardown that waits, without a gap. */
async function handOver(
  { records }: Dependencies,
  { record: host, etag }: Versioned<HostRecord>,
  vnetId: string,
  { next, ledger, reason }: { next: string } & ReturnType<typeof handedOver>,
  input: FinishInput,
): Promise<void> {
  if (ledger !== 'keep') await records.ledger.setState(vnetId, host.name, ledger, input.operation);
  const { next: _next, reason: _reason, ...kept } = host;
  const updatedAt = new Date(input.now).toISOString();
  await records.hosts.replace(
    { ...kept, state: 'deleting', claim: next, updatedAt, ...(reason === undefined ? {} : { reason }) },
    etag,
  );
}

/** The callback that tells of the end, if the caller asked for one: it is sent by an orchestration of its own. */
export interface Closed {
  callback?: string;
}

/** For an operation whose end was written before. */
export function owed({ installation }: Dependencies, operation: OperationRecord): Closed {
  const callback = callbackOf(operation, { installation });
  return callback ? { callback: callback.id } : {};
}

/**
 * Writes the end of an operation: the last write of every one, whatever it was about. What its caller is told is written
 * just before, so that no end goes untold.
 */
export async function endOperation(
  { records, installation }: Dependencies,
  { record, etag }: Versioned<OperationRecord>,
  end: { status: Ending['status']; steps: StepRecord[]; failure?: FailureRecord; now: number },
  addresses?: HostAddresses,
): Promise<Closed> {
  const { status, steps, failure } = end;
  const finishedAt = new Date(end.now).toISOString();
  const ended = { ...record, status, finishedAt, steps, ...(failure ? { failure } : {}) };
  const callback = await announce(records, ended, { installation, ...(addresses ? { addresses } : {}) });
  await records.operations.replace(ended, etag);
  tellOperation(ended);
  return callback ? { callback: callback.id } : {};
}

/** Marks an operation as running; fails if it is over. The first start time stands. */
export async function beginOperation(
  deps: Dependencies,
  input: { operation: string; now: number },
): Promise<Failed | undefined> {
  const { record, etag } = await loadOperation(deps, input.operation);
  if (isOver(record)) return overAlready(record);
  await deps.records.operations.replace(
    { ...record, status: 'running', startedAt: record.startedAt ?? new Date(input.now).toISOString() },
    etag,
  );
  return undefined;
}
