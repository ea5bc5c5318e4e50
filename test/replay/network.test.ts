import { defineNetwork } from '../../orchestrations/defineNetwork';
import { reconcileNetwork } from '../../orchestrations/reconcileNetwork';
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
      'ensureNetwork virtualNetwork',
      'ensureNetwork {"routedSubnet":0}',
      'ensureNetwork {"routedSubnet":1}',
      'finishNetwork',
    ]);
    expect(world.ending).toMatchObject({
      status: 'succeeded',
      steps: [{ change: 'created' }, { change: 'created' }],
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

  it('says which part was wrong', async () => {
    const { world } = await define({ 'ensureNetwork virtualNetwork': [answers.failed('invalid')] });
    expect(world.ending).toMatchObject({
      status: 'failed',
      failure: { step: 'virtualNetwork', class: 'invalid' },
    });
  });
});

describe('reconcileNetwork', () => {
  const input = { id: 'report', network: 'nested-fun', dryRun: true };
  const reconcile = async (scripts: Record<string, Script> = {}, given: unknown = input) =>
    (await new Host(load(reconcileNetwork), 'report', given, new World(scripts)).run()).state?.output;

  it('leaves its report, at the second try if need be', async () => {
    expect(await reconcile()).toEqual({ status: 'succeeded' });
    expect(
      await reconcile({ reconcile: [answers.throws(), answers.failed('throttled'), answers.done()] }),
    ).toEqual({ status: 'succeeded' });
  });

  it('never throws', async () => {
    expect(await reconcile({ reconcile: [answers.failed('denied')] })).toMatchObject({ status: 'failed' });
    expect(await reconcile({ reconcile: [answers.throws()] })).toMatchObject({ status: 'failed' });
    expect(await reconcile({}, null)).toMatchObject({ status: 'failed' });
  });
});
