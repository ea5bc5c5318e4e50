import type { WindowsState } from '../../local/azure/guest';
import { guestPhases } from '../../shared/guest';
import type { GuestPlanFacts } from '../../shared/guest';
import { firstHost } from '../unit/guest/host';
import { bootOutcomeOf, casesOf, edited, outcomeOf } from './cases';
import type { GuestCase } from './cases';
import { Engine, findEngine } from './engine';
import { ScriptHost } from './scriptHost';

const command = findEngine();
const suite = command ? describe : describe.skip;

suite('the scripts, executed on a fake Windows', () => {
  let engine: Engine;
  beforeAll(() => (engine = new Engine(command ?? [])));
  afterAll(() => engine.close());

  const reached = new Map<string, WindowsState>();

  /** The same way to the same start is gone once. */
  async function started({ image, accelerated, start, plan, change }: GuestCase): Promise<ScriptHost> {
    const host = new ScriptHost(engine, edited(firstHost, plan), image, accelerated);
    const key = JSON.stringify([image, accelerated, start, plan]);
    host.state = structuredClone(reached.get(key) ?? (await walked(host, start)));
    reached.set(key, structuredClone(host.state));
    host.state = edited(host.state, change);
    return host;
  }

  async function walked(host: ScriptHost, start: GuestCase['start']): Promise<WindowsState> {
    if (start !== 'fresh') {
      await host.run('features');
      await host.reboot();
    }
    if (start === 'configured') {
      await host.run('network');
      await host.reboot();
    }
    return host.state;
  }

  describe.each(guestPhases)('%s', (phase) => {
    it.each(casesOf(phase))('$name', async (given) => {
      const host = await started(given);
      const { bootTime, os } = host.state;
      const result = await host.run(phase, edited<Partial<GuestPlanFacts>>({}, given.run), {
        ...(given.up === undefined ? {} : { up: given.up }),
      });
      expect(outcomeOf(result)).toEqual(given.expect);
      expect(result).toMatchObject({ ok: given.expect.error === undefined, bootTime, os });
    });
  });

  describe('the startup task', () => {
    it.each(casesOf('boot'))('$name', async (given) => {
      const host = await started(given);
      await host.reboot({ deallocated: given.boot === 'deallocated' });
      const { error, changed, facts } = given.expect;
      expect(bootOutcomeOf(host.state)).toEqual({
        ...(error === undefined ? {} : { error }),
        changed,
        facts,
      });
      if (error === undefined) expect(await host.run('verify')).toMatchObject({ ok: true });
    });
  });
});
