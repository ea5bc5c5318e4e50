import { defineNetwork } from '../../orchestrations/defineNetwork';
import { Host } from './host';
import { load } from './library';
import { answers, World, type Script } from './world';

describe('defineNetwork', () => {
  const define = async (scripts: Record<string, Script> = {}) =>
    new Host(load(defineNetwork), 'op', { operation: 'op' }, new World(scripts)).run();

  it('makes the VNet, then its subnets, under the lease', async () => {
    const { world, leases } = await define();
    expect(world.order).toEqual([
      'beginNetwork',
      'checkNetwork',
      'ensureNetwork virtualNetwork',
      'ensureNetwork {"routedSubnet":0}',
      'ensureNetwork {"routedSubnet":1}',
      'finishNetwork',
    ]);
    expect(world.ending).toMatchObject({
      status: 'succeeded',
      steps: [{ name: 'check' }, { change: 'created' }, { change: 'created' }],
    });
    expect([...leases.values()]).toEqual([{ queue: [] }]);
  });

  it.each(['beginNetwork', 'ensureNetwork virtualNetwork', 'ensureNetwork', 'finishNetwork'])(
    '%s that always throws still gives an ending',
    async (key) => {
      const { state, leases } = await define({ [key]: [answers.throws()] });
      expect(state?.output).toEqual({ status: key === 'finishNetwork' ? 'succeeded' : 'failed' });
      expect([...leases.values()].every(({ holder }) => !holder)).toBe(true);
    },
  );

  it('fails at once if it was over already', async () => {
    const { world } = await define({ beginNetwork: [answers.failed('fatal', { code: 'OperationOver' })] });
    expect(world.order).toEqual(['beginNetwork', 'finishNetwork']);
    expect(world.ending).toMatchObject({ failure: { code: 'OperationOver' } });
  });

  it('makes nothing of a definition that Azure does not agree with', async () => {
    const { world } = await define({ checkNetwork: [answers.failed('invalid')] });
    expect(world.order).toEqual(['beginNetwork', 'checkNetwork', 'finishNetwork']);
    expect(world.ending).toMatchObject({ status: 'failed', failure: { step: 'check' } });
  });

  it('says which part was wrong', async () => {
    const { world } = await define({ 'ensureNetwork virtualNetwork': [answers.failed('invalid')] });
    expect(world.ending).toMatchObject({
      status: 'failed',
      failure: { step: 'virtualNetwork', class: 'invalid' },
    });
  });
});
