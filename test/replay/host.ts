import * as gate from '../../shared/gate';
import { acquire, freeLease, release, type LeaseState } from '../../shared/leases';
import { ActionType, type Action, type Orchestrator, type OrchestratorState, type Trigger } from './library';
import type { World } from './world';

export const epoch = Date.UTC(2026, 0, 1);

/** Where an event from outside goes in a turn: into a turn of its own, or beside what that turn completes. */
export type Place = 'alone' | 'before' | 'after';
export interface Raised {
  turn: number;
  place: Place;
  name: string;
}

/** Something outside that happens at a time: another operation, an operator. */
export interface Outside {
  at: number;
  act(host: Host): void;
}

interface Due {
  at: number;
  event: object;
  /** Number of the timer, if it is one: a cancelled one never fires. */
  timer?: number;
}

const event = {
  started: 12,
  executionStarted: 0,
  scheduled: 4,
  completed: 5,
  failed: 6,
  timerCreated: 10,
  timerFired: 11,
  sent: 14,
  raised: 15,
} as const;

const activitySeconds = 1;
const entitySeconds = 0.1;
/** A history that grows past this never ends. */
const mostTurns = 1_000;
const mostBytes = 4_096;

/**
 * A host in miniature around the library's replay. Every turn replays everything; what the turn asks for must extend what
 * earlier turns asked for, or a real host would report a non-deterministic orchestrator. The world answers activities,
 * leases live here.
 */
export class Host {
  now = epoch;
  turns = 0;
  history: object[] = [];
  actions: Action[] = [];
  state: OrchestratorState | undefined;
  leases = new Map<string, LeaseState>();
  gate = gate.openGate;
  outside: Outside[] = [];
  raised: Raised[] = [];
  private due: Due[] = [];
  private known = 0;
  /** The action list of the turn before, as text. */
  private asked = '';

  constructor(
    private readonly orchestrator: Orchestrator,
    readonly instance: string,
    readonly input: unknown,
    public world: World,
    readonly version = '',
  ) {}

  /** A copy that goes its own way from here. */
  fork(): Host {
    const copy = new Host(this.orchestrator, this.instance, this.input, this.world.fork(), this.version);
    Object.assign(copy, {
      now: this.now,
      turns: this.turns,
      history: [...this.history],
      actions: this.actions,
      state: this.state,
      leases: new Map(this.leases),
      gate: this.gate,
      outside: [...this.outside],
      raised: [...this.raised],
    });
    copy.due = [...this.due];
    copy.known = this.known;
    copy.asked = this.asked;
    return copy;
  }

  /** Yields that reached the host. */
  get awaits(): number {
    return this.actions.length;
  }

  /** Runs to the end. Fails if the orchestration gets stuck, throws, or asks for something else than it did before. */
  async run(): Promise<this> {
    while (!this.state?.isDone) await this.turn();
    if (this.due.some(({ timer }) => timer !== undefined))
      throw new Error('A timer holds the instance open.');
    return this;
  }

  async turn(): Promise<void> {
    if (this.turns >= mostTurns) throw new Error(`No end after ${mostTurns} turns.`);
    const here = this.raised.filter(({ turn }) => turn === this.turns);
    const raise = (place: Place) =>
      here.filter((one) => one.place === place).map(({ name }) => raisedEvent(this.now, name));
    if (this.turns > 0 && here.some(({ place }) => place === 'alone')) {
      await this.replay(raise('alone'));
      this.raised = this.raised.filter((one) => !(one.turn === this.turns && one.place === 'alone'));
      if (this.state?.isDone) return;
    }
    const next = this.turns === 0 ? this.begin() : this.next();
    await this.replay([...raise('before'), next, ...raise('after')]);
    this.turns += 1;
  }

  /** Delivers an event as part of the next turn. */
  raise(name: string): void {
    this.due.push({ at: this.now, event: raisedEvent(this.now, name) });
  }

  private begin(): object {
    return {
      ...stamp(event.executionStarted, this.now),
      Name: 'orchestrator',
      Version: this.version,
      Input: JSON.stringify(this.input),
      OrchestrationInstance: { InstanceId: this.instance, ExecutionId: 'execution' },
      ParentInstance: null,
      Tags: null,
    };
  }

  private next(): object {
    for (;;) {
      const first = this.due.toSorted((a, b) => a.at - b.at)[0];
      const outside = this.outside.toSorted((a, b) => a.at - b.at)[0];
      if (outside && outside.at <= (first?.at ?? Infinity)) {
        this.outside = this.outside.filter((one) => one !== outside);
        this.now = Math.max(this.now, outside.at);
        outside.act(this);
        continue;
      }
      if (!first) throw new Error(`Stuck after ${this.turns} turns: nothing is under way.`);
      this.due = this.due.filter((one) => one !== first);
      this.now = Math.max(this.now, first.at);
      return first.event;
    }
  }

  private async replay(events: object[]): Promise<void> {
    this.history.push(stamp(event.started, this.now), ...events);
    const trigger = triggerOf(this.history, this.instance, this.input, this.turns > 0);
    this.state = await this.orchestrator(trigger, { df: undefined });
    this.actions = this.state.actions[0] ?? [];
    const asked = plain(this.actions);
    if (!asked.startsWith(this.asked)) throw new Error(`Asked for ${this.asked} and now for ${asked}.`);
    this.asked = asked;
    this.carryOut();
  }

