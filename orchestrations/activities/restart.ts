import { looking, outcomeOf, type Resume } from '../../shared/azure/ensure';
import { parseId } from '../../shared/azure/ids';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { pollOperation } from '../../shared/azure/raw';
import { readinessAfterRestart } from '../../shared/azure/resources/agent';
import type { GuestVerdict } from '../../shared/azure/resources/guestVerdict';
import type { GuestAttempt } from '../../shared/azure/resources/runCommand';
import { readInstanceView } from '../../shared/azure/resources/virtualMachine';
import { beginRestart } from '../../shared/azure/restart';
import { defaultTimeouts } from '../../shared/guest';
import { loadLayout, type Dependencies } from './context';
import { runGuestPhase } from './guest';

export interface RestartInput {
  operation: string;
  resume: Resume;
  /** Time of the orchestration at which the restart was asked for: an agent status from before it, or from soon after, does not count. */
  since: number;
  now: number;
  /** Phase that is begun at once when the agent answers; absent: none. */
  next?: GuestAttempt;
}

/** `begun`: how the start of the next phase went. */
export interface RestartFacts {
  begun?: Outcome<GuestVerdict>;
}

/** Restarts the VM, then says when its agent answers again. */
export async function restartVirtualMachine(deps: Dependencies, input: RestartInput): Promise<Outcome> {
  const { next, now, operation } = input;
  const outcome = await restarted(deps, input);
  if (outcome.status !== 'done' || !next) return outcome;
  const begun = await runGuestPhase(deps, { ...next, operation, resume: {}, begun: now, now });
  const facts: RestartFacts = { begun };
  return { ...outcome, facts };
}

async function restarted(deps: Dependencies, input: RestartInput): Promise<Outcome> {
  const layout = await loadLayout(deps, input.operation);
  const { id, name } = layout.virtualMachine;
  const { subscriptionId } = parseId(id);
  return outcomeOf<unknown>(async () => {
    if (!input.resume.change) return await beginRestart(deps.clients, id);
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
