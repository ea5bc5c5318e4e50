/**
 * The gate of a subscription: how many operations may be in flight at once, and who is next. Higher priority first, then
 * callers in turn, then order of admission. Pure: time and limit are arguments, the entity only stores the state.
 */
export interface GateState {
  /** Most operations in flight, as whoever asked last was configured. */
  limit: number;
  holders: { id: string; expiresAt: number }[];
  waiting: Waiter[];
  /** Callers with waiters, whose turn is next first. */
  turns: string[];
}

export interface Waiter {
  id: string;
  /** Raised to the operation when it may pass. */
  event: string;
  caller: string;
  /** Higher goes first. */
  priority: number;
  /** Instant of admission, epoch milliseconds; older goes first among the operations of a caller. */
  admittedAt: number;
}

export interface Wake {
  id: string;
  event: string;
}

/** `wake`: operations, the asking one left out, that may pass from now on and must be told. */
export type GateAnswer =
  | { granted: true; wake: Wake[] }
  /**
   * `position`: 1 is the next to pass. `suspect`: has been in flight for so long that it should be looked at, and evicted if
   * it is no longer running; nobody else is asked to look for a while.
   */
  | { granted: false; position: number; suspect?: string; wake: Wake[] };

/** Of who says nothing about it, 0 to 9. */
export const usualPriority = 5;
/** Longer than a provisioning with all its retries usually takes. */
export const inFlightSeconds = 7_200;
/** A suspect that turns out to be at work is left alone for this long. */
export const lookAgainSeconds = 600;

export const openGate: GateState = { limit: 0, holders: [], waiting: [], turns: [] };

/** Idempotent: who is in flight stays so and is renewed; a waiter keeps its place and gets a new event name. */
export function acquire(
  before: GateState,
  request: Waiter & { limit: number; now: number },
): { state: GateState; answer: GateAnswer } {
  const { limit, now, ...waiter } = request;
  const holders = before.holders.map((holder) =>
    holder.id === waiter.id ? { id: holder.id, expiresAt: expiry(now) } : holder,
  );
  const inFlight = holders.some(({ id }) => id === waiter.id);
  const queued = enqueue({ ...before, limit, holders }, inFlight ? undefined : waiter);
  const { state, granted } = fill(queued, now);
  const wake = granted.filter(({ id }) => id !== waiter.id);
  if (state.holders.some(({ id }) => id === waiter.id)) return { state, answer: { granted: true, wake } };
  const position = positionOf(state, waiter.id);
  const suspect = state.holders.find(({ expiresAt }) => expiresAt <= now)?.id;
  if (suspect === undefined) return { state, answer: { granted: false, position, wake } };
  const looked = state.holders.map((holder) =>
    holder.id === suspect ? { id: suspect, expiresAt: now + lookAgainSeconds * 1_000 } : holder,
  );
  return { state: { ...state, holders: looked }, answer: { granted: false, position, suspect, wake } };
}

/** Ends an operation's time in flight, or its wait. */
export function release(
  before: GateState,
  request: { id: string; now: number },
): { state: GateState; wake: Wake[] } {
  const others = ({ id }: { id: string }): boolean => id !== request.id;
  const waiting = before.waiting.filter(others);
  const left = {
    ...before,
    holders: before.holders.filter(others),
    waiting,
    turns: turnsOf(before, waiting),
  };
  const { state, granted } = fill(left, request.now);
  return { state, wake: granted };
}

const expiry = (now: number): number => now + inFlightSeconds * 1_000;

function enqueue(state: GateState, waiter: Waiter | undefined): GateState {
  if (!waiter) return state;
  const known = state.waiting.some(({ id }) => id === waiter.id);
  const waiting = known
    ? state.waiting.map((one) => (one.id === waiter.id ? waiter : one))
    : [...state.waiting, waiter];
  return { ...state, waiting, turns: turnsOf(state, waiting) };
}

/** A caller joins behind the others and leaves with its last waiter, so that nobody gains by coming anew. */
function turnsOf({ turns }: GateState, waiting: Waiter[]): string[] {
  const callers = new Set(waiting.map(({ caller }) => caller));
  const staying = turns.filter((caller) => callers.delete(caller));
  return [...staying, ...callers];
}

/** Lets waiters pass while there is room. */
function fill(before: GateState, now: number): { state: GateState; granted: Wake[] } {
  let state = before;
  const granted: Wake[] = [];
  while (state.holders.length < state.limit) {
    const next = takeNext(state);
    if (!next) break;
    const { id, event } = next.waiter;
    granted.push({ id, event });
    state = { ...next.state, holders: [...state.holders, { id, expiresAt: expiry(now) }] };
  }
  return { state, granted };
}

/** Takes the waiter whose turn it is out of the queue and puts its caller behind the others. */
function takeNext(state: GateState): { waiter: Waiter; state: GateState } | undefined {
  const highest = Math.max(...state.waiting.map(({ priority }) => priority));
  const urgent = state.waiting.filter(({ priority }) => priority === highest);
  const caller = state.turns.find((name) => urgent.some((waiter) => waiter.caller === name));
  const [waiter] = urgent.filter((one) => one.caller === caller).sort(byAdmission);
  if (!waiter) return undefined;
  const waiting = state.waiting.filter((one) => one !== waiter);
  const turns = [...state.turns.filter((name) => name !== waiter.caller), waiter.caller];
  return { waiter, state: { ...state, waiting, turns: turnsOf({ ...state, turns }, waiting) } };
}

const byAdmission = (a: Waiter, b: Waiter): number =>
  a.admittedAt - b.admittedAt || (a.id < b.id ? -1 : Number(a.id > b.id));

function positionOf(before: GateState, id: string): number {
  let state = before;
  for (let position = 1; ; position += 1) {
    const next = takeNext(state);
    if (!next || next.waiter.id === id) return position;
    state = next.state;
  }
}
