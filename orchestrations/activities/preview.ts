import { prospectiveAddresses } from '../../shared/admission/addresses';
import { Problem } from '../../shared/api/problems';
import { outcomeOf } from '../../shared/azure/ensure';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { addGovernance, observeGovernance, type PlanDocument } from '../../shared/azure/plan';
import type { HostAddresses, HostRecord, HostSpec, NetworkRecord } from '../../shared/records/types';
import { loadNetwork, type Dependencies } from './context';
import { keepDocument, type DocumentInput } from './documents';
import { lookAt } from './placing';

export interface PreviewInput {
  id: string;
  network: string;
  host: string;
  spec: HostSpec;
}

/**
 * The plan of a host that nobody has ordered: over the addresses that it would be promised now, and with what policies and
 * locks say to it. Promises nothing, and writes nothing but the document.
 */
export async function previewHost(deps: Dependencies, input: PreviewInput & DocumentInput): Promise<Outcome> {
  return outcomeOf(async () => {
    const { record: network } = await loadNetwork(deps, input.network);
    const host = (await deps.records.hosts.get(input.network, input.host))?.record;
    const addresses = await addressesOf(deps, network, input, host);
    if ('status' in addresses) return addresses;
    const { place } = await lookAt(deps, {
      network,
      host: input.host,
      operation: '',
      spec: input.spec,
      adopted: host?.adopted,
      addresses,
      ready: host?.state === 'ready',
    });
    const { plan: bare } = await place();
    const plan = addGovernance(bare, await observeGovernance(deps.clients, bare));
    const body: PlanDocument = { ...plan, plannedAt: new Date(input.now).toISOString() };
    const key = plan.planHash === undefined ? {} : { key: plan.planHash };
    await keepDocument(deps, input, { kind: 'plan', ...key, body });
    return { status: 'done', change: 'unchanged' };
  });
}

/** The last addresses may have gone since the caller was told that there are some. */
async function addressesOf(
  { records }: Dependencies,
  network: NetworkRecord,
  input: PreviewInput,
  host: HostRecord | undefined,
): Promise<HostAddresses | ReturnType<typeof failed>> {
  if (host?.addresses) return host.addresses;
  try {
    return await prospectiveAddresses(records, network, input.host, input.spec.ghostedPrefix);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return failed('invalid', error.slug, error.detail);
  }
}
