import type { VirtualMachineRunCommand } from '@azure/arm-compute';
import type { VirtualNetwork } from '@azure/arm-network';
import {
  bootVersion,
  buildParameters,
  defaultTimeouts,
  encodeParameters,
  parseResult,
  scriptOf,
  timeoutOf,
  type GuestPhase,
  type GuestPlanFacts,
  type GuestTimeouts,
} from '../../guest';
import { hostRoutes } from '../../network/hostRoutes';
import type { Decision, ResourceSpec } from '../ensure';
import { parseId } from '../ids';
import type { HostLayout } from '../layout';
import { read, send } from '../send';
import { judge, type GuestVerdict } from './guestVerdict';
import { addressSpaces, dnsServers, isIpv4, peerRanges } from './virtualNetwork';

/** Which run of which phase; every attempt is a run command of its own, because Azure never repeats one. */
export interface GuestAttempt {
  phase: GuestPhase;
  attempt: number;
  operation: string;
  /** Boot time reported before the restart; the phase refuses to run in that same boot. */
  notBootedAt?: string;
  /** Phase network must leave alone what it cannot put right unnoticed by guests. */
  mayInterrupt?: false;
}

export function runCommandName({ phase, attempt, operation }: GuestAttempt): string {
  return `${phase}-${operation.slice(0, 12)}-${attempt}`;
}

/** Static routes of the host and the DNS servers of its guests, as the network is now. */
export function guestRouting(
  { definition, route, natSubnet, lanSubnet }: HostLayout,
  network: VirtualNetwork,
): Pick<GuestPlanFacts, 'routes' | 'dnsServers'> {
  const dns = dnsServers(definition, network);
  return {
    dnsServers: dns,
    routes: hostRoutes({
      vnetRanges: addressSpaces(network).filter(isIpv4),
      extraRanges: [...peerRanges(network), ...(definition.extraPrefixes ?? [])],
      natPrefixes: definition.natPrefixes ?? [],
      natPrefix: natSubnet.prefix,
      lanPrefix: lanSubnet.prefix,
      ghostedPrefix: route.prefix,
      dnsServers: dns,
    }),
  };
}

export function guestFacts(
  layout: HostLayout,
  attempt: GuestAttempt,
  macs: { nic1: string; nic2: string },
  network: VirtualNetwork,
  routesHere?: number,
): GuestPlanFacts {
  const { definition, route } = layout;
  return {
    phase: attempt.phase,
    ...(attempt.phase === 'verify' ? { bootVersion: bootVersion() } : {}),
    host: layout.host,
    operation: attempt.operation,
    nic1: { mac: macs.nic1, address: layout.nic1.address },
    nic2: { mac: macs.nic2, address: layout.nic2.address },
    ghostedPrefix: route.prefix,
    ...(layout.spec.metadataProtection === 'none' ? { protectMetadata: false } : {}),
    ...(layout.dataDisk === undefined ? {} : { dataDisk: { lun: layout.dataDisk.lun } }),
    ...(definition.dnsSuffix === undefined ? {} : { dnsSuffix: definition.dnsSuffix }),
    ...guestRouting(layout, network),
    ...(attempt.notBootedAt === undefined ? {} : { notBootedAt: attempt.notBootedAt }),
    ...(attempt.mayInterrupt === undefined ? {} : { mayInterrupt: attempt.mayInterrupt }),
    ...(routesHere === undefined ? {} : { routesHere }),
  };
}

/** Where the platform writes what a script writes, as append blobs; SAS and all, so they are never part of a result. */
export interface LogBlobs {
  outputBlobUri: string;
  errorBlobUri: string;
}

export function logBlobs(container: string, host: string, attempt: GuestAttempt): LogBlobs {
  const blob = (kind: string): string => {
    const url = new URL(container);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${host}/${runCommandName(attempt)}.${kind}`;
    return url.href;
  };
  return { outputBlobUri: blob('log'), errorBlobUri: blob('errors.log') };
}

/** Parameters travel as one base64 value; nothing of a request is ever part of the script text. */
export function runCommandBody(
  location: string,
  facts: GuestPlanFacts,
  timeouts: GuestTimeouts = defaultTimeouts,
  logs?: LogBlobs,
): VirtualMachineRunCommand {
  return {
    location,
    source: { script: scriptOf(facts.phase) },
    parameters: [
      {
        name: 'Parameters',
        value: encodeParameters(buildParameters(logs ? { ...facts, log: true } : facts)),
      },
    ],
    ...logs,
    asyncExecution: true,
    timeoutInSeconds: timeoutOf(facts.phase, timeouts),
    treatFailureAsDeploymentFailure: false,
  };
}

/**
 * Success is execution state Succeeded, exit code 0 and a result line that says so, all three: Azure shows
 * `provisioningState: Succeeded` and `exitCode: 0` on scripts that are still running or failed. `overdue`: nothing more
 * is to be expected of it. Without `body` it was made before: one that is gone is not made again under its name, because what
 * it did until then is unknown.
 */
export function desiredRunCommand(
  body: (() => VirtualMachineRunCommand) | undefined,
  existing: VirtualMachineRunCommand | undefined,
  overdue = false,
): Decision<VirtualMachineRunCommand, GuestVerdict> {
  if (!existing) {
    return body
      ? { action: 'put', change: 'created', body: body() }
      : again('GuestLost', 'Somebody removed the run command.');
  }
  const view = existing.instanceView;
  const result = parseResult(view?.output ?? '');
  const times = { startedAt: view?.startTime, endedAt: view?.endTime };
  switch (view?.executionState) {
    case 'Succeeded':
      return { action: 'none', facts: judge(result, view.exitCode ?? 0, view.error, times) };
    case 'Failed':
      return {
        action: 'none',
        facts: judge(result, view.exitCode ?? 1, view.executionMessage ?? view.error, times),
      };
    case 'TimedOut':
    case 'Canceled':
      return again(`Guest${view.executionState}`, 'The script did not finish.');
    default:
      if (existing.provisioningState === 'Failed')
        return again('GuestNotStarted', 'The script did not start.');
      return overdue ? again('GuestLost', 'The script was never heard of again.') : { action: 'wait' };
  }
}

const again = (code: string, message: string): Decision<VirtualMachineRunCommand, GuestVerdict> => ({
  action: 'none',
  facts: { verdict: 'again', code, message },
});

export function runCommandSpec(
  layout: HostLayout,
  attempt: GuestAttempt,
  body: (() => VirtualMachineRunCommand) | undefined,
  overdue: boolean,
): ResourceSpec<VirtualMachineRunCommand, VirtualMachineRunCommand, GuestVerdict> {
  const name = runCommandName(attempt);
  const { subscriptionId, resourceGroup } = parseId(layout.virtualMachine.id);
  return {
    id: `${layout.virtualMachine.id}/runCommands/${name}`,
    async read(clients) {
      const client = await clients.compute(subscriptionId);
      return read((options) =>
        client.virtualMachineRunCommands.getByVirtualMachine(
          resourceGroup,
          layout.virtualMachine.name,
          name,
          {
            ...options,
            expand: 'instanceView',
          },
        ),
      );
    },
    desired: (existing) => desiredRunCommand(body, existing, overdue),
    async write(clients, body) {
      const client = await clients.compute(subscriptionId);
      // The operation ends when the script starts; only the instance view tells how it goes.
      const { operation: _, ...sent } = await send((options) =>
        client.virtualMachineRunCommands.createOrUpdate(
          resourceGroup,
          layout.virtualMachine.name,
          name,
          body,
          options,
        ),
      );
      return { ...sent, settled: false };
    },
  };
}
