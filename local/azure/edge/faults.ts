import { randomUUID } from 'node:crypto';
import type { Cloud } from '../cloud';
import { lastName } from '../ids';
import type { GuestFault, Quirks } from '../guest';
import type { OperationFault } from '../types';
import { isKnownFault } from './knownFaults';
import type { KnownFault } from './knownFaults';
import { checkMutation } from './mutations';
import type { Mutation } from './mutations';

export type FaultEffect =
  | { kind: 'status'; status: number; code: string; message: string; retryAfterSeconds?: number }
  /** Azure says something that is not so. */
  | { kind: 'answer'; status: number; body: object }
  | { kind: 'hold'; until: 'before' | 'after' }
  | { kind: 'drop'; when: 'before' | 'after' }
  /** Instead of the answer comes the page of a proxy, with status 200. */
  | { kind: 'garble' }
  | ({ kind: 'operation' } & OperationFault)
  /** One of those that Azure is known for, by name. */
  | { kind: 'known'; name: KnownFault }
  /** Somebody else changes something: before the request is processed, after it took effect, or a while later. */
  | ({ kind: 'mutate'; when: 'before' | 'after'; afterSeconds?: number } & Mutation)
  | ({ kind: 'guest'; phase?: string } & GuestFault)
  /** Every Windows that first comes up while the fault stands, on a machine whose id fits the path, behaves so. */
  | { kind: 'windows'; quirks: Quirks };

/** A request by its method and a regular expression on its path, letter case ignored. */
export interface RequestPattern {
  method?: string;
  path?: string;
}

export interface FaultSpec {
  match?: RequestPattern & {
    /** The first matching request that is hit, 1 = the next one. */
    nth?: number;
    /** Nothing matches before a request like this one has come. */
    since?: RequestPattern;
    /** Matches the polls of operations that such a request began. */
    polls?: true;
  };
  /** How many matching requests in a row are hit. */
  times?: number;
  effect: FaultEffect;
}

interface Fault {
  id: string;
  spec: FaultSpec;
  path: RegExp;
  test: RequestTest;
  /** Not come yet: what it waits for before it matches anything. */
  since: RequestTest | undefined;
  seen: number;
  hits: number;
  held: Set<() => void>;
}

type RequestTest = (method: string, path: string) => boolean;

/** Throws SyntaxError on a path that is no regular expression. */
function testOf({ method, path }: RequestPattern): RequestTest {
  const pattern = new RegExp(path ?? '', 'i');
  return (asked, id) => (method === undefined || method.toUpperCase() === asked) && pattern.test(id);
}

/** Faults that tests planted, and the requests they hold. */
export class Faults {
  private readonly faults = new Map<string, Fault>();

  constructor(private readonly cloud: Cloud) {}

  /** Throws SyntaxError on a path that is no regular expression, RangeError on an effect that says too little. */
  add(spec: FaultSpec): string {
    const { effect } = spec;
    if (effect.kind === 'known' && !isKnownFault(effect.name)) throw new RangeError('No such known fault.');
    if (effect.kind === 'mutate') checkMutation(effect);
    const id = randomUUID();
    const fault: Fault = {
      id,
      spec,
      path: new RegExp(spec.match?.path ?? '', 'i'),
      test: testOf(spec.match ?? {}),
      since: spec.match?.since && testOf(spec.match.since),
      seen: 0,
      hits: 0,
      held: new Set(),
    };
    this.faults.set(id, fault);
    if (spec.effect.kind === 'guest') {
      const { phase, outcome, code, message } = spec.effect;
      for (let count = 0; count < (spec.times ?? 1); count += 1) {
        this.cloud.guestFaults.push({
          id,
          ...(phase === undefined ? {} : { phase }),
          fault: {
            outcome,
            ...(code === undefined ? {} : { code }),
            ...(message === undefined ? {} : { message }),
          },
          taken: () => {
            fault.hits += 1;
          },
        });
      }
    }
    if (spec.effect.kind === 'windows') {
      const { quirks } = spec.effect;
      const taken = (): void => {
        fault.hits += 1;
      };
      this.cloud.guestQuirks.push({ id, path: fault.path, quirks, taken });
    }
    return id;
  }

  list(): object[] {
    return [...this.faults.values()].map(({ id, spec, seen, hits, held }) => ({
      id,
      ...spec,
      seen,
      hits,
      held: held.size > 0,
    }));
  }

  /** Removes a fault and lets go what it holds. */
  remove(id: string): boolean {
    const fault = this.faults.get(id);
    if (!fault) return false;
    this.faults.delete(id);
    this.cloud.guestFaults = this.cloud.guestFaults.filter((entry) => entry.id !== id);
    this.cloud.guestQuirks = this.cloud.guestQuirks.filter((entry) => entry.id !== id);
    for (const release of fault.held) release();
    return true;
  }

  clear(): void {
    for (const id of [...this.faults.keys()]) this.remove(id);
  }

  /** The fault that hits this request, if any; every matching one counts it. */
  hit(
    method: string,
    path: string,
  ): { effect: FaultEffect; hold(closed: Promise<void>): Promise<void> } | undefined {
    let chosen: Fault | undefined;
    const polled = this.cloud.operations.get(lastName(path))?.begunBy;
    for (const fault of this.faults.values()) {
      const { match, times = 1, effect } = fault.spec;
      if (effect.kind === 'guest' || effect.kind === 'windows') continue;
      if (fault.since) {
        if (fault.since(method, path)) fault.since = undefined;
        continue;
      }
      if (match?.polls ? !polled || !fault.test(polled.method, polled.path) : !fault.test(method, path))
        continue;
      fault.seen += 1;
      if (chosen || fault.seen < (match?.nth ?? 1) || fault.hits >= times) continue;
      fault.hits += 1;
      chosen = fault;
    }
    const fault = chosen;
    return fault && { effect: fault.spec.effect, hold: (closed) => hold(fault, closed) };
  }
}

/** Waits until the fault is removed or the connection is gone. */
async function hold(fault: Fault, closed: Promise<void>): Promise<void> {
  await new Promise<void>((resolve) => {
    const release = (): void => {
      fault.held.delete(release);
      resolve();
    };
    fault.held.add(release);
    void closed.then(release);
  });
}
