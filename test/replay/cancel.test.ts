import { cancelEvent } from '../../orchestrations/names';
import { provisionHost } from '../../orchestrations/provisionHost';
import { teardownHost } from '../../orchestrations/teardownHost';
import { Host, type Place, type Raised } from './host';
import { load, type Orchestrator } from './library';
import { answers, firstOnNetwork, foresighted, World, type Script } from './world';

const places: Place[] = ['alone', 'before', 'after'];
/** What changes Azure on the way forward, in contrast to undo and closing. */
const forward = /^(ensure|runGuestPhase|restartVirtualMachine)/;
const undoStart = (keys: string[]) => keys.findIndex((key) => key.startsWith('removeResource undo'));

const isFollowed = ({ resume }: Record<string, unknown>): boolean =>
  (resume as { change?: string } | undefined)?.change !== undefined;

/** How removals go is another test's matter. */
const removedAtOnce = {
  removeResource: [answers.done('deleted')],
  'removeResource virtualMachine': [answers.done('deleted')],
};

/** Hundreds of runs: seconds by themselves, longer when the machine has other work. */
const slowMachine = 180_000;

interface Ended {
  at: Raised;
  /** Calls that had been made when the event came. */
  before: number;
  host: Host;
}

/** Runs once without, then once for every position of the history with a cancel event there. */
async function cancelledEverywhere(
  orchestrator: Orchestrator,
  scripts: Record<string, Script>,
): Promise<Ended[]> {
  const base = new Host(orchestrator, 'op', { operation: 'op' }, new World(scripts));
  const ended: Ended[] = [];
  while (!base.state?.isDone) {
    for (const place of places) {
      if (base.turns === 0 && place !== 'after') continue;
      const host = base.fork();
      const at = { turn: host.turns, place, name: cancelEvent };
      const before = host.world.calls.length;
      host.raised = [at];
      ended.push({ at, before, host: await host.run() });
    }
    await base.turn();
  }
  return ended;
}

const leasesAreFree = ({ host }: Ended) => {
  expect(host.gate).toMatchObject({ holders: [], waiting: [] });
  expect([...host.leases.values()].filter((lease) => lease.holder || lease.queue.length > 0)).toEqual([]);
};

describe.each<[string, Record<string, Script>, number]>([
  ['a provisioning', {}, 150],
  ['a provisioning that needs few looks', foresighted, 120],
])('a cancel event at every position of %s', (_name, scripts, positions) => {
  let ended: Ended[];
  beforeAll(async () => {
    const all = { ...firstOnNetwork, ...removedAtOnce, ...scripts };
    ended = await cancelledEverywhere(load(provisionHost), all);
  }, slowMachine);

  it('ends cancelled, or succeeded if it came too late', () => {
    const statuses = ended.map(({ host }) => host.world.ending['status']);
    const late = statuses.indexOf('succeeded');
    expect(statuses.slice(0, late)).toEqual(Array(late).fill('cancelled'));
    expect(statuses.slice(late)).toEqual(Array(statuses.length - late).fill('succeeded'));
    expect(statuses.length - late).toBeLessThan(12);
    expect(statuses.length).toBeGreaterThan(positions);
  });

  it('takes back everything it made, in reverse', () => {
    for (const one of ended) {
      if (one.host.world.ending['status'] === 'succeeded') continue;
      const { order } = one.host.world;
      expect(one.host.world.ending).toMatchObject({ undone: true, failure: { code: 'Cancelled' } });
      const removed = order.filter((key) => key.startsWith('removeResource undo'));
      expect(removed.map((key) => key.replace('removeResource undo ', ''))).toEqual([
        expect.stringMatching(/^route /),
        'routeTable',
        'virtualMachine',
        'nic2',
        'nic1',
        'osDisk',
        'ghostedSubnet',
        'lanSubnet',
        'natSubnet',
      ]);
    }
  });

  // Whatever is under way is followed to its end. Before the first wait the library keeps the event to itself: an
  // event that comes so early lets one first resource begin.
  it('begins nothing new on the way forward', () => {
    for (const { at, before, host } of ended) {
      const keys = host.world.calls.map(({ key }) => key);
      const end = undoStart(keys) < 0 ? undefined : undoStart(keys);
      // What one look has begun along with its own is only followed.
      const rest = host.world.calls
        .slice(before, end)
        .filter(({ input }) => scripts !== foresighted || !isFollowed(input));
      const touched = new Set(rest.map(({ key }) => key).filter((key) => forward.test(key)));
      expect({ at, touched: [...touched].slice(1) }).toEqual({ at, touched: [] });
    }
  });

  it('leaves no lease behind', () => ended.forEach(leasesAreFree));
});

describe('a cancel event at every position of a teardown', () => {
  let ended: Ended[];
  beforeAll(async () => {
    ended = await cancelledEverywhere(load(teardownHost), {});
  }, slowMachine);

  it('stops while nothing was touched, and goes to the end afterwards', () => {
    for (const { host } of ended) {
      const removed = host.world.order.filter((key) => key.startsWith('removeResource'));
      const { status, untouched } = host.world.ending;
      expect([status, untouched, removed.length > 0]).toEqual(
        status === 'cancelled' ? ['cancelled', true, false] : ['succeeded', false, true],
      );
    }
    expect(ended.some(({ host }) => host.world.ending['status'] === 'cancelled')).toBe(true);
    expect(ended.some(({ host }) => host.world.ending['status'] === 'succeeded')).toBe(true);
  });

  it('leaves no lease behind', () => ended.forEach(leasesAreFree));
});
