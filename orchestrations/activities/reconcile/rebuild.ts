import { adoptedAddresses } from '../../../shared/adoption/addresses';
import { specFingerprint } from '../../../shared/admission/order';
import { specOf } from '../../../shared/adoption/spec';
import { Problem } from '../../../shared/api/problems';
import { outcomeOf } from '../../../shared/azure/ensure';
import { nameOf } from '../../../shared/azure/ids';
import type { Outcome } from '../../../shared/azure/outcome';
import type { RemovalFacts } from '../../../shared/azure/remove';
import { readNetworkInterface } from '../../../shared/azure/resources/networkInterface';
import { readVirtualMachine } from '../../../shared/azure/resources/virtualMachine';
import { virtualNetworkId } from '../../../shared/network/ids';
import { lostHosts, type LostHost } from '../../../shared/reconcile/lost';
import { scopeOf } from '../../../shared/reconcile/scope';
import type {
  HostAddresses,
  HostSpec,
  NetworkDefinition,
  NetworkRecord,
} from '../../../shared/records/types';
import type { Dependencies } from '../context';
import { readFresh, type ReconcileRun } from './facts';

export interface RebuildInput extends ReconcileRun {
  operation: string;
  host: string;
  now: number;
}

/** What a host is told whose sequence had not come to its end when its record was lost. */
const unfinished =
  'Its record was lost and is rebuilt from Azure, where no route leads to it. Order it again to finish it, or tear it down.';

/**
 * Writes the promise and the record of a host that are lost, by what Azure shows now; the operation holds the host. The
 * ledger comes first: a record without a promise would let somebody else be promised the same.
 */
export async function rebuildRecords(
  deps: Dependencies,
  input: RebuildInput,
): Promise<Outcome<RemovalFacts>> {
  return outcomeOf(async () => {
    const { observed, promised } = await readFresh(deps, input.network);
    const lost = lostHosts(scopeOf(observed, promised)).find(({ host }) => host === input.host);
    const against = [...(lost?.contradictions ?? []), ...(lost?.blockers ?? [])];
    if (!lost?.addresses || against.length > 0) {
      const kept = against[0] ?? 'Nothing of it is lost.';
      return { status: 'done', change: 'unchanged', facts: { kept } };
    }
    const kept = await promise(deps, input, promised.network, lost, lost.addresses);
    if (kept !== undefined) return { status: 'done', change: 'unchanged', facts: { kept } };
    if (lost.missing.includes('record')) await record(deps, input, promised.network, lost, lost.addresses);
    return { status: 'done', change: 'created' };
  });
}

/**
 * Says what stands against the promise, if anything does by now. It is never `releasing`, whatever it was: nothing is
 * deleted on the strength of a promise that was rebuilt.
 */
async function promise(
  { records }: Dependencies,
  { operation, now }: RebuildInput,
  { name: network, definition }: NetworkRecord,
  { host, routed }: LostHost,
  addresses: HostAddresses,
): Promise<string | undefined> {
  const vnet = virtualNetworkId(definition);
  try {
    const entry = await records.ledger.reserve(vnet, { network, host, operation }, (others, occupied) => ({
      ...adoptedAddresses(definition, others, addresses, occupied),
      promisedAt: Math.max(now, ...others.map(({ promisedAt }) => (promisedAt ?? 0) + 1)),
    }));
    if (entry.network !== network) return `The network ${entry.network} has a host ${host} in the same VNet.`;
    if (routed && entry.state === 'reserved') await records.ledger.setState(vnet, host, 'active', operation);
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.detail;
    throw error;
  }
}

/** The specification by which the VM would have been ordered. Its row keeps the claim, which the job gives back. */
async function record(
  { records, clients }: Dependencies,
  { operation, host, now }: RebuildInput,
  { name: network, definition }: NetworkRecord,
  { what, routed }: LostHost,
  addresses: HostAddresses,
): Promise<void> {
  const row = await records.hosts.get(network, host);
  if (row?.record.claim !== operation) throw new Error(`${operation} does not hold ${host}.`);
  const vm = await readVirtualMachine(clients, what);
  if (!vm) throw new Error(`${nameOf(what)} is gone.`);
  const nic1 = vm.networkProfile?.networkInterfaces?.find(({ primary }) => primary)?.id;
  const read = nic1 === undefined ? undefined : await readNetworkInterface(clients, nic1);
  const spec = specAsMade(definition, specOf(definition, vm, read));
  await records.hosts.replace(
    {
      network,
      name: host,
      state: routed ? 'ready' : 'failed',
      spec,
      specFingerprint: specFingerprint(spec),
      claim: operation,
      addresses,
      ...(routed ? {} : { reason: unfinished }),
      updatedAt: new Date(now).toISOString(),
    },
    row.etag,
  );
}

/** What the app made is protected as the network says; only what somebody else built is not. */
function specAsMade({ hosts }: NetworkDefinition, { metadataProtection: _, ...seen }: HostSpec): HostSpec {
  const { metadataProtection } = hosts;
  return { ...seen, ...(metadataProtection === undefined ? {} : { metadataProtection }) };
}
