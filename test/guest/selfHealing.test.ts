import type { WindowsState } from '../../local/azure/guest';
import { parseResult } from '../../shared/guest';
import { Engine, findEngine, type Run } from './engine';
import { ScriptHost, stages } from './scriptHost';

const command = findEngine();
const suite = command ? describe : describe.skip;

const reportFile = 'C:\\ProgramData\\nested-hosts\\boot.json';

suite('a host that starts in trouble', () => {
  let engine: Engine;
  let installed: WindowsState;
  let configured: WindowsState;
  beforeAll(async () => {
    engine = new Engine(command ?? []);
    ({ installed, configured } = await stages(engine));
  });
  afterAll(() => engine.close());

  function host(state: WindowsState): ScriptHost {
    const one = new ScriptHost(engine);
    one.state = structuredClone(state);
    return one;
  }

  /** Windows starts, and its startup task runs on what this Windows does late or wrongly. */
  async function booted(trouble: Record<string, unknown>): Promise<{ one: ScriptHost; run: Run }> {
    const one = host(configured);
    one.model.start();
    const run = await one.startupTask(trouble);
    if (!run) throw new Error('There is no startup task.');
    return { one, run };
  }

  const restarts = ({ changes }: Run) => changes.filter((each) => each === 'restart RemoteAccess').length;
  const report = ({ state }: ScriptHost): unknown => JSON.parse(state.files[reportFile] ?? '{}');
  const failed = (run: Run) => parseResult(run.output)?.error?.code;

  it.each([1, 2, 3])('RRAS that loses NAT %i times gets it back each time', async (losesNat) => {
    const { one, run } = await booted({ losesNat });
    expect(restarts(run)).toBe(losesNat);
    expect(report(one)).toMatchObject({ boot: one.state.bootTime, routerRestarts: losesNat });
    expect(report(one)).not.toHaveProperty('error');
    expect(one.state.events?.at(-1)).toMatchObject({ id: 2, level: 'Warning' });
    expect(one.state.events?.at(-1)?.text).toContain(`RemoteAccess was restarted ${losesNat} times.`);
    const seen = await one.run('verify');
    expect(seen).toMatchObject({ ok: true });
    expect(seen.facts).not.toHaveProperty('bootError');
  });

  it.each<[string, Record<string, unknown>, string, string[]]>([
    ['RRAS loses NAT for a fourth time', { losesNat: 4 }, 'NAT was lost again', ['nat']],
    [
      'RemoteAccess never starts',
      { 'late:RemoteAccess': 302, 'startFails:RemoteAccess': 100 },
      'RemoteAccess does not answer',
      ['rras', 'nat', 'metadata'],
    ],
  ])('%s: three restarts, then it is told and mended by phase network', async (_, trouble, why, checks) => {
    const { one, run } = await booted(trouble);
    expect(restarts(run)).toBe(3);
    expect(failed(run)).toBe('routerFailed');
    const message = `${why}, and RemoteAccess was restarted three times already.`;
    expect(report(one)).toMatchObject({ routerRestarts: 3, error: { code: 'routerFailed', message } });
    expect(one.state.events?.at(-1)).toEqual({
      id: 3,
      level: 'Error',
      text: `The network of guests is not as planned: ${message} RemoteAccess was restarted 3 times.`,
    });
    const seen = await one.run('verify');
    expect(seen.facts.bootError).toBe('routerFailed');
    expect(seen.error?.message).toBe(
      `Not as planned: ${checks.join(', ')}. The startup task failed with routerFailed.`,
    );
    expect(seen.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(checks);
    expect(await one.run('network')).toMatchObject({ ok: true });
    expect(report(one)).not.toHaveProperty('error');
    const mended = await one.run('verify');
    expect(mended).toMatchObject({ ok: true });
    expect(mended.facts).not.toHaveProperty('bootError');
  });

  it('RRAS that takes no NAT whatever is done is configured anew once, then told as natFailed', async () => {
    const one = host(configured);
    one.model.start();
    one.state.nat.interfaces = {};
    const run = await one.startupTask({ refusesNat: true });
    expect(run && restarts(run)).toBe(1);
    expect(run?.changes.filter((each) => each === 'no rras' || each === 'rras')).toEqual(['no rras', 'rras']);
    expect(report(one)).toMatchObject({ routerRestarts: 1, error: { code: 'natFailed' } });
    expect(await one.run('verify')).toMatchObject({ ok: false, facts: { bootError: 'natFailed' } });
    expect(await one.run('network')).toMatchObject({ ok: true });
    expect(await one.run('verify')).toMatchObject({ ok: true });
  });

  it('what RRAS loses with its configuration comes back with NAT', async () => {
    const { one, run } = await booted({ losesNat: 1, rrasMisses: 'Ethernet' });
    expect(run.changes).toContain('no rras');
    expect(report(one)).toMatchObject({ changed: ['nat:nic1', 'metadata'], routerRestarts: 2 });
    expect(await one.run('verify')).toMatchObject({ ok: true });
  });

  it.each([
    ['lateNics', 280],
    ['lateAdapter', 280],
    ['late:vmms', 280],
    ['late:RemoteAccess', 280],
    ['late:DHCPServer', 280],
  ])('%s comes by itself: waited for, and nothing is touched', async (trouble, seconds) => {
    const { one, run } = await booted({ [trouble]: seconds });
    expect(run.slept).toBeGreaterThanOrEqual(seconds);
    expect(run.slept).toBeLessThan(320);
    expect(restarts(run)).toBe(0);
    expect(report(one)).toMatchObject({ changed: [], routerRestarts: 0 });
    expect(one.state.events?.at(-1)).toMatchObject({ id: 1 });
  });

  it('NICs that come after five minutes are told; phase network takes the report back', async () => {
    const { one, run } = await booted({ lateNics: 400 });
    expect(run.changes.filter((each) => !each.startsWith('file'))).toEqual([]);
    expect(report(one)).toMatchObject({ changed: [], error: { code: 'nicNotFound' } });
    expect(one.state.events?.at(-1)).toMatchObject({ id: 3 });
    expect(await one.run('verify')).toMatchObject({ ok: true, facts: { bootError: 'nicNotFound' } });
    expect(await one.run('network')).toMatchObject({ ok: true, changed: [] });
    expect((await one.run('verify')).facts).not.toHaveProperty('bootError');
  });

  it('a service that does not start by itself within five minutes is started', async () => {
    const { one, run } = await booted({ 'late:RemoteAccess': 310 });
    expect(run.changes).toContain('start RemoteAccess');
    expect(report(one)).toMatchObject({ changed: ['service:RemoteAccess'] });
    expect(one.state.events?.at(-1)).toMatchObject({ id: 2 });
  });

  it('phase network restarts RemoteAccess three times as well, and no more', async () => {
    for (const [start, mends] of [
      [3, true],
      [4, false],
    ] as const) {
      const one = host(configured);
      one.state.services.RemoteAccess = { status: 'Stopped', startType: 'Automatic' };
      const run = await one.execute('network', {}, { 'startFails:RemoteAccess': start });
      expect(run.changes.filter((each) => each.endsWith('RemoteAccess'))).toEqual([
        'start RemoteAccess',
        ...Array<string>(3).fill('restart RemoteAccess'),
      ]);
      expect(failed(run)).toBe(mends ? undefined : 'routerFailed');
      expect(await one.run('network')).toMatchObject({ ok: true });
      expect(await one.run('verify')).toMatchObject({ ok: true });
    }
  });

  it('verify waits for a startup task that is at work, ten minutes at most', async () => {
    const one = host(configured);
    one.model.start();
    const before = structuredClone(one.state);
    const waited = await one.execute('verify', {}, { taskEndsAfter: 480 });
    expect(parseResult(waited.output)).toMatchObject({ ok: true });
    expect(waited.slept).toBe(480);
    one.state = before;
    const vain = await one.execute('verify');
    expect(vain.slept).toBe(600);
    expect(parseResult(vain.output)?.checks.filter(({ ok }) => !ok)).toEqual([
      {
        name: 'bootTask',
        ok: false,
        detail: 'startup task nested-hosts has not run since Windows started',
      },
    ]);
  });

  it('two phases at once: the second answers busy and touches nothing', async () => {
    const one = host(installed);
    const run = await one.execute('network', {}, { lockHeld: true });
    expect(parseResult(run.output)).toMatchObject({ ok: false, changed: [], error: { code: 'busy' } });
    expect(run.slept).toBe(120);
    expect(run.changes.filter((each) => each !== 'acl')).toEqual([]);
  });
});
