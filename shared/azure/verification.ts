import { canonicalJson } from '../api/canonical';
import { decodeParameters, parseResult, type GuestPlanFacts, type GuestResult } from '../guest';
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
  const protectMetadata = layout.spec.metadataProtection !== 'none';
  return { facts: plannedHost(identityOf(layout), { ...guestRouting(layout, network), protectMetadata }) };
}

/**
 * The host as its latest verification found it; Azure keeps the results of run commands with the VM. Undefined if none is
 * to be had. Throws AzureFailure.
 */
export async function asVerified(clients: AzureClients, layout: HostLayout): Promise<KnownHost | undefined> {
  return latestVerification(layout, await listRunCommands(clients, layout));
}

/** True if the latest verification succeeded and was for the routes and DHCP options that the host should have now. */
export async function isVerifiedAsPlanned(
  clients: AzureClients,
  layout: HostLayout,
  network: VirtualNetwork,
): Promise<boolean> {
  const [latest] = verifications(await listRunCommands(clients, layout));
  const { dnsSuffix } = layout.definition;
  return latest !== undefined && isFor(latest, { ...guestRouting(layout, network), dnsSuffix });
}

/** Of the parameters only what a roll-out brings about counts. */
export function isFor(
  { command, result }: Verification,
  wanted: Pick<GuestPlanFacts, 'routes' | 'dnsServers'> & { dnsSuffix: string | undefined },
): boolean {
  const value = command.parameters?.find(({ name }) => name === 'Parameters')?.value ?? '';
  const asked = decodeParameters(value);
  if (!result.ok || !asked) return false;
  const { routes, dnsServers, dnsSuffix } = asked;
  return canonicalJson({ routes, dnsServers, dnsSuffix }) === canonicalJson(wanted);
}

/** Ranges for which the latest verification that succeeded found a route over NIC 2. Throws AzureFailure. */
export async function verifiedRanges(
  clients: AzureClients,
  layout: HostLayout,
): Promise<string[] | undefined> {
  return rangesIn(verifications(await listRunCommands(clients, layout)));
}

/** By what the phase was asked to check: it succeeds only if all of it is there. */
export function rangesIn(verified: readonly Verification[]): string[] | undefined {
  const latest = verified.find(({ result }) => result.ok);
  const asked = decodeParameters(
    latest?.command.parameters?.find(({ name }) => name === 'Parameters')?.value ?? '',
  );
  return asked?.routes.flatMap(({ nic, prefix }) => (nic === 2 ? [prefix] : []));
}

async function listRunCommands(clients: AzureClients, layout: HostLayout) {
  const { subscriptionId, resourceGroup } = parseId(layout.virtualMachine.id);
  const client = await clients.compute(subscriptionId);
  return list((options) =>
    client.virtualMachineRunCommands.listByVirtualMachine(resourceGroup, layout.virtualMachine.name, {
      ...options,
      expand: 'instanceView',
    }),
  );
}

export interface Verification {
  command: VirtualMachineRunCommand;
  result: GuestResult;
  /** ISO 8601. */
  endedAt: string;
}

/** Verifications that came to a result, the latest first. */
export function verifications(commands: readonly VirtualMachineRunCommand[]): Verification[] {
  const found = commands.flatMap((command): Verification[] => {
    const { name, instanceView } = command;
    const result = parseResult(instanceView?.output ?? '');
    if (!name?.startsWith('verify-') || !instanceView?.endTime || result?.phase !== 'verify') return [];
    return [{ command, result, endedAt: instanceView.endTime.toISOString() }];
  });
  return found.sort((a, b) => b.endedAt.localeCompare(a.endedAt));
}

export function latestVerification(
  layout: HostLayout,
  commands: readonly VirtualMachineRunCommand[],
): KnownHost | undefined {
  for (const { result, endedAt } of verifications(commands)) {
    const facts = verifiedHost(identityOf(layout), result);
    if (facts) return { facts, verifiedAt: endedAt };
  }
  return undefined;
}
