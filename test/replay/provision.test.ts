import { provisionHost } from '../../orchestrations/provisionHost';
import { Host } from './host';
import { load } from './library';
import { firstOnNetwork, ownTable, routedSubnet, World, type Script } from './world';

const orchestrator = load(provisionHost);
const provision = (scripts: Record<string, Script> = {}) =>
  new Host(orchestrator, 'op', { operation: 'op' }, new World(scripts)).run();

describe('provisionHost', () => {
  it('does the steps in the fixed order', async () => {
    const { world, state } = await provision(firstOnNetwork);
    expect(world.order).toEqual([
      'planHost',
      'ensureResource natSubnet',
      'ensureResource lanSubnet',
      'ensureResource ghostedSubnet',
      'ensureResource nic1',
      'ensureResource nic2',
      'ensureResource virtualMachine',
      'checkAgent',
      'ensureResource attachment',
      'ensureResource nic2Forwarding',
      'ensureResource nic1Forwarding',
      'runGuestPhase features',
      'restartVirtualMachine',
      'runGuestPhase network',
      'restartVirtualMachine',
      'runGuestPhase verify',
      'planRoutes',
      'ensureResource routeTable',
      `ensureRoute ${ownTable}`,
      `ensureAssociation ${routedSubnet} true`,
      'verifyAzure',
      'finishHostOperation',
    ]);
    expect(state?.output).toEqual({ status: 'succeeded' });
    expect(world.ending).toMatchObject({
      status: 'succeeded',
      undone: false,
      guest: { os: 'Windows Server 2022' },
    });
  });

  it('stays within 55 awaits for a host that is not the first', async () => {
    const { awaits } = await provision();
    expect(awaits).toBeLessThanOrEqual(55);
  });
});
