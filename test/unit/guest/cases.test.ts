import { guestPhases } from '../../../shared/guest';
import type { GuestPlanFacts } from '../../../shared/guest';
import { bootOutcomeOf, casesOf, edited, outcomeOf } from '../../guest/cases';
import type { GuestCase } from '../../guest/cases';
import { TestHost, firstHost } from './host';

function started({ image, accelerated, start, plan, change }: GuestCase): TestHost {
  const host = new TestHost(edited(firstHost, plan), image, accelerated);
  if (start !== 'fresh') {
    host.run('features');
    host.reboot();
  }
  if (start === 'configured') {
    host.run('network');
    host.reboot();
  }
  host.state = edited(host.state, change);
  return host;
}

describe.each(guestPhases)('%s on the model', (phase) => {
  it.each(casesOf(phase))('$name', (given) => {
    const host = started(given);
    const { bootTime, os } = host.state;
    host.now = Date.parse(bootTime) + (given.up ?? 3_600) * 1_000;
    const result = host.run(phase, edited<Partial<GuestPlanFacts>>({}, given.run));
    expect(outcomeOf(result)).toEqual(given.expect);
    expect(result).toMatchObject({ ok: given.expect.error === undefined, bootTime, os });
  });
});

describe('the startup task on the model', () => {
  it.each(casesOf('boot'))('$name', (given) => {
    const host = started(given);
    if (given.boot === 'deallocated') host.deallocated();
    else host.reboot();
    const { error, changed, facts } = given.expect;
    expect(bootOutcomeOf(host.state)).toEqual({ ...(error === undefined ? {} : { error }), changed, facts });
    if (error === undefined) expect(host.run('verify')).toMatchObject({ ok: true });
  });
});
