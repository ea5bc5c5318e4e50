import type { WindowsState } from '../../local/azure/guest';
import { createHash } from 'node:crypto';
import { bootVersion, guestPhases, parseResult } from '../../shared/guest';
import { needingInterruption } from '../../shared/guest/interruption';
import { defects, faultsOf, harmless } from '../unit/guest/defects';
import { TestHost, firstHost } from '../unit/guest/host';
import { images } from '../unit/guest/images';
import { edited } from './cases';
import { machineOf } from './machine';
import { Engine, findEngine } from './engine';
import { ScriptHost } from './scriptHost';

jest.setTimeout(180_000);

const command = findEngine();
const suite = command ? describe : describe.skip;

suite('the scripts, executed', () => {
  let engine: Engine;
  let ready: WindowsState;
  let modelled: WindowsState;
  beforeAll(async () => {
    engine = new Engine(command ?? []);
    ready = structuredClone((await new ScriptHost(engine).configured()).state);
    modelled = new TestHost().configured().state;
  });
  afterAll(() => engine.close());

  function host(state: WindowsState): ScriptHost {
    const fresh = new ScriptHost(engine);
    fresh.state = structuredClone(state);
    return fresh;
  }

  it.each(defects)('on a host with one defect: $name', async ({ damage, named, refused, beyond }) => {
    const damaged = host(ready);
    damage(damaged.state);
    const seen = await damaged.run('verify');
    expect(seen).toMatchObject({ ok: false, changed: [], error: { code: 'verifyFailed' } });
    expect(faultsOf(seen)).toEqual(named);
    const touched = refused === undefined && !beyond;
    const gentle = touched && needingInterruption(Object.keys(named)).length === 0;
    if (touched && !gentle) {
      const run = await damaged.execute('network', { mayInterrupt: false });
      expect(parseResult(run.output)?.error?.code).toBe('repairNeedsInterruption');
      expect(run.changes.filter((change) => !change.startsWith('file'))).toEqual([]);
    }
    const result = await damaged.run('network', gentle ? { mayInterrupt: false } : {});
    const model = new TestHost();
    model.state = structuredClone(modelled);
    damage(model.state);
    expect(model.run('network').changed).toEqual(result.changed);
    expect(machineOf(damaged.state)).toEqual(machineOf(model.state));
    if (refused !== undefined) {
      expect(result).toMatchObject({ ok: false, changed: [], error: { code: refused } });
      return;
    }
    expect(result.error).toBeUndefined();
    if (beyond) {
      expect(result.changed).toEqual([]);
      return;
    }
    expect(result.changed).not.toEqual([]);
    expect(await damaged.run('verify')).toMatchObject({ ok: true });
  });

  it('on a host with every route that is no fault, all at once', async () => {
    const one = host(ready);
    for (const [, add] of harmless) add(one.state);
    const { routes } = structuredClone(one.state);
    expect(faultsOf(await one.run('verify'))).toEqual({});
    const { output, changes } = await one.execute('network');
    expect(parseResult(output)).toMatchObject({ ok: true, changed: [] });
    expect(changes).toEqual([]);
    expect(one.state.routes).toEqual(routes);
    // Neither is doubled nor moved when the startup task has been there, either.
    await one.reboot();
    expect(faultsOf(await one.run('verify'))).toEqual({});
    const planned = firstHost.routes.map(({ prefix }) => one.state.routes.filter((r) => r.prefix === prefix));
    expect(planned.map((same) => same.map(({ persistent, router = false }) => [persistent, router]))).toEqual(
      [[[false, true]], [[true, false]], [[true, true]], [[false, true]]],
    );
  });

  it.each(images)('on %s: every phase, and a second run of any changes nothing', async (image) => {
    const one = new ScriptHost(engine, firstHost, image);
    const model = new TestHost(firstHost, image);
    const { restartNeeded } = await one.run('features');
    expect(restartNeeded).toBe(model.run('features').restartNeeded);
    expect(machineOf(one.state)).toEqual(machineOf(model.state));
    await one.reboot();
    expect(await one.run('network')).toMatchObject({ ok: true, restartNeeded: true });
    await one.reboot();
    model.reboot().run('network');
    expect(machineOf(one.state)).toEqual(machineOf(model.reboot().state));
    for (const phase of guestPhases.filter((each) => each !== 'deconfigure')) {
      expect(await one.run(phase)).toMatchObject({ ok: true, changed: [], restartNeeded: false });
    }
  });

  it('takes away on Core what it made, and makes it again', async () => {
    const one = await new ScriptHost(engine, firstHost, '2025-datacenter-azure-edition-core').configured();
    expect(await one.run('deconfigure', { routesHere: 0 })).toMatchObject({ ok: true });
    expect(await one.run('deconfigure', { routesHere: 0 })).toMatchObject({ ok: true, changed: [] });
    expect(await one.run('network')).toMatchObject({ ok: true });
    await one.reboot();
    expect(await one.run('verify')).toMatchObject({ ok: true });
  });

  it('takes the script of an earlier version for what it is, and network brings the new one, without a restart', async () => {
    const folder = 'C:\\ProgramData\\nested-hosts';
    const one = host(ready);
    const memory = JSON.parse(one.state.files[`${folder}\\state.json`] ?? '{}') as { bootVersion: string };
    expect(memory.bootVersion).toBe(bootVersion());
    one.state.files[`${folder}\\state.json`] = JSON.stringify({ ...memory, bootVersion: '0123456789abcdef' });
    const seen = await one.run('verify', { bootVersion: bootVersion() });
    expect(seen.checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'bootScript', ok: false, detail: 'the stored script is of another version' },
    ]);
    // As a version of before versions were written down left it.
    one.state.files[`${folder}\\boot.ps1`] = '# earlier';
    one.state.files[`${folder}\\state.json`] = JSON.stringify({
      ...memory,
      bootVersion: undefined,
      bootScript: createHash('sha256').update('# earlier').digest('hex').toUpperCase(),
    });
    expect(await one.run('verify', { bootVersion: bootVersion() })).toMatchObject({ ok: false });
    const repaired = await one.run('network');
    expect(repaired).toMatchObject({ ok: true, changed: ['boot:script'], restartNeeded: false });
    expect(await one.run('verify', { bootVersion: bootVersion() })).toMatchObject({ ok: true });
  });

  it('formats a data disk once: what cannot be read afterwards is told and left alone', async () => {
    const wish = { dataDisk: { lun: 0 } };
    const one = host(
      edited(ready, {
        disks: [
          {
            number: 1,
            uniqueId: 'data',
            lun: 0,
            role: 'data',
            model: 'Msft Virtual Disk',
            gigabytes: 256,
            style: 'RAW',
            offline: false,
            readOnly: false,
            partitions: [],
          },
        ],
      }),
    );
    expect(await one.run('network', wish)).toMatchObject({ ok: true, restartNeeded: false });
    expect(await one.run('verify', wish)).toMatchObject({ ok: true, facts: { dataDisk: 'F' } });
    expect(await one.run('network', wish)).toMatchObject({ ok: true, changed: [] });
    const volume = one.state.disks?.[0]?.partitions[1];
    delete volume?.fileSystem;
    delete volume?.label;
    const run = await one.execute('network', wish);
    expect(run.changes).toEqual([]);
    expect(parseResult(run.output)).toMatchObject({ ok: false, error: { code: 'dataDiskUnreadable' } });
    expect((await one.run('verify', wish)).checks.filter(({ ok }) => !ok)).toEqual([
      { name: 'dataDisk', ok: false, detail: 'disk 1 has no volume that can be read' },
    ]);
  });

  it('comes back from three restarts as it was, and then whatever happens to its NICs with their twins and its NAT, by its startup task alone', async () => {
    const one = await new ScriptHost(engine, firstHost, '2025-datacenter-g2', true).configured();
    for (let restarts = 1; restarts <= 3; restarts++) {
      await one.reboot();
      expect(one.state.events?.at(-1)).toMatchObject({ id: 1, level: 'Information' });
      expect(await one.run('verify')).toMatchObject({ ok: true });
    }
    for (const adaptersAfterDeallocation of [undefined, 'renamed', 'replaced', 'reordered'] as const) {
      one.state.nat.interfaces = {};
      one.state.quirks = {
        losesNatAtBoots: 1,
        ...(adaptersAfterDeallocation && { adaptersAfterDeallocation }),
      };
      await one.reboot({ deallocated: adaptersAfterDeallocation !== undefined });
      expect(one.state.events?.at(-1)).toMatchObject({ id: 2, level: 'Warning' });
      expect(await one.run('verify')).toMatchObject({ ok: true });
    }
    expect(await one.run('network')).toMatchObject({ ok: true, changed: [], restartNeeded: false });
  });
});
