import { associationSpec } from '../../shared/azure/resources/association';
import { ensure, looking, outcomeOf, pendingOf, type Resume } from '../../shared/azure/ensure';
import { parseId } from '../../shared/azure/ids';
import type { HostLayout } from '../../shared/azure/layout';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { pollOperation } from '../../shared/azure/raw';
import { agentReadiness, readinessAfterRestart } from '../../shared/azure/resources/agent';
import {
  forwardingSpec,
  networkInterfaceSpec,
  publicAddressSpec,
  staticAddressSpec,
} from '../../shared/azure/resources/networkInterface';
import { publicIpSpec } from '../../shared/azure/resources/publicIp';
import { routeSpec, routeTableSpec } from '../../shared/azure/resources/routeTable';
import { subnetSpec, subnetWishes } from '../../shared/azure/resources/subnet';
import {
  attachingSpec,
  attachmentSpec,
  detachedDisksSpec,
  readInstanceView,
  virtualMachineSpec,
} from '../../shared/azure/resources/virtualMachine';
import { send } from '../../shared/azure/send';
import { defaultTimeouts } from '../../shared/guest';
import { loadLayout, type Dependencies } from './context';

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
  | 'routeTable';

export interface EnsureInput {
  operation: string;
  resource: HostResource;
  /** Only for a route table that is not the one at home. */
  table?: { id: string; location: string };
  resume: Resume;
}

export async function ensureResource(deps: Dependencies, input: EnsureInput): Promise<Outcome> {
  const layout = await loadLayout(deps, input.operation);
  const { resource } = input;
  if (resource === 'nic1' || resource === 'nic2') return ensureNic(deps, layout, resource, input.resume);
  if (input.table) return ensure(deps.clients, routeTableSpec(layout, input.table), input.resume);
  return ensureHostResource(deps, layout, resource, input.resume);
}

/** An address that Azure refuses because somebody has it is passed over from then on. */
async function ensureNic(
  deps: Dependencies,
  layout: HostLayout,
  which: 'nic1' | 'nic2',
  resume: Resume,
): Promise<Outcome> {
  const nic = layout[which];
  const outcome = await ensure(deps.clients, networkInterfaceSpec(layout, nic), resume);
  if (outcome.status === 'failed' && outcome.code === 'PrivateIPAddressIsAllocated') {
    await deps.records.ledger.noteRefused(layout.virtualNetworkId, layout.network, nic.address);
  }
  return outcome;
}

function ensureHostResource(
  { clients }: Dependencies,
  layout: HostLayout,
  resource: Exclude<HostResource, 'nic1' | 'nic2'>,
  resume: Resume,
): Promise<Outcome> {
  switch (resource) {
    case 'natSubnet':
    case 'lanSubnet':
    case 'ghostedSubnet':
      return ensure(clients, subnetSpec(subnetWishes(layout)[resource]), resume);
    case 'publicIp':
      if (!layout.publicIp) throw new Error('The network does not go out by public addresses.');
      return ensure(clients, publicIpSpec(layout, layout.publicIp.id), resume);
    case 'virtualMachine':
      return ensure(clients, virtualMachineSpec(layout), resume);
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
    case 'nic2Forwarding':
      return ensure(clients, forwardingSpec(layout, layout.nic2, true), resume);
    case 'nic1PublicAddress':
      return ensure(clients, publicAddressSpec(layout, layout.nic1), resume);
    case 'routeTable':
      return ensure(clients, routeTableSpec(layout), resume);
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
}

/** Puts our table on a subnet, or takes it off; everything else on the subnet goes back as it was read. */
export function ensureAssociation(deps: Dependencies, input: AssociationInput): Promise<Outcome> {
  return ensure(deps.clients, associationSpec(input.subnetId, input.tableId, input.wanted), input.resume);
}

/**
 * Restarts the VM, then says when its agent answers again. `since` is the time of the orchestration at which the restart
 * was asked for: an agent status from before it, or from soon after, does not count.
 */
export async function restartVirtualMachine(
  deps: Dependencies,
  input: { operation: string; resume: Resume; since: number; now: number },
): Promise<Outcome> {
  const layout = await loadLayout(deps, input.operation);
  const { id, name } = layout.virtualMachine;
  const { subscriptionId, resourceGroup } = parseId(id);
  return outcomeOf(async () => {
    if (!input.resume.change) {
      const client = await deps.clients.compute(subscriptionId);
      const sent = await send((options) => client.virtualMachines.restart(resourceGroup, name, options));
      return pendingOf(sent, 'updated');
    }
    if (input.resume.operation) {
      const polled = await pollOperation(deps.clients, subscriptionId, input.resume.operation);
      if (polled.status === 'failed') return polled;
      if (polled.status === 'pending') return { ...polled, change: 'updated' };
    }
    const view = await looking(() => readInstanceView(deps.clients, id));
    const readiness = readinessAfterRestart(view, input.since);
    if (readiness.status === 'failed') return readiness;
    const { restart } = deps.guestTimeouts ?? defaultTimeouts;
    if (readiness.status === 'pending' && input.now - input.since > restart * 1_000) {
      const message = `The agent of ${name} did not answer within ${Math.round(restart / 60)} minutes of the restart. Look at the boot diagnostics of the VM.`;
      return failed('fatal', 'AgentNotReady', message);
    }
    return { ...readiness, change: 'updated' };
  });
}

/** Waits for nothing: says whether the VM runs and its agent is ready. */
export async function checkAgent(deps: Dependencies, input: { operation: string }): Promise<Outcome> {
  const layout = await loadLayout(deps, input.operation);
  return outcomeOf(async () =>
    agentReadiness(await readInstanceView(deps.clients, layout.virtualMachine.id)),
  );
}
