import type { GuestPhase } from '../guest/types';
import type { FailureClass } from './outcome';

/** How a class of failure is retried. Seconds throughout. */
export interface RetryPolicy {
  /** Delay before attempt 2, 3, ...; the last one repeats. Empty: never retried. */
  delays: readonly number[];
  /** Counted from the first failure of the step; after it the failure stands. */
  deadline: number;
}

/**
 * `conflict` outlasts the 180 s for which Azure reserves the NIC of a VM whose creation failed. `capacity` gets two more
 * chances because allocation failures often pass within minutes.
 */
export const retryPolicies: Record<FailureClass, RetryPolicy> = {
  transient: { delays: [2, 5, 10, 20, 30], deadline: 300 },
  conflict: { delays: [5, 10, 15, 30], deadline: 900 },
  throttled: { delays: [10, 20, 40, 60], deadline: 1_800 },
  capacity: { delays: [60, 120], deadline: 240 },
  quota: { delays: [], deadline: 0 },
  invalid: { delays: [], deadline: 0 },
  denied: { delays: [], deadline: 0 },
  fatal: { delays: [], deadline: 0 },
};

export interface RetryState {
  /** Failures so far in this step, the one at hand included. */
  failures: number;
  /** Seconds since the first of them. */
  elapsed: number;
}

/**
 * Seconds to wait before the next attempt, or undefined if the failure stands. `spread` in [0, 1) moves the delay by up
 * to a quarter, so that many hosts that failed together do not come back together; Azure's Retry-After is a minimum.
 */
export function nextDelay(
  cls: FailureClass,
  state: RetryState,
  spread: number,
  retryAfterSeconds = 0,
): number | undefined {
  const { delays, deadline } = retryPolicies[cls];
  const base = delays[Math.min(state.failures, delays.length) - 1];
  if (base === undefined) return undefined;
  const delay = Math.ceil(Math.max(base * (1 + spread / 4), retryAfterSeconds));
  return state.elapsed + delay > deadline ? undefined : delay;
}

/** Number in [0, 1) from a text, the same on every replay (FNV-1a). */
export function spreadOf(seed: string): number {
  let hash = 0x811c9dc5;
  for (const char of seed) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return hash / 2 ** 32;
}

export type Pace =
  | 'quick'
  | 'subnet'
  | 'route'
  | 'virtualMachine'
  | 'deleteVirtualMachine'
  | 'restart'
  | 'features'
  | 'network'
  | 'guestCheck';

/**
 * When to look again at something that is under way: seconds before the first look, then between looks. The first look
 * comes when most of such work is done, so that polling stays under the Compute read buckets (12 per minute and VM) and
 * an orchestration stays short; a slow one costs one more look, never a failure.
 */
const paces: Record<Pace, readonly [first: number, next: number]> = {
  quick: [5, 5],
  subnet: [8, 5],
  route: [7, 5],
  virtualMachine: [85, 15],
  deleteVirtualMachine: [40, 10],
  restart: [120, 25],
  features: [120, 30],
  network: [60, 20],
  guestCheck: [35, 10],
};

/** How the phases of a guest are waited for. */
export const guestPaces: Record<GuestPhase, Pace> = {
  features: 'features',
  network: 'network',
  deconfigure: 'network',
  verify: 'guestCheck',
  inventory: 'guestCheck',
};

/** Seconds that such work usually takes, as far as is known. */
export const usualSeconds = (pace: Pace): number => paces[pace][0];

const longestPollDelay = 60;

/**
 * Seconds until the next look; `looks` is how often one has waited already. Azure's Retry-After wins if it is longer. What
 * takes much longer than usual is looked at less and less often.
 */
export function pollDelay(pace: Pace, looks: number, pollAfterSeconds = 0): number {
  const [first, next] = paces[pace];
  const slowed = Math.min(next * 2 ** Math.floor(looks / 8), Math.max(longestPollDelay, next));
  return Math.max(looks === 0 ? first : slowed, pollAfterSeconds);
}
