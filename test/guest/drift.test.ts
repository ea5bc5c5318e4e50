import type { WindowsState } from '../../local/azure/guest';
import { guestPhases } from '../../shared/guest';
import { defects } from '../unit/guest/defects';
import { firstHost } from '../unit/guest/host';
import { Engine, findEngine } from './engine';
import { ScriptHost } from './scriptHost';

const command = findEngine();
const suite = command ? describe : describe.skip;

suite('the scripts, executed', () => {
  let engine: Engine;
  let ready: WindowsState;
  beforeAll(async () => {
    engine = new Engine(command ?? []);
    ready = structuredClone((await new ScriptHost(engine).configured()).state);
  });
  afterAll(() => engine.close());

  function host(state: WindowsState): ScriptHost {
    const fresh = new ScriptHost(engine);
    fresh.state = structuredClone(state);
    return fresh;
  }

  it.each(defects)('on a host with one defect: $name', async ({ damage, checks, refused }) => {
    const damaged = host(ready);
    damage(damaged.state);
    const seen = await damaged.run('verify');
    expect(seen).toMatchObject({ ok: false, changed: [], error: { code: 'verifyFailed' } });
    expect(seen.checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(checks);
    const result = await damaged.run('network');
    if (refused !== undefined) {
      expect(result).toMatchObject({ ok: false, changed: [], error: { code: refused } });
      return;
    }
    expect(result.error).toBeUndefined();
    expect(result.changed).not.toEqual([]);
    expect(await damaged.run('verify')).toMatchObject({ ok: true });
  });

  it.each([
    '2016-datacenter',
    '2019-datacenter-core-g2',
    '2022-datacenter-azure-edition-core',
    '2025-datacenter-g2',
  ])('on %s: a second run of any phase changes nothing', async (image) => {
    const one = await new ScriptHost(engine, firstHost, image).configured();
    for (const phase of guestPhases.filter((each) => each !== 'deconfigure')) {
      expect(await one.run(phase)).toMatchObject({ ok: true, changed: [], restartNeeded: false });
    }
    expect(await one.run('deconfigure', { routesHere: 0 })).toMatchObject({ ok: true });
    expect(await one.run('deconfigure', { routesHere: 0 })).toMatchObject({ ok: true, changed: [] });
    expect(await one.run('network')).toMatchObject({ ok: true });
    await one.reboot();
    expect(await one.run('verify')).toMatchObject({ ok: true });
  });

  it('comes back from three boots in a row, whatever happens to its NICs and its NAT, by its startup task alone', async () => {
    const one = host(ready);
    for (const adaptersAfterDeallocation of [undefined, 'renamed', 'replaced'] as const) {
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
