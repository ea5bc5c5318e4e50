import type { WindowsState } from '../../local/azure/guest';
import { parseResult, scriptOf } from '../../shared/guest';
import type { GuestPhase } from '../../shared/guest';
import { edited } from './cases';
import { Engine, findEngine, type Run } from './engine';
import { ScriptHost, stages } from './scriptHost';

const command = findEngine();
const suite = command ? describe : describe.skip;

const warningsOf = (run: Run): unknown => parseResult(run.output)?.facts.warnings;
const codeOf = (run: Run): string | undefined => parseResult(run.output)?.error?.code;

/** What is assumed of Windows and nobody has seen: where it is wrong, no host may fail for that alone. */
suite('the scripts, on a Windows that is another than assumed', () => {
  let engine: Engine;
  let fresh: WindowsState;
  let installed: WindowsState;
  let configured: WindowsState;
  beforeAll(async () => {
    engine = new Engine(command ?? []);
    ({ fresh, installed, configured } = await stages(engine));
  });
  afterAll(() => engine.close());

  const host = (state: WindowsState): ScriptHost => {
    const one = new ScriptHost(engine);
    one.state = structuredClone(state);
    return one;
  };

  it.each<[string, Record<string, unknown>, Partial<WindowsState>, string[] | undefined]>([
    ['writes its scheduler alone', { hypervisorWrote: [2], noVid: true }, {}, undefined],
    ['writes other things alone, and its driver runs', { hypervisorWrote: [156] }, {}, undefined],
    ['writes nothing, and its driver runs', { hypervisorWrote: [] }, {}, undefined],
    ['is shown by nothing', { hypervisorWrote: [156], noVid: true }, {}, ['hypervisorUnproven']],
    ['is down and wrote nothing', { hypervisorWrote: [] }, { hypervisorDown: true }, ['hypervisorUnproven']],
    ['failed, and started since', { hypervisorWrote: [41, 1] }, {}, undefined],
  ])('a hypervisor that %s fails nothing', async (_, trouble, state, warnings) => {
    const run = await host({ ...configured, ...state }).execute('verify', {}, trouble);
    expect(parseResult(run.output)).toMatchObject({ ok: true });
    expect(warningsOf(run)).toEqual(warnings);
  });

  it.each([5, 20, 26, 29, 31, 38, 41, 42, 44, 48, 54, 64, 80, 85])(
    'a hypervisor that says in event %i why it did not start is told',
    async (id) => {
      const run = await host(configured).execute('verify', {}, { hypervisorWrote: [1, id] });
      expect(parseResult(run.output)?.checks.filter(({ ok }) => !ok)).toEqual([
        { name: 'hypervisor', ok: false, detail: `the hypervisor did not start with Windows: event ${id}` },
      ]);
    },
  );

  it('an adapter of the switch that goes by another id is found by its address', async () => {
    const one = host(installed);
    expect(await one.run('network', {}, { otherDeviceId: true })).toMatchObject({ ok: true });
    await one.reboot({}, { otherDeviceId: true });
    expect(await one.run('verify', {}, { otherDeviceId: true })).toMatchObject({ ok: true });
  });

  it('RRAS whose status cannot be asked is judged by what it answers, and taken away all the same', async () => {
    const trouble = { noRoutingStatus: true };
    const one = host(installed);
    expect(await one.run('network', {}, trouble)).toMatchObject({ ok: true });
    await one.reboot({}, trouble);
    const run = await one.execute('verify', {}, trouble);
    expect(parseResult(run.output)).toMatchObject({ ok: true });
    expect(warningsOf(run)).toEqual(['routingUnknown']);
    expect(await one.run('network', {}, trouble)).toMatchObject({ ok: true, changed: [] });
    const gone = await one.execute('deconfigure', { routesHere: 0 }, trouble);
    expect(parseResult(gone.output)).toMatchObject({ ok: true });
    expect(gone.changes).toContain('no rras');
  });

  it('an address that Windows took for itself and gives up by itself is no hindrance', async () => {
    const one = host(installed);
    expect(await one.run('network', {}, { linkAddressStays: true })).toMatchObject({ ok: true });
    await one.reboot();
    expect(await one.run('verify')).toMatchObject({ ok: true });
  });

  it('groups that cannot be made, and a web server that cannot be stopped, are told and fail nothing', async () => {
    const groups = await host(installed).execute('network', {}, { noDhcpGroups: true });
    expect(parseResult(groups.output)).toMatchObject({ ok: true });
    expect(warningsOf(groups)).toEqual(['dhcpGroups']);
    const web = await host(fresh).execute('features', {}, { 'stopFails:W3SVC': true });
    expect(parseResult(web.output)).toMatchObject({ ok: true });
    expect(warningsOf(web)).toEqual(['webServer']);
  });

  it('a feature that shows its restart in another way is looked at after the restart', async () => {
    const one = host(fresh);
    const run = await one.execute('features', {}, { pendingShowsAs: 'Available' });
    expect(parseResult(run.output)).toMatchObject({ ok: true, restartNeeded: true });
    expect(warningsOf(run)).toEqual(['featuresPending']);
    await one.reboot();
    expect(await one.run('network')).toMatchObject({ ok: true });
  });

  it('Windows that still waits for a restart after one is asked to install all the same', async () => {
    const one = host(edited(fresh, { updatesPending: true }));
    const first = await one.run('features');
    expect(first.error?.code).toBe('restartFirst');
    one.model.start();
    one.state = edited(one.state, { updatesPending: true });
    const run = await one.execute('features', { notBootedAt: first.bootTime }, { up: 600 });
    expect(parseResult(run.output)?.error).toMatchObject({
      code: 'featuresFailed',
      message: expect.stringContaining('requires a restart') as string,
    });
  });

  it.each<[string, GuestPhase, Record<string, unknown>]>([
    ['features while servicing is at work', 'verify', { featuresBusy: 100 }],
    ['its switches just after its start', 'network', { lateHyperV: 60 }],
  ])('Windows that does not tell %s is asked again', async (_, phase, trouble) => {
    const one = host(phase === 'network' ? installed : configured);
    expect(await one.run(phase, {}, trouble)).toMatchObject({ ok: true });
    expect(one.state.switches).toHaveLength(1);
  });

  it('Hyper-V that never tells its switches gets no second one', async () => {
    const run = await host(configured).execute('network', {}, { lateHyperV: 100_000 });
    expect(codeOf(run)).toBe('timeout');
    expect(run.state.switches).toHaveLength(1);
  });

  it('a lease without an end is put right', async () => {
    const endless = edited(configured, { 'dhcp/scopes/10.0.2.0/leaseHours': 900_000 });
    const one = host(endless);
    expect(await one.run('network')).toMatchObject({ ok: true, changed: ['dhcp:scope'] });
  });

  it('a startup task that never ran is told; one that ran before and does not now is a fault', async () => {
    const one = host(installed);
    await one.run('network');
    one.model.now = Date.parse(one.state.bootTime);
    one.model.start();
    const never = await one.execute('verify');
    expect(parseResult(never.output)).toMatchObject({ ok: true });
    expect(warningsOf(never)).toEqual(['bootTaskUnseen']);
    await one.reboot();
    expect(warningsOf(await one.execute('verify'))).toBeUndefined();
    one.model.start();
    expect((await one.run('verify')).error?.message).toContain('bootTask');
  });

  it('WinNAT that cannot be asked is told', async () => {
    for (const phase of ['network', 'verify'] as const) {
      const run = await host(configured).execute(phase, {}, { noNetNat: true });
      expect(parseResult(run.output)).toMatchObject({ ok: true, changed: [] });
      expect(warningsOf(run)).toEqual(['netNatUnknown']);
    }
  });

  it('a log that cannot be written ends no phase', async () => {
    const one = host(configured);
    const access = 'O:SYG:SYD:PAI(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)';
    const run = await one.execute('verify', {}, { access, folderHolds: 'guest.log' });
    expect(parseResult(run.output)).toMatchObject({ ok: true });
    expect(warningsOf(run)).toEqual(['logUnwritten']);
  });

  it('a process of 32 bits, which is shown another Windows, ends at once', async () => {
    const one = host(configured);
    const wide = '[Environment]::Is64BitProcess';
    const script = scriptOf('network');
    expect(script).toContain(wide);
    const run = await engine.run({
      name: 'narrow',
      script: script.replace(wide, '$false'),
      parameters: 'x',
      state: one.state,
    });
    expect(codeOf(run)).toBe('narrowProcess');
    expect(run.changes).toEqual([]);
  });
});
