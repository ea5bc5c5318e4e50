import type { WindowsState } from '../../local/azure/guest';
import { parseResult } from '../../shared/guest';
import { edited } from './cases';
import { Engine, findEngine } from './engine';
import { ScriptHost, stages } from './scriptHost';

const command = findEngine();
const suite = command ? describe : describe.skip;
const afterRestart = { notBootedAt: '2025-01-01T00:00:00Z' };
const servicing = { 'services/TrustedInstaller': { status: 'Running', startType: 'Manual' } };

suite('a script after a restart', () => {
  let engine: Engine;
  let installed: WindowsState;
  let configured: WindowsState;
  beforeAll(async () => {
    engine = new Engine(command ?? []);
    ({ installed, configured } = await stages(engine));
  });
  afterAll(() => engine.close());

  function host(state: WindowsState, change: Record<string, unknown> = {}): ScriptHost {
    const one = new ScriptHost(engine);
    one.state = edited(state, change);
    return one;
  }

  it.each<[string, Record<string, unknown>, number, number]>([
    ['as soon as Windows is up', {}, 12, 78],
    ['when Windows has been up for a while', {}, 90, 0],
    ['while servicing is at work', servicing, 100, 80],
    ['while servicing wants one more restart', { rebootPending: true }, 100, 80],
    ['when servicing has worked for long', servicing, 180, 0],
    ['when updates have wanted a restart for long', { updatesPending: true }, 180, 0],
  ])('%s waits until it has settled', async (_, change, up, seconds) => {
    for (const phase of ['network', 'verify'] as const) {
      const { slept, changes, output } = await host(configured, change).execute(phase, afterRestart, { up });
      expect({ phase, slept, ok: parseResult(output)?.ok }).toEqual({ phase, slept: seconds, ok: true });
      expect(changes).toEqual([]);
    }
  });

  it.each([
    ['role', { 'features/Hyper-V': 'InstallPending' }, /Hyper-V\.$/],
    ['servicing', { rebootInProgress: true }, /in the middle of a restart\.$/],
  ])(
    'gives Windows four minutes to end with its %s, then says so and has touched nothing',
    async (_, change, why) => {
      const { slept, changes, output } = await host(installed, change).execute('network', afterRestart);
      expect({ slept, changes }).toEqual({ slept: 240, changes: [] });
      expect(parseResult(output)).toMatchObject({ ok: false, changed: [], error: { code: 'notSettled' } });
      expect(parseResult(output)?.error?.message).toMatch(why);
    },
  );

  it('waits for nothing where no restart was asked for', async () => {
    const one = host(configured, { ...servicing, rebootPending: true });
    expect(await one.execute('network', {}, { up: 5 })).toMatchObject({ slept: 0 });
    expect(await one.execute('verify', {}, { up: 5 })).toMatchObject({ slept: 0 });
  });

  it('says so when the clock was set meanwhile, and a restart that is due stays due', async () => {
    const one = host(installed);
    const began = one.state.bootTime;
    const { output } = await one.execute('network', afterRestart, { up: 12, clockSetBy: 7_200 });
    const moved = parseResult(output);
    expect(moved).toMatchObject({ ok: true, restartNeeded: true, bootTimeAtStart: began });
    expect(Date.parse(moved?.bootTime ?? '') - Date.parse(began)).toBe(7_200_000);
    const { bootTimeAtStart } = await host(installed).run('network', afterRestart, { up: 12, clockSetBy: 8 });
    expect(bootTimeAtStart).toBeUndefined();
  });
});
