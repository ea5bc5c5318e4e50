import type { WindowsState } from '../../local/azure/guest';
import type { GuestPhase, GuestPlanFacts } from '../../shared/guest';
import { edited } from './cases';
import { Engine, findEngine } from './engine';
import { ScriptHost, stages } from './scriptHost';

const command = findEngine();
const suite = command ? describe : describe.skip;

const rawDisk = {
  number: 1,
  uniqueId: 'data',
  lun: 0,
  role: 'data',
  model: 'Msft Virtual Disk',
  gigabytes: 256,
  style: 'RAW',
  offline: true,
  readOnly: true,
  partitions: [],
};

/** What every way to the end must agree on. Order and adapter indexes differ, and times. */
function ended({ bootTime: _, events: _events, files, ...state }: WindowsState): unknown {
  const { made, ...memory } = JSON.parse(files['C:\\ProgramData\\nested-hosts\\state.json'] ?? '{}') as {
    made?: string[];
  };
  const routes = [...state.routes].sort((a, b) => a.prefix.localeCompare(b.prefix));
  return { ...state, routes, made: [...(made ?? [])].sort(), memory, names: Object.keys(files).sort() };
}

suite('a script that is killed at any moment', () => {
  let engine: Engine;
  let fresh: WindowsState;
  let installed: WindowsState;
  let configured: WindowsState;
  let lost: WindowsState;
  beforeAll(async () => {
    engine = new Engine(command ?? []);
    const made = await stages(engine);
    ({ fresh, installed, configured } = made);
    const { host } = made;
    host.state.quirks = { adaptersAfterDeallocation: 'replaced' };
    host.model.start({ deallocated: true });
    lost = edited(host.state, {
      'nat/interfaces': {},
      'dhcp/bindings': {},
      'services/RemoteAccess': { status: 'Stopped', startType: 'Manual' },
    });
  });
  afterAll(() => engine.close());

  /** Runs it whole, then once more for every change it makes: killed right after it, and run again. */
  async function killedEverywhere(
    start: WindowsState,
    run: (host: ScriptHost, trouble?: Record<string, unknown>) => Promise<{ changes: string[] }>,
  ): Promise<number> {
    const whole = new ScriptHost(engine);
    whole.state = structuredClone(start);
    const { changes } = await run(whole);
    for (let kill = 1; kill < changes.length; kill++) {
      const host = new ScriptHost(engine);
      host.state = structuredClone(start);
      const cut = await run(host, { killAfter: kill });
      expect(cut.changes).toEqual(changes.slice(0, kill));
      await run(host);
      expect({ kill: changes[kill - 1], state: ended(host.state) }).toEqual({
        kill: changes[kill - 1],
        state: ended(whole.state),
      });
    }
    return changes.length;
  }

  it.each<[GuestPhase, Partial<GuestPlanFacts>, () => WindowsState, number]>([
    ['features', {}, () => fresh, 5],
    ['network', {}, () => installed, 40],
    ['network', { dataDisk: { lun: 0 } }, () => edited(configured, { disks: [rawDisk] }), 9],
    ['deconfigure', { routesHere: 0 }, () => configured, 25],
  ])(
    '%s is finished by the next run',
    async (phase, extra, start, atLeast) => {
      const count = await killedEverywhere(start(), (host, trouble) => host.execute(phase, extra, trouble));
      expect(count).toBeGreaterThanOrEqual(atLeast);
    },
    300_000,
  );

  it('the startup task is finished by the next one', async () => {
    const count = await killedEverywhere(lost, async (host, trouble) => {
      const run = await host.startupTask(trouble);
      if (!run) throw new Error('There is no startup task.');
      return run;
    });
    expect(count).toBeGreaterThanOrEqual(8);
  }, 300_000);
});
