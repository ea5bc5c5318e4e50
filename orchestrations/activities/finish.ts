import type { Ending } from '../../shared/closing';
import type { Failed } from '../../shared/azure/outcome';
import { closingOf } from '../../shared/closing';
import { virtualNetworkId } from '../../shared/network/ids';
import type { FailureRecord, OperationRecord, StepRecord, Versioned } from '../../shared/records/types';
import { isOver, loadNetwork, loadOperation, overAlready, type Dependencies } from './context';

export interface FinishInput extends Ending {
  operation: string;
  steps: StepRecord[];
  now: number;
  guest?: { os: string; bootTime: string };
}

/**
 * Writes how a host operation ended: ledger first, host second, operation last, so that a crash in between is finished by
 * the next run of this activity and nobody sees a finished operation whose host is still claimed.
 */
export async function finishHostOperation(deps: Dependencies, input: FinishInput): Promise<void> {
  const { records } = deps;
  const { record: operation, etag } = await loadOperation(deps, input.operation);
  const { network: networkName, host: hostName } = operation;
  if (hostName === undefined) throw new Error(`The operation ${input.operation} is not about a host.`);
  // Written last, so nothing is left to do; what the records say by now may be somebody else's.
  if (isOver(operation)) return;
  const network = await loadNetwork(deps, networkName);
  const vnetId = virtualNetworkId(network.record.definition);
  const finishedAt = new Date(input.now).toISOString();

  const host = await records.hosts.get(networkName, hostName);
  const closing = closingOf(input, host?.record.reason);
  const ours = host?.record.claim === input.operation;
  if (ours && closing.ledger === 'release') {
    // An adoption that got no promise must not give another's back.
    const held =
      input.kind !== 'adopt' || (await records.ledger.find(vnetId, hostName))?.operation === input.operation;
    if (held) await records.ledger.release(vnetId, hostName);
  }
  if (ours && closing.ledger !== 'keep' && closing.ledger !== 'release') {
    await records.ledger.setState(vnetId, hostName, closing.ledger, input.operation);
  }
  if (ours && closing.host === 'remove') await records.hosts.remove(networkName, hostName, host.etag);
  else if (ours && closing.host !== 'remove') {
    const { claim: _claim, reason: _reason, ...kept } = host.record;
    await records.hosts.replace(
      {
        ...kept,
        state: closing.host,
        updatedAt: finishedAt,
        ...(closing.reason === undefined ? {} : { reason: closing.reason }),
        ...(input.guest ? { guest: { ...input.guest, verifiedAt: finishedAt } } : {}),
      },
      host.etag,
    );
  }
  await endOperation(deps, { record: operation, etag }, input);
}

/** Writes the end of an operation: the last write of every one, whatever it was about. */
export async function endOperation(
  { records }: Dependencies,
  { record, etag }: Versioned<OperationRecord>,
  end: { status: Ending['status']; steps: StepRecord[]; failure?: FailureRecord; now: number },
): Promise<void> {
  const { status, steps, failure } = end;
  const finishedAt = new Date(end.now).toISOString();
  await records.operations.replace(
    { ...record, status, finishedAt, steps, ...(failure ? { failure } : {}) },
    etag,
  );
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
