import { parseResult } from '../guest';
import { plannedHost, verifiedHost, type HostFacts, type HostIdentity } from '../network/walk';
import type { VirtualNetwork } from '@azure/arm-network';
import type { VirtualMachineRunCommand } from '@azure/arm-compute';
import type { AzureClients } from './clients';
import { parseId } from './ids';
import type { HostLayout } from './layout';
import { guestRouting } from './resources/runCommand';
import { list } from './send';

/** A host as packets meet it, and how that is known. */
export interface KnownHost {
  facts: HostFacts;
  /** ISO 8601: when the host said so itself; absent: as it is planned to be. */
  verifiedAt?: string;
}

const identityOf = ({ host, nic1, nic2, route }: HostLayout): HostIdentity => ({
  name: host,
  nic1: nic1.id,
  nic2: nic2.id,
  ghostedPrefix: route.prefix,
});

export function asPlanned(layout: HostLayout, network: VirtualNetwork): KnownHost {
  return { facts: plannedHost(identityOf(layout), guestRouting(layout, network)) };
}

/**
 * The host as its latest verification found it; Azure keeps the results of run commands with the VM. Undefined if none is
 * to be had. Throws AzureFailure.
 */
export async function asVerified(clients: AzureClients, layout: HostLayout): Promise<KnownHost | undefined> {
  const { subscriptionId, resourceGroup } = parseId(layout.virtualMachine.id);
  const client = await clients.compute(subscriptionId);
  const commands = await list((options) =>
    client.virtualMachineRunCommands.listByVirtualMachine(resourceGroup, layout.virtualMachine.name, {
      ...options,
      expand: 'instanceView',
    }),
  );
  return latestVerification(layout, commands);
}

export function latestVerification(
  layout: HostLayout,
  commands: readonly VirtualMachineRunCommand[],
): KnownHost | undefined {
  const found = commands.flatMap(({ name, instanceView }) => {
    const endedAt = instanceView?.endTime;
    const result = parseResult(instanceView?.output ?? '');
    if (!name?.startsWith('verify-') || !endedAt || !result) return [];
    const facts = verifiedHost(identityOf(layout), result);
    return facts ? [{ facts, verifiedAt: endedAt.toISOString() }] : [];
  });
  return found.sort((a, b) => b.verifiedAt.localeCompare(a.verifiedAt))[0];
}
