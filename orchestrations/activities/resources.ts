import { associationSpec } from '../../shared/azure/resources/association';
import { ensure, outcomeOf, type ResourceSpec, type Resume } from '../../shared/azure/ensure';
import type { HostLayout } from '../../shared/azure/layout';
import type { Outcome } from '../../shared/azure/outcome';
import { agentReadiness } from '../../shared/azure/resources/agent';
import {
  desiredForwarding,
  forwardingSpec,
  publicAddressSpec,
  readNetworkInterface,
  staticAddressSpec,
} from '../../shared/azure/resources/networkInterface';
import { publicIpSpec } from '../../shared/azure/resources/publicIp';
import { routeSpec, routeTableSpec } from '../../shared/azure/resources/routeTable';
import { securityProtocolSpec } from '../../shared/azure/resources/securityProtocol';
import { findSubnet, subnetSpec, subnetWishes } from '../../shared/azure/resources/subnet';
import {
  attachingSpec,
  attachmentSpec,
  desiredAttachment,
  detachedDisksSpec,
  readInstanceView,
  virtualMachineSpec,
} from '../../shared/azure/resources/virtualMachine';
import { loadLayout, type Dependencies } from './context';
import { noteAbsent } from './absent';
import { runGuestPhase, type PhaseFacts } from './guest';
import { ensureNic } from './networkInterface';

/** A resource of a host that a step brings to its desired state. */
export type HostResource =
  | 'natSubnet'
  | 'lanSubnet'
  | 'ghostedSubnet'
  | 'publicIp'
  | 'nic1'
  | 'nic2'
  | 'virtualMachine'
  | 'attachment'
  | 'attaching'
  | 'detachedDisks'
  | 'nic1Address'
  | 'nic2Address'
  | 'nic1Forwarding'
  | 'nic2Forwarding'
  | 'nic1PublicAddress'
  | 'securityProtocol'
  | 'routeTable';

export interface EnsureInput {
  operation: string;
  resource: HostResource;
  /** Only for a route table that is not the one at home. */
  table?: { id: string; location: string };
  /** The route in that table is begun as soon as the table is there. */
  route?: true;
  resume: Resume;
  /** What is begun at once, one after the other, as long as each is as desired. */
  then?: HostResource[];
  /** Windows is begun with at once when neither NIC has to be changed any more. Epoch milliseconds. */
  features?: { now: number };
}

/**
 * What else the look that found a resource as desired has seen to be right: what would be looked at next needs no look of
 * its own. Absent: not known, or not so.
 */
export interface ResourceFacts {
  /** Of the VM: both NICs are attached, NIC 1 as the primary one. */
  attached?: true;
  /** Of the VM: it runs, and whether its agent answers. */
  agentReady?: boolean;
  /** Of NIC 2: NIC 1 does not forward. */
  nic1Forwarding?: true;
  /** How the first look at the phase `features` went, if it was asked for. */
  features?: Outcome<PhaseFacts>;
  /** How the first look at the next resource went, if it was asked for. */
  begun?: Outcome<ResourceFacts>;
}

/** The same of a route table, whose route is next, or of a subnet. */
export interface Begun {
  begun?: Outcome;
}

export async function ensureResource(deps: Dependencies, input: EnsureInput): Promise<Outcome> {
  const outcome = await ensureOne(deps, input);
  if (outcome.status === 'done' && input.table && input.route) {
    const { operation, table } = input;
    const begun = await ensureRoute(deps, { operation, tableId: table.id, resume: {} });
    return { ...outcome, facts: { begun } };
  }
  const [next, ...then] = input.then ?? [];
  if (outcome.status !== 'done' || next === undefined) return outcome;
  const begun = await ensureResource(deps, {
    operation: input.operation,
    resource: next,
    resume: {},
    ...(then.length > 0 ? { then } : {}),
  });
  return { ...outcome, facts: { ...(outcome.facts as ResourceFacts | undefined), begun } };
}

async function ensureOne(deps: Dependencies, input: EnsureInput): Promise<Outcome> {
  const layout = await loadLayout(deps, input.operation);
  const { resource } = input;
  if (resource === 'nic1' || resource === 'nic2') return ensureNic(deps, layout, resource, input.resume);
  if (resource === 'virtualMachine') return ensureMachine(deps, layout, input.resume);
  if (resource === 'nic2Forwarding') return ensureForwarding(deps, layout, input);
  if (resource === 'natSubnet' || resource === 'lanSubnet') {
    const spec = subnetSpec(subnetWishes(layout)[resource]);
    const made = noting(deps, input, spec, (network) => !!network && !!findSubnet(network, spec.id));
    return ensure(deps.clients, made, input.resume);
  }
  if (resource === 'routeTable') {
    const spec = routeTableSpec(layout, input.table);
    return ensure(deps.clients, noting(deps, input, spec, Boolean), input.resume);
  }
  return ensureHostResource(deps, layout, resource, input.resume);
}

/**
 * The same resource of several hosts, noted as absent before this operation makes it: the plan may have seen one that the
 * undo of another operation has taken back since.
 */
