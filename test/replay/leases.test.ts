import { provisionHost } from '../../orchestrations/provisionHost';
import { leaseSeconds } from '../../shared/leases';
import { epoch, Host } from './host';
import { load } from './library';
import { answers, World, type Script } from './world';

const orchestrator = load(provisionHost);
const minute = 60_000;

/** A host whose VNet another operation holds from the start. */
function behind(other: string, scripts: Record<string, Script> = {}): Host {
  const host = new Host(orchestrator, 'op', { operation: 'op' }, new World(scripts));
  host.operate('vnet', 'acquire', { id: other, event: 'none', now: epoch });
  return host;
}

interface Granted {
  granted: { id: string; event: string } | null;
}

/** The other operation gives its lease back; whether it tells who is next is another matter. */
const givesBack = (id: string, tells: boolean) => (host: Host) => {
  const { granted } = host.operate('vnet', 'release', { id, now: host.now }) as Granted;
  if (granted?.id === 'op' && tells) host.raise(granted.event);
};

/** When the subnet was first asked for: the lease was held then. */
const begun = (host: Host) => host.world.inputsOf('ensureResource ghostedSubnet').length > 0;
const free = (host: Host) =>
  [...host.leases.values()].every(({ holder, queue }) => !holder && queue.length === 0);

/** Runs until the lease was had; gives the time that took, in seconds. */
async function wait(host: Host): Promise<number> {
  while (!begun(host)) await host.turn();
  return (host.now - epoch) / 1_000;
}

describe('a lease that somebody else holds', () => {
  it('is had as soon as the event says so', async () => {
    const host = behind('other');
    host.outside = [{ at: epoch + 5 * minute, act: givesBack('other', true) }];
    expect(await wait(host)).toBeLessThan(5 * 60 + 5);
    await host.run();
    expect(host.world.ending['status']).toBe('succeeded');
    expect(free(host)).toBe(true);
  });

  it('is had a little later if the event got lost', async () => {
    const host = behind('other');
    host.outside = [{ at: epoch + 5 * minute, act: givesBack('other', false) }];
    const seconds = await wait(host);
    expect(seconds).toBeGreaterThan(5 * 60);
    expect(seconds).toBeLessThan(10 * 60 + 5);
    expect((await host.run()).world.ending['status']).toBe('succeeded');
    expect(free(host)).toBe(true);
  });

  it('is had without asking again once the event has come', async () => {
    const host = behind('other');
    host.outside = [{ at: epoch + 2 * minute, act: givesBack('other', true) }];
    await wait(host);
    const asked = host.actions.filter(({ operation, instanceId }) =>
      operation === 'acquire' ? instanceId?.endsWith('@vnet') : false,
    );
    expect(asked).toHaveLength(1);
  });

  it('is not taken on the event of an earlier wait that comes late', async () => {
    const host = behind('other');
    let earlier = '';
    host.outside = [
      {
        at: epoch + 1 * minute,
        act: (here) => {
          earlier = here.leases.get('vnet')?.queue[0]?.event ?? '';
        },
      },
      // It has asked again by then, under another name.
      { at: epoch + 7 * minute, act: (here) => here.raise(earlier) },
      { at: epoch + 8 * minute, act: givesBack('other', true) },
    ];
    expect(await wait(host)).toBeGreaterThanOrEqual(8 * 60);
    expect(earlier).toMatch(/^granted-vnet-/);
    expect((await host.run()).world.ending['status']).toBe('succeeded');
  });

  it('is not taken from a holder that is slow but at work', async () => {
    const host = behind('other', { inspectHolder: [answers.of({ running: true })] });
    const late = epoch + leaseSeconds * 1_000 + 30 * minute;
    host.outside = [{ at: late, act: givesBack('other', true) }];
    expect(await wait(host)).toBeGreaterThanOrEqual(leaseSeconds + 30 * 60);
    expect(host.world.inputsOf('inspectHolder')[0]).toEqual({ holder: 'other' });
    expect((await host.run()).world.ending['status']).toBe('succeeded');
  });

  it('is taken from a holder that is over, once the lease has expired', async () => {
    const host = behind('other', { inspectHolder: [answers.of({ running: false })] });
    const seconds = await wait(host);
    expect(seconds).toBeGreaterThan(leaseSeconds);
    expect(seconds).toBeLessThan(leaseSeconds + 310);
    expect((await host.run()).world.ending['status']).toBe('succeeded');
    expect(free(host)).toBe(true);
  });

  it('is not taken while nobody can tell whether the holder is over', async () => {
    const host = behind('other', { inspectHolder: [answers.throws(), answers.of({ running: false })] });
    await host.run();
    expect(host.world.inputsOf('inspectHolder')).toHaveLength(2);
    expect(host.world.ending['status']).toBe('succeeded');
  });

  it('goes to whoever came first, who is told', async () => {
    const host = behind('dead', { inspectHolder: [answers.of({ running: false })] });
    host.operate('vnet', 'acquire', { id: 'first', event: 'granted-first', now: epoch });
    host.outside = [{ at: epoch + leaseSeconds * 1_000 + 20 * minute, act: givesBack('first', true) }];
    const seconds = await wait(host);
    expect(seconds).toBeGreaterThanOrEqual(leaseSeconds + 20 * 60);
    expect(host.world.inputsOf('raiseGranted')).toEqual([{ instance: 'first', event: 'granted-first' }]);
    expect((await host.run()).world.ending['status']).toBe('succeeded');
  });

  it('is left, and so is the line, by a waiter that is cancelled', async () => {
    const host = behind('other');
    host.outside = [{ at: epoch + 3 * minute, act: (here) => here.raise('cancel') }];
    // The undo waits for the same lease, so the other has to let go in the end.
    host.outside.push({ at: epoch + 9 * minute, act: givesBack('other', true) });
    await host.run();
    expect(begun(host)).toBe(false);
    expect(host.world.ending['status']).toBe('cancelled');
    expect(free(host)).toBe(true);
  });

  it('that is given back to a line tells the next', async () => {
    const host = new Host(orchestrator, 'op', { operation: 'op' }, new World());
    await wait(host);
    host.operate('vnet', 'acquire', { id: 'next', event: 'granted-next', now: host.now });
    await host.run();
    expect(host.world.inputsOf('raiseGranted')).toContainEqual({ instance: 'next', event: 'granted-next' });
    expect(host.leases.get('vnet')?.holder?.id).toBe('next');
  });

  it('whose entity fails now and then is asked again', async () => {
    const world = new World().breakEntity('vnet', 'acquire', 2).breakEntity('table', 'release', 2);
    const host = await new Host(orchestrator, 'op', { operation: 'op' }, world).run();
    expect(host.world.ending['status']).toBe('succeeded');
    expect(free(host)).toBe(true);
  });
});
