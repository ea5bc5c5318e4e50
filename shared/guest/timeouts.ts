import type { GuestPhase } from './types';

/** How long the guest may take, in seconds, before what it was asked for counts as lost. */
export interface GuestTimeouts {
  /** Phase features: the slowest, installing roles on a small VM. */
  features: number;
  /** Phases that configure: network, deconfigure. */
  network: number;
  /** Phases that only look: verify, inventory. */
  check: number;
  /** From the request for a restart until the agent answers. */
  restart: number;
}

export const defaultTimeouts: GuestTimeouts = { features: 3_600, network: 1_800, check: 900, restart: 1_800 };

/** Longest time between the acceptance of a run command and the start of its script on a busy VM. An estimate. */
const pickUpSeconds = 300;

export function timeoutOf(phase: GuestPhase, timeouts: GuestTimeouts): number {
  if (phase === 'features') return timeouts.features;
  return phase === 'verify' || phase === 'inventory' ? timeouts.check : timeouts.network;
}

/**
 * True if a run command asked for so many seconds ago will tell no more: Azure ends scripts at their timeout, and one that
 * went down with its VM stays "Running" for good.
 */
export function isOverdue(phase: GuestPhase, elapsedSeconds: number, timeouts: GuestTimeouts): boolean {
  return elapsedSeconds > timeoutOf(phase, timeouts) + pickUpSeconds;
}
