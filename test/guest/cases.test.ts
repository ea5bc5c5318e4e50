import { guestPhases } from '../../shared/guest';
import type { GuestPlanFacts } from '../../shared/guest';
import { firstHost } from '../unit/guest/host';
import { casesOf, edited, outcomeOf } from './cases';
import type { GuestCase } from './cases';
import { Engine, findEngine } from './engine';
import { ScriptHost } from './scriptHost';

const command = findEngine();
const suite = command ? describe : describe.skip;

suite('the scripts, executed on a fake Windows', () => {
  let engine: Engine;
  beforeAll(() => (engine = new Engine(command ?? [])));
  afterAll(() => engine.close());

  async function started({ image, start, plan, change }: GuestCase): Promise<ScriptHost> {
    const host = new ScriptHost(engine, edited(firstHost, plan), image);
    if (start !== 'fresh') {
      await host.run('features');
      host.reboot();
    }
    if (start === 'configured') {
      await host.run('network');
      host.reboot();
    }
    host.state = edited(host.state, change);
    return host;
  }

  describe.each(guestPhases)('%s', (phase) => {
    it.each(casesOf(phase))('$name', async (given) => {
      const host = await started(given);
      const { bootTime, os } = host.state;
      const result = await host.run(phase, edited<Partial<GuestPlanFacts>>({}, given.run));
      expect(outcomeOf(result)).toEqual(given.expect);
      expect(result).toMatchObject({ ok: given.expect.error === undefined, bootTime, os });
    });
  });
});
