/**
 * FIFO write lease on one ARM parent (a VNet, a route table). It only saves conflicts: etags and retries keep writes
 * right, since others write too. Pure: time is an argument, the entity only stores the state.
 */
export interface LeaseState {
  holder?: { id: string; expiresAt: number };
  /** Oldest first; `event` is raised to the waiter when the lease becomes its own. */
  queue: { id: string; event: string }[];
}

/** An operation holds a parent for seconds to minutes; after this an acquirer looks whether the holder still lives. */
export const leaseSeconds = 1_200;

export const freeLease: LeaseState = { queue: [] };

export type AcquireAnswer =
  | { granted: true }
  /** `suspect`: the lease has expired; look at its holder, and evict it if it is no longer running. */
  | { granted: false; holder: string; suspect: boolean };

/** Idempotent: the holder is granted again (and renewed), a waiter keeps its place and gets a new event name. */
export function acquire(
  state: LeaseState,
  request: { id: string; event: string; now: number },
): { state: LeaseState; answer: AcquireAnswer } {
  const { id, event, now } = request;
  const { holder, queue } = state;
  if (!holder || holder.id === id) {
    return {
      state: {
        holder: { id, expiresAt: now + leaseSeconds * 1_000 },
        queue: queue.filter((w) => w.id !== id),
      },
      answer: { granted: true },
    };
  }
  const waiting = queue.some((waiter) => waiter.id === id)
    ? queue.map((waiter) => (waiter.id === id ? { id, event } : waiter))
    : [...queue, { id, event }];
  return {
    state: { holder, queue: waiting },
    answer: { granted: false, holder: holder.id, suspect: holder.expiresAt <= now },
  };
}

/** Gives the lease, or a place in the queue, back. `granted` is the waiter that holds it now and must be told. */
export function release(
  state: LeaseState,
  request: { id: string; now: number },
): { state: LeaseState; granted?: { id: string; event: string } } {
  const { id, now } = request;
  const queue = state.queue.filter((waiter) => waiter.id !== id);
  if (state.holder?.id !== id) return { state: { ...state, queue } };
  const [next, ...rest] = queue;
  if (!next) return { state: { queue: [] } };
  return {
    state: { holder: { id: next.id, expiresAt: now + leaseSeconds * 1_000 }, queue: rest },
    granted: next,
  };
}
