import { inventoryHost } from '../../orchestrations/inventoryHost';
import { repairHost } from '../../orchestrations/repairHost';
import { Host } from './host';
import { load } from './library';
import { answers, bootTime, guestOk, instant, leases, ownTable, World, type Script } from './world';

const run = async (orchestrator: ReturnType<typeof load>, scripts: Record<string, Script>) =>
  (await new Host(orchestrator, 'op', { operation: 'op' }, new World(scripts)).run()).world;
const repair = (scripts: Record<string, Script> = {}) =>
  run(load(repairHost), { ...asItShouldBe, ...scripts });

const { done } = answers;
const asItShouldBe: Record<string, Script> = {
  ...instant,
  'ensureResource ghostedSubnet': [done()],
  'ensureResource lanSubnet': [done()],
  'ensureResource nic1': [done()],
  'ensureResource nic2': [done()],
  'ensureResource virtualMachine': [done()],
  'ensureResource nic2Forwarding': [done()],
  'ensureResource routeTable': [done()],
  [`ensureRoute ${ownTable}`]: [done()],
};
const unwellFacts = (failedChecks: string[]) => ({
  verdict: 'failed',
  code: 'checksFailed',
  message: 'As told.',
  failedChecks,
});
const unwell = (failedChecks: string[]) => done('created', unwellFacts(failedChecks));

describe('a repair', () => {
  it('enforces the metadata security protocol where it is asked for, before Windows is looked at', async () => {
    const planRepair = [done('unchanged', { leases, allowInterruption: false, protocol: true })];
    const world = await repair({ planRepair, 'ensureResource securityProtocol': [done('updated')] });
    const at = world.order.indexOf('ensureResource securityProtocol');
    expect(world.order[at + 1]).toBe('runGuestPhase verify');
    expect(world.ending['steps']).toContainEqual(
      expect.objectContaining({ name: 'protectMetadata', status: 'done', change: 'updated' }),
    );
    expect(world.ending['steps']).toHaveLength(9);
    const refused = await repair({
      planRepair,
      'ensureResource securityProtocol': [answers.failed('denied')],
    });
    expect(refused.ending).toMatchObject({ status: 'failed', failure: { step: 'protectMetadata' } });
  });

  it('goes through the whole sequence and changes nothing on a host that is right', async () => {
    const world = await repair();
    expect(world.order).toEqual([
      'gateTicket',
      'planRepair',
      'ensureResource lanSubnet',
      'ensureResource ghostedSubnet',
      'ensureResource nic1',
      'ensureResource nic2',
      'ensureResource virtualMachine',
      'checkAgent',
      'ensureResource attachment',
      'ensureResource nic2Forwarding',
      'ensureResource nic1Forwarding',
      'runGuestPhase verify',
      'planRoutes',
      `ensureRoute ${ownTable}`,
      'verifyAzure',
      'finishHostOperation',
    ]);
    const steps = world.ending['steps'] as { change?: string }[];
    expect(steps.every(({ change }) => change === undefined || change === 'unchanged')).toBe(true);
    expect(world.ending).toMatchObject({
      kind: 'repair',
      status: 'succeeded',
      guest: { os: 'Windows Server 2022', bootTime },
    });
    expect(world.ending).not.toHaveProperty('bootTime');
  });

  it('interrupts nobody without leave, and tells when Windows started', async () => {
    const seen = done('created', { ...unwellFacts(['feature-rras']), bootTime });
    const world = await repair({ 'runGuestPhase verify': [seen] });
    expect(world.ending).toMatchObject({ status: 'failed', bootTime });
    expect(world.order.filter((key) => /restart|features|network$/.test(key))).toEqual([]);
  });

  it('tells the script as well that it may not interrupt, and only then', async () => {
    const refused = { verdict: 'failed', code: 'repairNeedsInterruption', message: 'NAT is gone.' };
    for (const [allowInterruption, answer, ending, mayInterrupt] of [
      [false, guestOk(), { status: 'succeeded' }, false],
      [false, done('created', refused), { failure: { code: 'RepairNeedsInterruption' } }, false],
      [true, guestOk(), { status: 'succeeded' }, undefined],
    ] as const) {
      const world = await repair({
        planRepair: [done('unchanged', { leases, allowInterruption })],
        'runGuestPhase verify': [unwell(['routes']), guestOk()],
        'runGuestPhase network': [answer],
      });
      const [told] = world.inputsOf('runGuestPhase network');
      expect(told?.['mayInterrupt']).toBe(mayInterrupt);
      expect(world.ending).toMatchObject(ending);
    }
  });

  it('runs every phase inside a VM that it had to make itself', async () => {
    const world = await repair({ 'ensureResource virtualMachine': [done('created')] });
    const phases = world.order.filter((key) => key.startsWith('runGuestPhase'));
    expect(phases).toEqual(['runGuestPhase features', 'runGuestPhase network', 'runGuestPhase verify']);
    expect(world.ending).toMatchObject({ status: 'succeeded' });
  });

  it.each(Object.keys(asItShouldBe).filter((key) => /^(ensure|verifyAzure|planRoutes|checkAgent)/.test(key)))(
    'undoes nothing where %s fails',
    async (key) => {
      const world = await repair({ [key]: [answers.failed('denied')] });
      expect(world.order.filter((call) => call.startsWith('removeResource'))).toEqual([]);
      expect(world.calls.at(-1)?.key).toBe('finishHostOperation');
    },
  );

  it('has touched nothing where the plan fails', async () => {
    const world = await repair({ planRepair: [answers.failed('invalid')] });
    expect(world.ending).toMatchObject({ status: 'failed', untouched: true });
  });
});

describe('an inventory', () => {
  const inventory = { count: 1, guests: [{ name: 'guest-01', state: 'Running' }] };
  it('leaves what Windows told on the operation', async () => {
    const world = await run(load(inventoryHost), {
      'runGuestPhase inventory': [guestOk({ guests: 1, inventory })],
    });
    expect(world.order).toEqual(['beginOperation', 'runGuestPhase inventory', 'finishHostOperation']);
    expect(world.ending).toMatchObject({ kind: 'inventory', status: 'succeeded', inventory, bootTime });
  });

  it('fails where guests cannot be counted', async () => {
    const world = await run(load(inventoryHost), { 'runGuestPhase inventory': [unwell([])] });
    expect(world.ending).toMatchObject({ status: 'failed', failure: { step: 'inventory' } });
    expect(world.ending).not.toHaveProperty('inventory');
  });
});