const noting = <Existing, Body, Facts>(
  deps: Dependencies,
  { operation }: EnsureInput,
  spec: ResourceSpec<Existing, Body, Facts>,
  isThere: (existing: Existing | undefined) => boolean,
): ResourceSpec<Existing, Body, Facts> => ({
  ...spec,
  async write(clients, body, existing) {
    if (!isThere(existing)) await noteAbsent(deps, operation, spec.id);
    return spec.write(clients, body, existing);
  },
});

async function ensureMachine(
  { clients }: Dependencies,
  layout: HostLayout,
  resume: Resume,
): Promise<Outcome> {
  const spec = virtualMachineSpec(layout);
  let vm: Awaited<ReturnType<typeof spec.read>>;
  const read: typeof spec.read = async (from) => (vm = await spec.read(from));
  const outcome = await ensure(clients, { ...spec, read }, resume);
  if (outcome.status !== 'done') return outcome;
  const agent = await outcomeOf(async () =>
    agentReadiness(await readInstanceView(clients, layout.virtualMachine.id)),
  );
  const facts: ResourceFacts = {
    ...(desiredAttachment(layout, vm).action === 'none' ? { attached: true } : {}),
    agentReady: agent.status === 'done',
  };
  return { ...outcome, facts };
}

async function ensureForwarding(
  deps: Dependencies,
  layout: HostLayout,
  { operation, resume, features }: EnsureInput,
): Promise<Outcome> {
  const { clients } = deps;
  const outcome = await ensure(clients, forwardingSpec(layout, layout.nic2, true), resume);
  if (outcome.status !== 'done') return outcome;
  const { nic1 } = layout;
  const decision = await outcomeOf<boolean>(async () => {
    const existing = await readNetworkInterface(clients, nic1.id);
    const none = desiredForwarding(layout, nic1, false, existing).action === 'none';
    return { status: 'done', change: 'unchanged', facts: none };
  });
  if (decision.status !== 'done' || !decision.facts) return outcome;
  const facts: ResourceFacts = { nic1Forwarding: true };
  if (features) {
    const { now } = features;
    const first = { operation, phase: 'features', attempt: 1, resume: {}, begun: now, now } as const;
    facts.features = await runGuestPhase(deps, first);
  }
  return { ...outcome, facts };
}

function ensureHostResource(
  { clients }: Dependencies,
  layout: HostLayout,
  resource: Exclude<
    HostResource,
    'natSubnet' | 'lanSubnet' | 'nic1' | 'nic2' | 'virtualMachine' | 'nic2Forwarding' | 'routeTable'
  >,
  resume: Resume,
): Promise<Outcome> {
  switch (resource) {
    case 'ghostedSubnet':
      return ensure(clients, subnetSpec(subnetWishes(layout).ghostedSubnet), resume);
    case 'publicIp':
      if (!layout.publicIp) throw new Error('The network does not go out by public addresses.');
      return ensure(clients, publicIpSpec(layout, layout.publicIp.id), resume);
    case 'attachment':
      return ensure(clients, attachmentSpec(layout), resume);
    case 'attaching':
      return ensure(clients, attachingSpec(layout), resume);
    case 'detachedDisks':
      return ensure(clients, detachedDisksSpec(layout), resume);
    case 'nic1Address':
      return ensure(clients, staticAddressSpec(layout, layout.nic1), resume);
    case 'nic2Address':
      return ensure(clients, staticAddressSpec(layout, layout.nic2), resume);
    case 'nic1Forwarding':
      return ensure(clients, forwardingSpec(layout, layout.nic1, false), resume);
    case 'nic1PublicAddress':
      return ensure(clients, publicAddressSpec(layout, layout.nic1), resume);
    case 'securityProtocol':
      return ensure(clients, securityProtocolSpec(layout), resume);
  }
}

export interface RouteInput {
  operation: string;
  tableId: string;
  resume: Resume;
}

export async function ensureRoute(deps: Dependencies, input: RouteInput): Promise<Outcome> {
  const layout = await loadLayout(deps, input.operation);
  return ensure(deps.clients, routeSpec(layout, input.tableId), input.resume);
}

export interface AssociationInput {
  subnetId: string;
  tableId: string;
  wanted: boolean;
  resume: Resume;
  /** Subnet that is begun at once when this one is as desired. */
  then?: string;
}

/** Puts our table on a subnet, or takes it off; everything else on the subnet goes back as it was read. */
export async function ensureAssociation(deps: Dependencies, input: AssociationInput): Promise<Outcome> {
  const { subnetId, tableId, wanted, resume, then } = input;
  const outcome = await ensure(deps.clients, associationSpec(subnetId, tableId, wanted), resume);
  if (outcome.status !== 'done' || then === undefined) return outcome;
  const facts: Begun = {
    begun: await ensure(deps.clients, associationSpec(then, tableId, wanted)),
  };
  return { ...outcome, facts };
}

/** Waits for nothing: says whether the VM runs and its agent is ready. */
export async function checkAgent(deps: Dependencies, input: { operation: string }): Promise<Outcome> {
  const layout = await loadLayout(deps, input.operation);
  return outcomeOf(async () =>
    agentReadiness(await readInstanceView(deps.clients, layout.virtualMachine.id)),
  );
}
