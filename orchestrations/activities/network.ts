import { ensure, type Resume } from '../../shared/azure/ensure';
import type { Failed, Outcome } from '../../shared/azure/outcome';
import { subnetSpec } from '../../shared/azure/resources/subnet';
import { virtualNetworkSpec } from '../../shared/azure/resources/virtualNetwork';
import { virtualNetworkId } from '../../shared/network/ids';
import type { FailureRecord, NetworkRecord, StepRecord } from '../../shared/records/types';
import { beginOperation, endOperation, owed, type Closed } from './finish';
import { isOver, loadNetwork, loadOperation, type Dependencies } from './context';
import { leaseKey } from './leases';

export interface NetworkFacts {
  lease: string;
  /** Indexes into the definition's routed subnets; the subnets themselves stay in the records. */
  routedSubnets: number;
}

export async function beginNetwork(
  deps: Dependencies,
  input: { operation: string; now: number },
): Promise<NetworkFacts | Failed> {
  const over = await beginOperation(deps, input);
  if (over) return over;
  const definition = await loadDefinition(deps, input.operation);
  return { lease: leaseKey(virtualNetworkId(definition)), routedSubnets: definition.routedSubnets.length };
}

/** The definition that an operation is to bring about. */
export async function loadDefinition(deps: Dependencies, operation: string) {
  const { record } = await loadOperation(deps, operation);
  if (record.request.kind !== 'defineNetwork') throw new Error(`${operation} does not define a network.`);
  return record.request.definition;
}

export interface EnsureNetworkInput {
  operation: string;
  part: 'virtualNetwork' | { routedSubnet: number };
  resume: Resume;
}

/** The VNet and the routed subnets of a definition: made where it says so, otherwise only compared. */
export async function ensureNetwork(deps: Dependencies, input: EnsureNetworkInput): Promise<Outcome> {
  const definition = await loadDefinition(deps, input.operation);
  if (input.part === 'virtualNetwork')
    return ensure(deps.clients, virtualNetworkSpec(definition), input.resume);
  const subnet = definition.routedSubnets[input.part.routedSubnet];
  if (!subnet) throw new Error(`There is no routed subnet ${input.part.routedSubnet}.`);
  const id = subnet.id ?? `${virtualNetworkId(definition)}/subnets/${subnet.name}`;
  return ensure(deps.clients, subnetSpec({ ...subnet, id }), input.resume);
}

export interface FinishNetworkInput {
  operation: string;
  status: 'succeeded' | 'failed' | 'cancelled';
  steps: StepRecord[];
  failure?: FailureRecord;
  now: number;
}

/** Network first, operation last: whoever sees the operation finished finds the network as it says. */
export async function finishNetwork(deps: Dependencies, input: FinishNetworkInput): Promise<Closed> {
  const { record: operation, etag } = await loadOperation(deps, input.operation);
  if (isOver(operation)) return owed(deps, operation);
  const network = await loadNetwork(deps, operation.network);
  const finished = finishedNetwork(network.record, input);
  if (finished) {
    const updatedAt = new Date(input.now).toISOString();
    await deps.records.networks.replace({ ...finished, updatedAt }, network.etag);
  }
  return endOperation(deps, { record: operation, etag }, input);
}

/** What becomes of the network; undefined if another operation has it by now. */
function finishedNetwork(
  { pending, ...network }: NetworkRecord,
  { operation, status }: FinishNetworkInput,
): NetworkRecord | undefined {
  const done = status === 'succeeded';
  if (pending?.operation === operation) {
    // Hosts stand on the definition that was: one that adds to it and fails leaves it as it is.
    return done ? { ...network, definition: pending.definition, state: 'ready', operation } : network;
  }
  if (pending || network.operation !== operation) return undefined;
  return { ...network, state: done ? 'ready' : 'failed' };
}
