import { canonicalJson } from '../../shared/api/canonical';
import { hostLayout, type HostLayout } from '../../shared/azure/layout';
import {
  observeHost,
  placeHost,
  planHost,
  withObstacles,
  type HostPlan,
  type ObservedHost,
} from '../../shared/azure/plan';
import { virtualNetworkId } from '../../shared/network/ids';
import type {
  AdoptedHost,
  HostAddresses,
  HostSpec,
  LedgerEntry,
  NetworkRecord,
} from '../../shared/records/types';
import { failed, type Failed } from '../../shared/azure/outcome';
import type { Dependencies, HostContext } from './context';

/** A host that is planned. */
export interface Candidate {
  network: NetworkRecord;
  host: string;
  /** Id of the operation that makes it; empty: none does yet. */
  operation: string;
  spec: HostSpec;
  adopted?: AdoptedHost | undefined;
  /** Promised already, or to be promised. */
  addresses: HostAddresses;
  /** Windows is not configured again where it is as it should be. */
  ready: boolean;
}

/** A plan over the addresses that the host would really get. */
export interface Placed {
  layout: HostLayout;
  observed: ObservedHost;
  plan: HostPlan;
  /** Others than it was promised. */
  moved: boolean;
}

/** Reads what the plan of a host depends on; gives the plan, which can be made again as promises to others change. */
export async function lookAt(
  { clients, records, installation }: Dependencies,
  { network, host, operation, spec, adopted, addresses, ready }: Candidate,
): Promise<{ observed: ObservedHost; place: () => Promise<Placed> }> {
  const { definition } = network;
  const identity = { installation, network: network.name, host, operation };
  const promises = () => records.ledger.entries(virtualNetworkId(definition));
  const promised = hostLayout(identity, definition, spec, addresses, adopted);
  const observed = await observeHost(clients, promised, { ready }, promises);
  const place = async (): Promise<Placed> => {
    const entries = await promises();
    const own = entries.find((entry) => entry.host === host);
    const others = entries.filter((entry) => entry !== own);
    const { moved, obstacles, ...to } = placeHost(promised, observed, others, isMovable(own));
    const layout = moved ? hostLayout(identity, definition, spec, to.addresses, adopted) : promised;
    const plan = planHost(layout, observed);
    return { layout, observed, moved, plan: obstacles.length > 0 ? withObstacles(plan, obstacles) : plan };
  };
  return { observed, place };
}

/** What is being released may still be needed to prove whose a leftover is. */
const isMovable = (entry: LedgerEntry | undefined): boolean => !entry || entry.state === 'reserved';

/** Others are promised something at the same time; each turn means that somebody else was faster. */
const turns = 20;

/**
 * The plan of an admitted host over what it is promised from then on; what `judge` has against it, or the plan itself, ends
 * it with the promise as it was.
 */
export async function settlePlace(
  deps: Dependencies,
  { network, host: { record }, layout, operation }: HostContext,
  judge: (plan: HostPlan) => Promise<Failed | undefined>,
): Promise<Placed | Failed> {
  const { records } = deps;
  const vnet = virtualNetworkId(network.definition);
  const from = addressesOf(layout);
  const { name: host, spec, adopted } = record;
  const { observed, place } = await lookAt(deps, {
    ...{ network, host, spec, adopted },
    operation: operation.record.id,
    addresses: from,
    ready: false,
  });
  await records.ledger.noteOccupied(vnet, network.name, observed.occupied);
  for (let turn = 0; turn < turns; turn++) {
    const placed = await place();
    const refused = await judge(placed.plan);
    if (refused) return refused;
    const { addresses } = placed.plan;
    if (placed.moved) {
      // Without addresses of its own the record of the host says what the ledger says, whatever a crash leaves undone.
      await putAddresses(deps, network.name, host, undefined);
      if (!(await records.ledger.move(vnet, host, from, addresses))) continue;
    }
    await putAddresses(deps, network.name, host, addresses);
    return placed;
  }
  const message = 'Other hosts were promised what this one was to get, again and again. Order it again.';
  return failed('transient', 'PromisesInFlux', message);
}

const addressesOf = ({ route, nic1, nic2 }: HostLayout): HostAddresses => ({
  ghostedPrefix: route.prefix,
  natAddress: nic1.address,
  lanAddress: nic2.address,
});

async function putAddresses(
  { records }: Dependencies,
  network: string,
  host: string,
  wanted: HostAddresses | undefined,
): Promise<void> {
  const row = await records.hosts.get(network, host);
  if (!row || canonicalJson(row.record.addresses) === canonicalJson(wanted)) return;
  const { addresses: _, ...others } = row.record;
  await records.hosts.replace({ ...others, ...(wanted ? { addresses: wanted } : {}) }, row.etag);
}
