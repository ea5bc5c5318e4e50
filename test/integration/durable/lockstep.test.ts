import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { DurableOrchestrationStatus } from 'durable-functions';
import { EventType } from '../../../local/durable/engine/history';
import type { HistoryEvent } from '../../../local/durable/engine/history';
import { loadApp } from './app';
import { TestHub } from './hub';
import { defineProgram, programs } from './programs';
import type { Step } from './programs';

const app = loadApp(defineProgram);

interface LibraryTask {
  id: number | string | false;
  actionObj?: { actionType?: number; functionName?: string };
}

/** Kind of every task the library numbered in the invocation under way, by its number. */
let numbered = new Map<number, string>();

/** The library's executor, wrapped so that the numbers it gives to tasks can be seen. */
beforeAll(() => {
  const { TaskOrchestrationExecutor } = jest.requireActual<{
    TaskOrchestrationExecutor: {
      prototype: {
        trackOpenTask: (this: object, task: LibraryTask) => void;
        recordFireAndForgetAction: (this: { sequenceNumber: number }, action: object) => void;
      };
    };
  }>('durable-functions/lib/src/orchestrations/TaskOrchestrationExecutor');
  const { prototype } = TaskOrchestrationExecutor;
  const { trackOpenTask, recordFireAndForgetAction } = prototype;
  prototype.trackOpenTask = function (task) {
    trackOpenTask.call(this, task);
    if (typeof task.id === 'number') {
      numbered.set(task.id, kinds[task.actionObj?.actionType ?? -1] ?? 'retry');
    }
  };
  prototype.recordFireAndForgetAction = function (action) {
    numbered.set(this.sequenceNumber, 'send');
    recordFireAndForgetAction.call(this, action);
  };
});

const kinds: Record<number, string> = {
  0: 'activity',
  1: 'activity',
  2: 'child',
  5: 'timer',
  7: 'send',
  9: 'send',
};

const scheduling: Partial<Record<HistoryEvent['EventType'], string>> = {
  [EventType.TaskScheduled]: 'activity',
  [EventType.TimerCreated]: 'timer',
  [EventType.SubOrchestrationInstanceCreated]: 'child',
  [EventType.EventSent]: 'send',
};

interface Trigger {
  history: HistoryEvent[];
  instanceId: string;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'durable-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs until the program has finished, raising both events again whenever nothing else can happen. */
async function finish(hub: TestHub, id: string): Promise<DurableOrchestrationStatus> {
  let rounds = 0;
  await hub.runUntil(async () => {
    const { outstanding, nextTimer } = hub.runtime.activity();
    if (outstanding > 0 || nextTimer !== null) return false;
    if (String((await hub.client.getStatus(id)).runtimeStatus) !== 'Running') return true;
    if (++rounds > 30) throw new Error(`The program hangs (${hub.invocations.length} invocations).`);
    for (const name of ['x', 'y']) await hub.client.raiseEvent(id, name, name);
    return false;
  });
  return hub.client.getStatus(id);
}

interface Run {
  status: DurableOrchestrationStatus;
  /** The trigger of the last episode: all but the last few events. */
  last: Trigger;
  copies: number;
  numbers: Map<number, string>;
}

async function run(program: Step[]): Promise<Run> {
  let last: Trigger | undefined;
  let copies = 0;
  const numbers = new Map<number, string>();
  const file = join(folder, 'live.db');
  const hub = await TestHub.open(app, {
    databaseFile: file,
    before: (name, input) => {
      for (const part of ['', '-wal']) copyFileSync(file + part, join(folder, `${copies}.db${part}`));
      copies += 1;
      numbered = new Map();
      if (name !== 'program') return;
      last = JSON.parse(input) as Trigger;
      for (const { EventType: type, EventId } of last.history) {
        const kind = scheduling[type];
        if (kind !== undefined) numbers.set(EventId, kind);
      }
    },
  });
  try {
    const status = await finish(hub, await hub.start('program', program, 'p'));
    if (!last) throw new Error('The program never ran.');
    return { status, last, copies, numbers };
  } finally {
    await hub.close();
    rmSync(file, { force: true });
    rmSync(`${file}-wal`, { force: true });
  }
}

const invoke = async (trigger: Trigger): Promise<{ actions: { isCanceled?: boolean }[][] }> => {
  numbered = new Map();
  return (await app.invoke('program', JSON.stringify(trigger))) as { actions: { isCanceled?: boolean }[][] };
};

/** Actions without the mark of a cancelled timer, which comes later than the timer. */
const plain = (actions: { isCanceled?: boolean }[][]): unknown[] =>
  (actions[0] ?? []).map(
    (action) =>
      JSON.parse(
        JSON.stringify(action, (key, value: unknown) => (key === 'isCanceled' ? undefined : value)),
      ) as unknown,
  );

const parameters = {
  numRuns: 25,
  interruptAfterTimeLimit: 30_000,
  ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}),
};

it('numbers tasks as the library does, and completes every program', async () => {
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      const { status, last, numbers } = await run(program);
      expect(status.output).toHaveLength(program.length);
      expect(status.runtimeStatus).toBe('Completed');
      await invoke(last);
      for (const [id, kind] of numbers) {
        expect([id, 'retry', kind]).toContain(numbered.get(id));
      }
    }),
    parameters,
  );
});

it('asks for the same actions on every prefix of a history', async () => {
  await fc.assert(
    fc.asyncProperty(programs, async (program) => {
      const { last } = await run(program);
      const whole = plain((await invoke(last)).actions);
      for (let length = 2; length < last.history.length; length++) {
        const part = plain((await invoke({ ...last, history: last.history.slice(0, length) })).actions);
        expect(part).toEqual(whole.slice(0, part.length));
      }
    }),
    parameters,
  );
});

it('comes to the same result from whatever a killed process left', async () => {
  await fc.assert(
    fc.asyncProperty(programs, fc.double({ min: 0, max: 1, noNaN: true }), async (program, at) => {
      const { status, copies } = await run(program);
      const hub = await TestHub.open(app, {
        databaseFile: join(folder, `${Math.min(copies - 1, Math.floor(at * copies))}.db`),
      });
      hub.clock.jumpTo(status.lastUpdatedTime.getTime() + 1000);
      const again = await finish(hub, 'p');
      await hub.close();
      expect([again.runtimeStatus, again.output]).toEqual(['Completed', status.output]);
    }),
    parameters,
  );
});