  /** Numbers what the actions ask for as a host does, starts what is new and forgets cancelled timers. */
  private carryOut(): void {
    const asked = this.actions.flatMap((action) =>
      action.actionType === ActionType.any ? (action.compoundActions ?? []) : [action],
    );
    const numbered = asked.filter(({ actionType }) => actionType !== ActionType.event);
    for (const [id, action] of numbered.entries()) {
      if (id >= this.known) this.begun(id, action);
      if (action.isCanceled) this.due = this.due.filter(({ timer }) => timer !== id);
    }
    this.known = numbered.length;
  }

  private begun(id: number, action: Action): void {
    switch (action.actionType) {
      case ActionType.activity:
        return this.activity(id, action.functionName ?? '', action.input);
      case ActionType.timer: {
        const FireAt = action.fireAt?.getTime() ?? NaN;
        this.history.push({ ...stamp(event.timerCreated, this.now, id), FireAt });
        const fired = { ...stamp(event.timerFired, FireAt), TimerId: id, FireAt };
        this.due.push({ at: FireAt, event: fired, timer: id });
        return;
      }
      case ActionType.entity:
        return this.entity(id, action);
      default:
        throw new Error(`The host knows no action ${action.actionType}.`);
    }
  }

  private activity(id: number, name: string, input: unknown): void {
    refuseLong(input);
    this.history.push({ ...stamp(event.scheduled, this.now, id), Name: name, Version: '', Input: '' });
    const answer = this.world.answer(name, input, this);
    const at = this.now + activitySeconds * 1_000;
    if ('throws' in answer) {
      const Reason = `Activity function '${name}' failed: ${answer.throws}`;
      const failed = { ...stamp(event.failed, at), TaskScheduledId: id, Reason, Details: '{"stack":""}' };
      this.due.push({ at, event: failed });
      return;
    }
    const Result = JSON.stringify(answer.result ?? null);
    refuseLong(answer.result);
    this.due.push({ at, event: { ...stamp(event.completed, at), TaskScheduledId: id, Result } });
  }

  private entity(id: number, action: Action): void {
    const [, kind = '', key = ''] = (action.instanceId ?? '').split('@');
    const request = `request-${id}`;
    const Input = JSON.stringify({ op: action.operation, id: request, input: JSON.stringify(action.input) });
    this.history.push({
      ...stamp(event.sent, this.now, id),
      InstanceId: action.instanceId,
      Name: 'op',
      Input,
    });
    const at = this.now + entitySeconds * 1_000;
    const broken = this.world.entityFault(key, action.operation ?? '');
    const operation = action.operation ?? '';
    const answer =
      broken ??
      (kind === 'gate' ? this.passGate(operation, action.input) : this.operate(key, operation, action.input));
    const reply = {
      result: JSON.stringify(answer),
      ...(broken === undefined ? {} : { exceptionType: 'Error' }),
    };
    this.due.push({ at, event: { ...raisedEvent(at, request), Input: JSON.stringify(reply) } });
  }

  /** One operation on the gate, as the entity does it. */
  passGate(operation: string, input: unknown): unknown {
    if (operation === 'acquire') {
      const next = gate.acquire(this.gate, input as Parameters<typeof gate.acquire>[1]);
      this.gate = next.state;
      return next.answer;
    }
    const next = gate.release(this.gate, input as Parameters<typeof gate.release>[1]);
    this.gate = next.state;
    return { wake: next.wake };
  }

  /** One operation on a lease, as the entity does it. */
  operate(key: string, operation: string, input: unknown): unknown {
    const state = this.leases.get(key) ?? freeLease;
    if (operation === 'look') return state;
    if (operation === 'acquire') {
      const next = acquire(state, input as Parameters<typeof acquire>[1]);
      this.leases.set(key, next.state);
      return next.answer;
    }
    const next = release(state, input as Parameters<typeof release>[1]);
    this.leases.set(key, next.state);
    return { granted: next.granted ?? null };
  }
}

/** What a host hands to an orchestrator. */
export const triggerOf = (
  history: object[],
  instanceId: string,
  input: unknown,
  isReplaying: boolean,
): Trigger => ({
  history,
  input,
  instanceId,
  isReplaying,
  parentInstanceId: null,
  upperSchemaVersion: 1,
  upperSchemaVersionNew: 3,
  longRunningTimerIntervalDuration: '3.00:00:00',
  maximumShortTimerDuration: '6.00:00:00',
  defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
});

/** History is kept for good and read on every turn: ids and facts only. */
function refuseLong(value: unknown): void {
  const text = JSON.stringify(value ?? null);
  if (Buffer.byteLength(text) > mostBytes) throw new Error(`Too long for the history: ${text}`);
}

/** Actions as text, each on its line, without the mark of a cancelled timer, which comes later than the timer. */
const plain = (actions: Action[]): string =>
  actions
    .map((action) => `${JSON.stringify(action)}\n`.replace('"isCanceled":true', '"isCanceled":false'))
    .join('');

/** The library reads the time of no other event than `started`, and walks through every object on every turn. */
const stamp = (type: number, at: number, id = -1) => ({
  EventType: type,
  EventId: id,
  IsPlayed: false,
  Timestamp: type === event.started ? new Date(at) : at,
});

const raisedEvent = (at: number, name: string) => ({
  ...stamp(event.raised, at),
  Name: name,
  Input: '{}',
});
