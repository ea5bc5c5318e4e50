import { expectOk } from './http';
import type { Assignment } from '../azure/access/access';
import type { Demand } from '../azure/access/demand';
import type { ArmResource } from '../azure/types';
import type { Quirks, WindowsState } from '../azure/guest';

export interface ClockDocument {
  /** Simulated time, epoch milliseconds. */
  now: number;
  rate: number;
  paused: boolean;
  mode: 'rate' | 'jump';
}

/** Everything the simulated Azure holds. */
export interface AzureState {
  clock: ClockDocument;
  resources: ArmResource[];
  /** By VM id in lower case. */
  guests: Record<string, WindowsState>;
}

export interface LoggedRequest {
  seq: number;
  /** Simulated time, ISO 8601. */
  at: string;
  method: string;
  path: string;
  status: number;
  correlationId: string;
  clientRequestId: string;
  /** True if the request was answered 201. */
  created: boolean;
  /** Of a PUT, without the password in it; only if it is asked for. */
  body?: unknown;
  identity?: string;
  /** What it needed a role for. */
  demand?: Demand;
}

export interface RequestCounts {
  requests: number;
  /** Neither GET nor DELETE nor a question. */
  writes: number;
  /** Asked by POST, changing nothing. */
  questions: number;
  deletes: number;
  /** Answered 409 or 412. */
  conflicts: number;
  throttled: number;
}

export type WalkEnd =
  | { guestOf: string }
  | { subnet: string }
  | { address: string }
  | { onPremises: string }
  | 'internet'
  | 'dns';

export interface WalkAnswer {
  /** There and back. */
  ok: boolean;
  /** Source address that the destination sees. */
  sourceSeen?: string;
  hops: { at: string; action: string; nextHop?: string; rule?: string }[];
  brokenBy?: { element: string; reason: string };
}

export interface Fault {
  match: { method?: string; path?: string; nth?: number };
  times?: number;
  effect:
    | { kind: 'status'; status: number; code: string; message: string; retryAfterSeconds?: number }
    | { kind: 'answer'; status: number; body: object }
    | { kind: 'mutate'; when: 'before' | 'after'; patch: { id: string; body: object } }
    | { kind: 'hold'; until: 'before' | 'after' }
    | { kind: 'drop'; when: 'before' | 'after' }
    | { kind: 'operation'; code: string; message: string; status: 'Failed' | 'Canceled' }
    | {
        kind: 'guest';
        phase?: string;
        outcome: 'error' | 'noSentinel' | 'cut' | 'timeout' | 'stuck' | 'exitCode';
        code?: string;
        message?: string;
      }
    | { kind: 'windows'; quirks: Quirks };
}

/** The back door of the simulated Azure: what nobody could see or do from outside a real one. */
export class AdminClient {
  constructor(private readonly endpoint: string) {}

  async state(): Promise<AzureState> {
    return await expectOk(`${this.endpoint}/state`);
  }

  async clock(change?: {
    rate?: number;
    paused?: boolean;
    advanceTo?: number;
    advanceBy?: number;
  }): Promise<ClockDocument> {
    const url = `${this.endpoint}/clock`;
    return change ? await expectOk(url, { method: 'POST', body: change }) : await expectOk(url);
  }

  async requests(since = 0, bodies = false): Promise<{ requests: LoggedRequest[]; counts: RequestCounts }> {
    return await expectOk(`${this.endpoint}/requests?since=${since}&bodies=${bodies}`);
  }

  /** A subscription of the same tenant is there from now on; with a limit of its own if that is given. */
  async addSubscription(
    id: string,
    limits: { coreQuota?: number; withheldSizes?: string[] } = {},
  ): Promise<void> {
    await expectOk(`${this.endpoint}/subscriptions/${id}`, { method: 'PUT', body: limits });
  }

  /** Puts a policy on a subscription, the first one if none is named, that denies a type, or the type without something that it must have. */
  async addPolicy(
    name: string,
    deny: { type: string; requires?: string },
    subscription?: string,
  ): Promise<void> {
    const body = { name, deny, ...(subscription === undefined ? {} : { subscription }) };
    await expectOk(`${this.endpoint}/policies`, { method: 'POST', body });
  }

  async addLock(name: string, id: string, level: 'CanNotDelete' | 'ReadOnly'): Promise<void> {
    await expectOk(`${this.endpoint}/locks`, { method: 'POST', body: { name, id, level } });
  }

  async removeGovernance(kind: 'policies' | 'locks', name: string): Promise<void> {
    await expectOk(`${this.endpoint}/${kind}/${name}`, { method: 'DELETE' });
  }

  /** From here on the identity may do this and nothing else. */
  async assign(identity: string, assignments: Assignment[]): Promise<void> {
    await expectOk(`${this.endpoint}/access/${identity}`, { method: 'PUT', body: { assignments } });
  }

  /** Changes a resource by JSON merge patch, as somebody in the portal would. */
  async patchResource(id: string, patch: unknown): Promise<void> {
    await expectOk(`${this.endpoint}/resources?id=${encodeURIComponent(id)}`, {
      method: 'PATCH',
      body: patch,
    });
  }

  /** Puts a resource as it is, past all checks. */
  async putResource(id: string, resource: unknown): Promise<void> {
    await expectOk(`${this.endpoint}/resources?id=${encodeURIComponent(id)}`, {
      method: 'PUT',
      body: resource,
    });
  }

  /** Changes what is inside a VM by JSON merge patch. */
  async patchGuest(vmId: string, patch: unknown): Promise<void> {
    await expectOk(`${this.endpoint}/guests?vm=${encodeURIComponent(vmId)}`, {
      method: 'PATCH',
      body: patch,
    });
  }

  async walk(from: WalkEnd, to: WalkEnd): Promise<WalkAnswer> {
    return await expectOk(`${this.endpoint}/walk`, { method: 'POST', body: { from, to } });
  }

  async addFault(fault: Fault): Promise<string> {
    return (await expectOk<{ id: string }>(`${this.endpoint}/faults`, { method: 'POST', body: fault })).id;
  }

  async faults(): Promise<{ id: string; held?: boolean }[]> {
    const answer = await expectOk<
      { id: string; held?: boolean }[] | { faults: { id: string; held?: boolean }[] }
    >(`${this.endpoint}/faults`);
    return Array.isArray(answer) ? answer : answer.faults;
  }

  async removeFault(id: string): Promise<void> {
    await expectOk(`${this.endpoint}/faults/${id}`, { method: 'DELETE' });
  }

  async reset(): Promise<void> {
    await expectOk(`${this.endpoint}/reset`, { method: 'POST' });
  }
}
