import { createHash } from 'node:crypto';
import { usualPriority, type Waiter } from '../../shared/gate';
import { virtualNetworkId } from '../../shared/network/ids';
import { loadNetwork, loadOperation, type Dependencies } from './context';

/** What an operation shows at the gate. */
export interface GateTicket extends Pick<Waiter, 'caller' | 'priority' | 'admittedAt'> {
  /** Key of the gate: entity keys may not hold every character. */
  gate: string;
  limit: number;
}

/**
 * Finds the gate of an operation's subscription and the operation's place in the order. From here on the operation counts
 * as running, so that nobody starts it again.
 */
export async function gateTicket(deps: Dependencies, input: { operation: string }): Promise<GateTicket> {
  const { records, operationsInFlight } = deps;
  const { record: operation, etag } = await loadOperation(deps, input.operation);
  const { definition } = (await loadNetwork(deps, operation.network)).record;
  const promise = await records.ledger.find(virtualNetworkId(definition), operation.host ?? '');
  if (operation.status === 'admitted') {
    await records.operations.replace({ ...operation, status: 'running' }, etag);
  }
  return {
    gate: gateKey(definition.subscriptionId),
    limit: operationsInFlight,
    caller: operation.caller,
    priority: ('priority' in operation.request ? operation.request.priority : undefined) ?? usualPriority,
    admittedAt: promise?.promisedAt ?? Date.parse(operation.createdAt),
  };
}

export function gateKey(subscriptionId: string): string {
  return createHash('sha256').update(subscriptionId.toLowerCase()).digest('hex').slice(0, 32);
}
