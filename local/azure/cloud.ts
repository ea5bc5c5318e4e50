import { Buckets } from './buckets';
import { Governance } from './governance';
import type { GuestFault, Quirks, WindowsState } from './guest';
import { key } from './ids';
import { medianSeconds } from './latencies';
import type { Latency } from './latencies';
import type { Operation } from './operations';
import { Operations } from './operations';
import { seeded, skewed } from './random';
import type { Random } from './random';
import { Store } from './store';
import type { Endpoint, WalkOptions, WalkResult } from './walk';
import { Subscriptions } from './subscriptions';

import type { GuestModel, PowerState } from './types';

export interface CloudOptions {
  /** The one that is there from the start. */
  subscriptionId: string;
  guest: GuestModel;
  seed: number;
  /** Epoch milliseconds at which simulated time begins. */
  start: number;
  /** Whether requests over the limits are refused with 429. */
  throttling?: boolean;
  /** Entries per page of a list. */
  pageSize?: number;
  /** Cores that each VM family, and the region as a whole, may use; a subscription may have a limit of its own. */
  coreQuota?: number;
  /** The behaviour before 2023: a virtual network PUT without `subnets` deletes them all. */
  omittedSubnetsAreDeleted?: boolean;
}

/** What Azure knows of a virtual machine beside its resource. */
export interface Machine {
  power: PowerState;
  guest?: WindowsState;
  agent: Agent;
  /** It was, before it was started. */
  wasDeallocated?: boolean;
  /** Counts boots: whatever ran in an earlier one is lost. */
  boot: number;
  /** Long-running operation on the machine as a whole. */
  operation?: Operation;
  runs: Map<string, Run>;
}

/** What the agent's status blob says. `frozenAt`: the last report of an agent that no longer runs. */
export type Agent =
  { state: 'absent' } | { state: 'notReady' } | { state: 'ready'; since: number; frozenAt?: number };

/** Execution of one managed run command. */
export interface Run {
  executionState: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'TimedOut' | 'Canceled';
  executionMessage: string;
  exitCode: number;
  output: string;
  error: string;
  startTime?: number;
  endTime?: number;
  /** Fingerprint of script and parameters: the same goal state is not run twice. */
  goal: string;
}

/** Of a network interface: what shows only after attachment, and for whom a failed create reserved it. */
export interface NicState {
  mac?: string;
  reserved?: { vm: string; until: number };
}

interface Event {
  at: number;
  sequence: number;
  run(): void;
}

/** The subscriptions of one tenant: their resources, what is going on in them, and their time. Free of I/O. */
export class Cloud {
  /** The one that is there from the start. */
  readonly subscriptionId: string;
  readonly subscriptions: Subscriptions;
  readonly guest: GuestModel;
  readonly options: Required<Omit<CloudOptions, 'subscriptionId' | 'guest' | 'seed' | 'start'>>;
  /** Latencies and what happens in guests; drawn by writes only, so that reading changes nothing. */
  readonly random: Random;
  /** Ids, etags, MAC addresses. */
  readonly identifiers: Random;
  readonly store = new Store();
  readonly buckets = new Buckets();
  readonly governance = new Governance();
  readonly machines = new Map<string, Machine>();
  readonly nics = new Map<string, NicState>();
  readonly operations: Operations;
  /** Faults for the next run commands, oldest first. */
  guestFaults: { id: string; phase?: string; fault: GuestFault; taken(): void }[] = [];
  /** Bad behaviour of machines that are still to be created, by their ids. */
  guestQuirks: { id: string; path: RegExp; quirks: Quirks; taken: () => void }[] = [];
  /** Sends a packet, for scripts that do; set where the whole cloud is known. */
  send?: (from: Endpoint, to: Endpoint, options: WalkOptions) => WalkResult;
  /** Origin of absolute URLs in answers; set when the port is known. */
  endpoint = 'https://management.azure.com';
  now: number;
  private events: Event[] = [];
  private sequence = 0;

  constructor(options: CloudOptions) {
    this.subscriptionId = options.subscriptionId;
    this.subscriptions = new Subscriptions(options.subscriptionId);
    this.guest = options.guest;
    this.now = options.start;
    this.random = seeded(options.seed);
    this.identifiers = seeded(options.seed + 1_000_003);
    this.options = {
      throttling: options.throttling ?? true,
      pageSize: options.pageSize ?? 100,
      coreQuota: options.coreQuota ?? 1000,
      omittedSubnetsAreDeleted: options.omittedSubnetsAreDeleted ?? false,
    };
    this.operations = new Operations(this);
  }

  /** Draws one latency, in seconds. */
  latency(name: Latency): number {
    return skewed(this.random, medianSeconds[name]);
  }

  schedule(seconds: number, run: () => void): void {
    this.sequence += 1;
    const event = { at: this.now + seconds * 1000, sequence: this.sequence, run };
    const index = this.events.findIndex((other) => other.at > event.at);
    this.events.splice(index < 0 ? this.events.length : index, 0, event);
  }

  /** When the next thing happens by itself; undefined if nothing is under way. */
  nextEvent(): number | undefined {
    return this.events[0]?.at;
  }

  /** Lets time pass until `to`; what falls due happens in order, each at its own time. Never goes back. */
  advance(to: number): void {
    for (let event = this.events[0]; event && event.at <= to; event = this.events[0]) {
      this.events.shift();
      this.now = Math.max(this.now, event.at);
      event.run();
    }
    this.now = Math.max(this.now, to);
  }

  machine(vmId: string): Machine | undefined {
    return this.machines.get(key(vmId));
  }

  nic(nicId: string): NicState {
    const known = this.nics.get(key(nicId)) ?? {};
    this.nics.set(key(nicId), known);
    return known;
  }

  /** Forgets everything except the time and the first subscription. */
  reset(): void {
    this.store.clear();
    this.subscriptions.clear();
    this.operations.clear();
    this.machines.clear();
    this.nics.clear();
    this.governance.clear();
    this.events = [];
    this.guestFaults = [];
    this.guestQuirks = [];
  }
}
