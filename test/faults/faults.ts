import type { FaultSpec } from '../../local/azure/edge/faults';

/** One request of the app, by what it does; paths are regular expressions for one host. */
export interface Target {
  method: 'GET' | 'PUT' | 'PATCH' | 'POST' | 'DELETE';
  /** `{h}` stands for the host, `{n}` for the network. */
  path: string;
  /** Only what comes after the first request like this one. */
  since?: Pick<Target, 'method' | 'path'>;
}

type Effect = Pick<FaultSpec, 'effect' | 'times'>;
type Known = Extract<FaultSpec['effect'], { kind: 'known' }>['name'];

const known = (name: Known, times = 1): Effect => ({ times, effect: { kind: 'known', name } });

/** Every fault that can be put on any write. */
export const faults = {
  throttled: known('throttled', 2),
  throttledWithoutRetryAfter: known('throttledWithoutRetryAfter', 2),
  conflict: known('conflict', 2),
  lostRequest: { effect: { kind: 'drop', when: 'before' } },
  // The client sends again by itself; every answer of that call is lost.
  lostAnswer: { times: 4, effect: { kind: 'drop', when: 'after' } },
  operationFailed: known('operationFailed'),
  canceled: known('canceled'),
  superseded: known('superseded'),
  notSucceeded: known('notSucceeded'),
  denied: known('denied', 100),
  policy: known('policy', 100),
  lock: known('lock', 100),
  quota: known('quota', 100),
  capacityOnce: known('capacity'),
  capacity: known('capacity', 100),
  allocationOnce: known('allocation'),
  allocation: known('allocation', 100),
  nicReserved: known('nicReserved'),
} satisfies Record<string, Effect>;

export type FaultName = keyof typeof faults;

/** Faults that pass by themselves: whatever they hit has to succeed in the end. */
export const passing: FaultName[] = [
  'throttled',
  'throttledWithoutRetryAfter',
  'conflict',
  'lostRequest',
  'lostAnswer',
  'operationFailed',
  'canceled',
  'superseded',
  'notSucceeded',
];

/** Those faults in turn, without end. */
export const passingAt = (turn: number): FaultName => passing[turn % passing.length] ?? 'throttled';

/** Faults that stay, with the code by which they are known to the caller. */
export const standing = {
  denied: 'AuthorizationFailed',
  policy: 'RequestDisallowedByPolicy',
  lock: 'ScopeLocked',
} as const satisfies Partial<Record<FaultName, string>>;

/** Faults of hardware, with the code by which they are known. */
export const scarce = {
  quota: 'OperationNotAllowed',
  capacity: 'SkuNotAvailable',
  allocation: 'AllocationFailed',
} as const satisfies Partial<Record<FaultName, string>>;

/** What else happens to a step, beside faults of Azure. */
export const meddling = ['cancel', 'deleted', 'occupied'] as const;
export type Meddling = (typeof meddling)[number];

export const at = (target: Target, effect: Effect): FaultSpec => ({
  match: {
    method: target.method,
    path: target.path,
    ...(target.since ? { since: { method: target.since.method, path: target.since.path } } : {}),
  },
  ...effect,
});
