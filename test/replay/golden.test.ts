import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { adoptHost } from '../../orchestrations/adoptHost';
import { convergeNetwork } from '../../orchestrations/convergeNetwork';
import { deliverCallback } from '../../orchestrations/deliverCallback';
import { dispatchBatch } from '../../orchestrations/dispatchBatch';
import { defineNetwork } from '../../orchestrations/defineNetwork';
import { inventoryHost } from '../../orchestrations/inventoryHost';
import { provisionHost } from '../../orchestrations/provisionHost';
import { readPlan } from '../../orchestrations/readPlan';
import { readPaths } from '../../orchestrations/readPaths';
import { reconcileNetwork } from '../../orchestrations/reconcileNetwork';
import { repairHost } from '../../orchestrations/repairHost';
import { teardownHost } from '../../orchestrations/teardownHost';
import { orchestrators as names } from '../../orchestrations/names';
import { Host, triggerOf } from './host';
import { load, type Action } from './library';
import {
  answers,
  firstOnNetwork,
  foresighted,
  instant,
  leases,
  ownTable,
  tableFacts,
  World,
  type Script,
} from './world';

/**
 * Recorded histories, replayed against the present code: what an orchestration in flight has asked for, the new code must
 * ask for again. What to do when this fails: docs/deployment.md. `npm run golden` records; before the first release, which
 * no orchestration outlives, that is all there is to do.
 */
const folder = join(__dirname, 'golden');
const { done, failed, of } = answers;

const orchestrators = {
  adoptHost,
  convergeNetwork,
  defineNetwork,
  deliverCallback,
  dispatchBatch,
  inventoryHost,
  provisionHost,
  readPaths,
  readPlan,
  reconcileNetwork,
  repairHost,
  teardownHost,
} as Record<string, Parameters<typeof load>[0]>;

interface Recorded {
  orchestrator: string;
  version: string;
  instance: string;
  input: unknown;
  /** Everything it asked the host for, as far as a host compares it with the history: kind and name. */
  asked: string[];
  history: { EventType: number; Timestamp: unknown }[];
}

const shape = (action: Action): string => {
  const {
    actionType,
    functionName,
    externalEventName,
    instanceId,
    operation: what,
    compoundActions,
  } = action;
  const parts = compoundActions ? [`(${compoundActions.map(shape).join(' | ')})`] : [];
  return [actionType, functionName, externalEventName, instanceId, what, ...parts]
    .filter((part) => part !== undefined)
    .join(' ');
};

const operation = { operation: 'op' };
const rollOut: Record<string, Script> = {
  ...instant,
  beginRollOut: [of({ hosts: 1, leases })],
  beginHostRollOut: [of({ host: 'hv-01', job: 'job-1' })],
  planRoutes: [done('unchanged', { tables: [tableFacts(ownTable)] })],
  checkGuest: [done('unchanged', { current: false })],
  endHostRollOut: [of(null)],
  finishRollOut: [of(null)],
};

/** One event or action a line: a change shows as what it is. */
const lines = ({ history, asked, ...rest }: object & Record<'history' | 'asked', unknown[]>): string => {
  const list = (items: unknown[]) => `[\n${items.map((item) => JSON.stringify(item)).join(',\n')}\n]`;
  return `${JSON.stringify(rest).slice(0, -1)},\n"asked":${list(asked)},\n"history":${list(history)}}`;
};

/** One life of each orchestration, and the ways on which it turns back. */
const lives: [name: string, orchestrator: string, input: unknown, scripts: Record<string, Script>][] = [
  ['provision-first-on-network', 'provisionHost', operation, firstOnNetwork],
  ['provision-one-more', 'provisionHost', operation, {}],
  ['provision-few-looks', 'provisionHost', operation, { ...firstOnNetwork, ...foresighted }],
  ['provision-undone', 'provisionHost', operation, { 'runGuestPhase network': [failed('fatal')] }],
  ['teardown', 'teardownHost', operation, {}],
  [
    'release',
    'teardownHost',
    operation,
    {
      beginTeardown: [of({ leases, force: false, keepVirtualMachine: true })],
      listRunCommands: [done('unchanged', { names: ['verify-abcdefghijkl-1'] })],
    },
  ],
  ['define', 'defineNetwork', operation, {}],
  ['roll-out', 'convergeNetwork', operation, rollOut],
  [
    'adopt',
    'adoptHost',
    operation,
    {
      recogniseHost: [done('unchanged', { leases, allowInterruption: false, dryRun: false })],
      ensureResource: [done()],
      checkGuest: [done('unchanged', { current: true })],
    },
  ],
  [
    'reconcile',
    'reconcileNetwork',
    { id: 'report', network: 'nested-fun' },
    {
      observeNetwork: [done('unchanged', { jobs: 1 }), done('unchanged', { jobs: 0 })],
      beginJob: [of({ operation: 'job-1', host: 'hv-01', actions: [{ index: 0, kind: 'missingRoute' }] })],
      noteActions: [of(null)],
      endJob: [of(null)],
    },
  ],
  ['repair', 'repairHost', operation, { ...instant, 'ensureResource virtualMachine': [done()] }],
  ['inventory', 'inventoryHost', operation, {}],
  [
    'callback',
    'deliverCallback',
    { callback: 'cb-op-completed', round: 1 },
    { attemptCallback: [of({ againSeconds: 5 }), of({})] },
  ],
  ['paths', 'readPaths', { id: 'paths-1' }, { walkPaths: [done()] }],
  ['plan', 'readPlan', { id: 'plan-1' }, { previewHost: [done()] }],
  [
    'batch',
    'dispatchBatch',
    { batch: 'batch-1' },
    { dispatchRound: [of({ finished: false }), of({ finished: true })] },
  ],
];

if (process.env['GOLDEN'] === 'record') {
  const { defaultVersion: version } = (
    JSON.parse(readFileSync('host.json', 'utf8')) as {
      extensions: { durableTask: { defaultVersion: string } };
    }
  ).extensions.durableTask;
  it.each(lives)('records %s', async (name, orchestrator, input, scripts) => {
    const code = load(orchestrators[orchestrator] ?? provisionHost);
    const host = await new Host(code, 'op', input, new World(scripts), version).run();
    const asked = host.actions.map(shape);
    const recorded = { orchestrator, version, instance: 'op', input, asked, history: host.history };
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}-${version}.json`), `${lines(recorded)}\n`);
  });
} else {
  const files = readdirSync(folder);

  it.each(files)('%s is continued by the present code', async (file) => {
    const recorded = JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recorded;
    const { orchestrator, instance, input, asked } = recorded;
    // The library reads the time of this one event as a date.
    const history = recorded.history.map((event) =>
      event.EventType === 12 ? { ...event, Timestamp: new Date(String(event.Timestamp)) } : event,
    );
    const code = load(orchestrators[orchestrator] ?? provisionHost);
    const { actions, isDone } = await code(triggerOf(history, instance, input, true), { df: undefined });
    expect((actions[0] ?? []).map(shape)).toEqual(asked);
    expect(isDone).toBe(true);
  });

  it('there is one of every orchestration', () => {
    const recorded = files.map(
      (file) => (JSON.parse(readFileSync(join(folder, file), 'utf8')) as Recorded).orchestrator,
    );
    expect([...new Set(recorded)].sort()).toEqual(Object.values(names).sort());
  });
}
