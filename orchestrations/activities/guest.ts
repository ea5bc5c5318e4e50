import { ensure, outcomeOf, type Resume } from '../../shared/azure/ensure';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { readNetworkInterface } from '../../shared/azure/resources/networkInterface';
import type { GuestVerdict } from '../../shared/azure/resources/guestVerdict';
import {
  guestFacts,
  logBlobs,
  runCommandBody,
  runCommandSpec,
  type GuestAttempt,
} from '../../shared/azure/resources/runCommand';
import { defaultTimeouts, isOverdue } from '../../shared/guest';
import { isHostMachine, readVirtualMachine } from '../../shared/azure/resources/virtualMachine';
import { readVirtualNetwork } from '../../shared/azure/resources/virtualNetwork';
import { ensureAbsent } from '../../shared/azure/remove';
import {
  mostRemovals,
  runCommandNames,
  runCommandRemoval,
  spentRunCommands,
} from '../../shared/azure/runCommands';
import { routesHere } from '../../shared/azure/routesHere';
import { beginRestart } from '../../shared/azure/restart';
import type { HostLayout } from '../../shared/azure/layout';
import { auditOf } from './removal';
import { loadHost, loadLayout, type Dependencies } from './context';

/** What a phase came to, with what was begun because of it. */
export type PhaseFacts = GuestVerdict & {
  /** The restart that the phase asked for: when it was begun, and how that went. */
  restart?: { since: number; outcome: Outcome<never> };
};

export type GuestInput = GuestAttempt & {
  /** Restart the VM at once where the phase asks for it. */
  restart?: true;
  resume: Resume;
  /** Times of the orchestration, epoch milliseconds: when this attempt was begun, and now. */
  begun: number;
  now: number;
};

/**
 * Starts one attempt of a guest phase, or looks at how it goes. The facts for the parameters are read from Azure at the
 * start of the attempt: MACs exist only since the VM ran, and VNet ranges may have been added since the plan.
 */
export async function runGuestPhase(deps: Dependencies, input: GuestInput): Promise<Outcome<PhaseFacts>> {
  const layout = await loadLayout(deps, input.operation);
  const outcome = await lookAtPhase(deps, layout, input);
  const { facts } = outcome.status === 'done' ? outcome : {};
  if (!input.restart || facts?.verdict !== 'ok' || !facts.restartNeeded) return outcome;
  const restart = {
    since: input.now,
    outcome: await outcomeOf<never>(() => beginRestart(deps.clients, layout.virtualMachine.id)),
  };
  return { ...outcome, facts: { ...facts, restart } } as Outcome<PhaseFacts>;
}

async function lookAtPhase(
  deps: Dependencies,
  layout: HostLayout,
  input: GuestInput,
): Promise<Outcome<GuestVerdict>> {
  const { resume, begun, now, restart: _, ...attempt } = input;
  const timeouts = deps.guestTimeouts ?? defaultTimeouts;
  const overdue = isOverdue(attempt.phase, (now - begun) / 1_000, timeouts);
  return outcomeOf(async () => {
    if (resume.change) {
      return ensure(deps.clients, runCommandSpec(layout, attempt, undefined, overdue), resume);
    }
    await makeRoom(deps, layout, attempt.operation, now);
    const [nic1, nic2, network, routes] = await Promise.all([
      readNetworkInterface(deps.clients, layout.nic1.id),
      readNetworkInterface(deps.clients, layout.nic2.id),
      readVirtualNetwork(deps.clients, layout.virtualNetworkId),
      attempt.phase === 'deconfigure' ? routesHere(deps.clients, layout) : undefined,
    ]);
    if (!nic1?.macAddress || !nic2?.macAddress || !network) {
      const message =
        'Azure does not show the MAC addresses of the NICs: the VM is not up yet, or somebody removed it.';
      return failed('transient', 'MacUnknown', message);
    }
    const macs = { nic1: nic1.macAddress, nic2: nic2.macAddress };
    const facts = guestFacts(layout, attempt, macs, network, routes);
    const { guestLogContainer: container } = deps;
    const logs = container === undefined ? undefined : logBlobs(container, layout.host, attempt);
    return ensure(
      deps.clients,
      runCommandSpec(layout, attempt, () => runCommandBody(layout.location, facts, timeouts, logs), overdue),
      resume,
    );
  });
}

/**
 * Old run commands go where a VM has many. Nobody waits for their end, and a failure is no reason to stop: the limit is
 * still some commands away, and the next attempt tries again.
 */
async function makeRoom(
  deps: Dependencies,
  layout: HostLayout,
  operation: string,
  now: number,
): Promise<void> {
  const { id } = layout.virtualMachine;
  const audit = auditOf(deps, operation, now);
  let removed = 0;
  for (const name of spentRunCommands(await runCommandNames(deps.clients, id), operation)) {
    if (removed === mostRemovals) return;
    const outcome = await ensureAbsent(
      deps.clients,
      runCommandRemoval(id, name),
      { layout, operation },
      audit,
    );
    if (outcome.status === 'pending') removed += 1;
  }
}

export interface MachineFacts {
  exists: boolean;
  /** Another VM has the name by now. */
  foreign?: true;
}

/** Whether there is a VM whose guests have to be counted before it may go. */
export async function findVirtualMachine(
  deps: Dependencies,
  input: { operation: string },
): Promise<Outcome<MachineFacts>> {
  const { layout } = await loadHost(deps, input.operation);
  return outcomeOf(async () => {
    const vm = await readVirtualMachine(deps.clients, layout.virtualMachine.id);
    const foreign = vm !== undefined && !isHostMachine(layout, vm);
    return {
      status: 'done',
      change: 'unchanged',
      facts: { exists: vm !== undefined, ...(foreign ? { foreign } : {}) },
    };
  });
}
