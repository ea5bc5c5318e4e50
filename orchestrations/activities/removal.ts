import type { Resume } from '../../shared/azure/ensure';
import type { HostLayout } from '../../shared/azure/layout';
import type { Outcome } from '../../shared/azure/outcome';
import {
  diskRemoval,
  ghostedSubnetRemoval,
  networkInterfaceRemoval,
  networkSubnetRemoval,
  publicIpRemoval,
  routeRemoval,
  routeTableRemoval,
  virtualMachineRemoval,
} from '../../shared/azure/removals';
import { runCommandRemoval } from '../../shared/azure/runCommands';
import { ensureAbsent, type RemovalFacts, type RemovalSpec } from '../../shared/azure/remove';
import type { Claims, IssuedWarrant, Warrant } from '../../shared/azure/warrant';
import { definedOver } from '../../shared/network/sharing';
import { loadClaims, loadHost, whyNotActing, type Dependencies } from './context';

export type Removable =
  | 'virtualMachine'
  | 'nic1'
  | 'nic2'
  | 'publicIp'
  | 'osDisk'
  | 'dataDisk'
  | 'ghostedSubnet'
  | 'natSubnet'
  | 'lanSubnet'
  | 'routeTable';

export interface RemoveInput {
  operation: string;
  purpose: Warrant['purpose'];
  /** A resource of the host, its route in one table, a table of ours that is not the one at home, or a run command. */
  target:
    | { resource: Removable }
    | { routeIn: string }
    | { routeTable: string }
    /** By name; of a VM that is given back. */
    | { runCommand: string };
  resume: Resume;
  now: number;
}

/** Deletes one resource if a warrant can be had for it; the warrant is on record before the DELETE is sent. */
export async function removeResource(deps: Dependencies, input: RemoveInput): Promise<Outcome<RemovalFacts>> {
  const context = await loadHost(deps, input.operation);
  const over = whyNotActing(context);
  if (over) return over;
  const audit = auditOf(deps, input.operation, input.now);
  if ('runCommand' in input.target) {
    const { operation, resume, target } = input;
    const { layout } = context;
    const spec = runCommandRemoval(layout.virtualMachine.id, target.runCommand);
    return ensureAbsent(deps.clients, spec, { layout, operation, released: true }, audit, resume);
  }
  const spec = specOf(context.layout, input.target);
  const claims = {
    ...(await loadClaims(deps, context, input.purpose)),
    ...(isShared(input.target) ? await whoDefined(deps, context.layout, spec.id) : {}),
  };
  return ensureAbsent(deps.clients, spec, claims, audit, input.resume);
}

const isShared = (target: RemoveInput['target']): boolean =>
  'resource' in target && (target.resource === 'natSubnet' || target.resource === 'lanSubnet');

async function whoDefined(
  { records }: Dependencies,
  { network }: HostLayout,
  subnetId: string,
): Promise<Pick<Claims, 'definedOver'>> {
  const other = definedOver(subnetId, network, await records.networks.list());
  return other === undefined ? {} : { definedOver: other };
}

/** Puts a warrant on record for an operation; `now` in epoch milliseconds. */
export const auditOf =
  ({ records }: Dependencies, operation: string, now: number) =>
  ({ resourceId, requestId, purpose, proof }: IssuedWarrant): Promise<void> =>
    records.operations.addWarrant({
      operation,
      resourceId,
      requestId,
      evidence: { purpose, proof },
      issuedAt: new Date(now).toISOString(),
    });

function specOf(
  layout: HostLayout,
  target: Exclude<RemoveInput['target'], { runCommand: string }>,
): RemovalSpec {
  if ('routeIn' in target) return routeRemoval(layout, target.routeIn);
  if ('routeTable' in target) return routeTableRemoval(layout, target.routeTable);
  switch (target.resource) {
    case 'virtualMachine':
      return virtualMachineRemoval(layout);
    case 'nic1':
      return networkInterfaceRemoval(layout.nic1);
    case 'nic2':
      return networkInterfaceRemoval(layout.nic2);
    case 'publicIp':
      if (!layout.publicIp) throw new Error('The network does not go out by public addresses.');
      return publicIpRemoval(layout.publicIp);
    case 'osDisk':
      return diskRemoval(layout.osDisk);
    case 'dataDisk':
      if (!layout.dataDisk) throw new Error('The host has no data disk of its own.');
      return diskRemoval(layout.dataDisk);
    case 'ghostedSubnet':
      return ghostedSubnetRemoval(layout);
    case 'natSubnet':
      return networkSubnetRemoval(layout, layout.natSubnet);
    case 'lanSubnet':
      return networkSubnetRemoval(layout, layout.lanSubnet);
    case 'routeTable':
      return routeTableRemoval(layout);
  }
}
