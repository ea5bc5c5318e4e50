import { cancelEvent } from '../../orchestrations/names';
import { provisionHost } from '../../orchestrations/provisionHost';
import { teardownHost } from '../../orchestrations/teardownHost';
import { inFlightSeconds, type GateAnswer, type Wake } from '../../shared/gate';
import { epoch, Host } from './host';
import { load } from './library';
import { answers, instant, World, type Script } from './world';

const orchestrator = load(provisionHost);
const minute = 60_000;
const ticket = { gate: 'gate', limit: 1, caller: 'portal', priority: 0, admittedAt: 5 };

/** A host whose gate lets one operation pass at a time; `ahead` came before, the first of them is in flight. */
function behind(ahead: string[], scripts: Record<string, Script> = {}): Host {
  const world = new World({ ...instant, gateTicket: [answers.of(ticket)], ...scripts });
  const host = new Host(orchestrator, 'op', { operation: 'op' }, world);
  ahead.forEach((id, admittedAt) => asks(host, id, { admittedAt }));
  return host;
}

const asks = (host: Host, id: string, more: { admittedAt?: number; limit?: number } = {}) => {
  const { gate: _, ...rest } = ticket;
  return host.passGate('acquire', {
    ...rest,
    id,
    event: `passed-${id}`,
    now: host.now,
    ...more,
  }) as GateAnswer;
};

/** Another operation leaves; whether it tells who may pass is another matter. */
const leaves = (id: string, tells: boolean) => (host: Host) => {
  const { wake } = host.passGate('release', { id, now: host.now }) as { wake: Wake[] };
  for (const woken of wake) if (woken.id === 'op' && tells) host.raise(woken.event);
};

const shown = (host: Host): unknown =>
  (host.state?.customStatus as { steps?: { name: string; status: string; detail?: string }[] } | undefined)
    ?.steps?.[0];

const planned = (host: Host) => host.world.order.includes('planHost');

async function untilPlanned(host: Host): Promise<number> {
  while (!planned(host)) await host.turn();
  return (host.now - epoch) / 1_000;
}

const empty = { holders: [], waiting: [], turns: [] };

describe('the gate before a provisioning', () => {
  it('shows the wait and the position, and passes as soon as the event says so', async () => {
    const host = behind(['first', 'second']);
    const seen: unknown[] = [];
    host.outside = [
      { at: epoch + minute, act: (one) => seen.push(shown(one)) },
      { at: epoch + 2 * minute, act: leaves('first', false) },
      { at: epoch + 5 * minute, act: leaves('second', true) },
    ];
    expect(await untilPlanned(host)).toBeLessThan(5 * 60 + 5);
    expect(seen).toEqual([{ name: 'plan', status: 'pending', detail: 'waiting at the gate, position 2' }]);
    await host.run();
    expect(host.world.ending['status']).toBe('succeeded');
    expect(JSON.stringify(host.world.ending['steps'])).not.toContain('waiting');
    expect(host.gate).toMatchObject(empty);
  });

  it('is passed a little later if the event got lost', async () => {
    const host = behind(['first']);
    host.outside = [{ at: epoch + 5 * minute, act: leaves('first', false) }];
    const seconds = await untilPlanned(host);
    expect(seconds).toBeGreaterThan(5 * 60);
    expect(seconds).toBeLessThan(60 * 60 + 5);
    await host.run();
    expect(host.gate).toMatchObject(empty);
  });

  it('is left at once, and nothing was touched, if the operation is cancelled', async () => {
    const host = behind(['first']);
    host.outside = [{ at: epoch + minute, act: (one) => one.raise(cancelEvent) }];
    await host.run();
    expect(host.world.ending).toMatchObject({ status: 'cancelled', untouched: true, undone: false });
    expect((host.now - epoch) / 1_000).toBeLessThan(65);
    expect(planned(host)).toBe(false);
    expect(host.gate).toMatchObject({ holders: [{ id: 'first' }], waiting: [] });
  });

  it.each([
    ['evicts whoever is in flight for too long and no longer running', false],
    ['leaves alone whoever is in flight for long and still running', true],
  ])('%s', async (_what, running) => {
    const host = behind(['first'], { inspectHolder: [answers.of({ running })] });
    host.outside = [{ at: epoch + 3 * inFlightSeconds * 1_000, act: leaves('first', true) }];
    const seconds = await untilPlanned(host);
    expect(seconds < inFlightSeconds + 2 * 3_600).toBe(!running);
    expect(seconds >= 3 * inFlightSeconds).toBe(running);
    expect(host.world.inputsOf('inspectHolder')[0]).toEqual({ holder: 'first' });
  });

  it('tells everybody who passes when it leaves', async () => {
    const host = behind([]);
    host.outside = [
      { at: epoch + 5_000, act: (one) => asks(one, 'second', { admittedAt: 6 }) },
      { at: epoch + 5_000, act: (one) => asks(one, 'third', { admittedAt: 7 }) },
    ];
    await host.run();
    expect(host.world.inputsOf('raiseGranted')).toEqual([{ instance: 'second', event: 'passed-second' }]);
    expect(host.gate).toMatchObject({ holders: [{ id: 'second' }], waiting: [{ id: 'third' }] });
  });

  it('is passed before any lease is asked for, and left after every lease is given back', async () => {
    for (const scripts of [{}, { 'ensureResource nic1': [answers.failed('invalid')] }]) {
      const host = await behind([], scripts).run();
      const entities = host.actions.flatMap(({ instanceId, operation }) =>
        instanceId === undefined ? [] : [`${instanceId.split('@')[1]} ${operation}`],
      );
      expect(entities.length).toBeGreaterThan(4);
      expect([entities.indexOf('gate acquire'), entities.indexOf('gate release')]).toEqual([
        0,
        entities.length - 1,
      ]);
    }
  });

  it('holds up no teardown', async () => {
    const world = new World(instant);
    const host = new Host(load(teardownHost), 'op', { operation: 'op' }, world);
    asks(host, 'first', { limit: 1 });
    await host.run();
    expect(world.ending['status']).toBe('succeeded');
    expect(host.actions.filter(({ instanceId }) => instanceId?.startsWith('@gate'))).toEqual([]);
  });
});
