import { convergeNetwork } from '../../orchestrations/convergeNetwork';
import { defineNetwork } from '../../orchestrations/defineNetwork';
import { deliverCallback } from '../../orchestrations/deliverCallback';
import { provisionHost } from '../../orchestrations/provisionHost';
import { teardownHost } from '../../orchestrations/teardownHost';
import { epoch, Host } from './host';
import { load } from './library';
import { answers, instant, World, type Script } from './world';

const told = { callback: 'cb-op-completed' };

describe('the end of an operation', () => {
  it.each([
    ['provisionHost', provisionHost, 'finishHostOperation'],
    ['teardownHost', teardownHost, 'finishHostOperation'],
    ['defineNetwork', defineNetwork, 'finishNetwork'],
    ['convergeNetwork', convergeNetwork, 'finishRollOut'],
  ] as const)('%s starts the delivery of what it owes', async (_name, orchestrator, finish) => {
    const world = new World({
      ...instant,
      beginRollOut: [answers.of({ hosts: 0, leases: {} })],
      [finish]: [answers.of(told)],
    });
    const { state } = await new Host(load(orchestrator), 'op', { operation: 'op' }, world).run();
    expect(world.calls.slice(-2).map(({ key }) => key)).toEqual([finish, 'startDelivery']);
    expect(world.inputsOf('startDelivery')).toEqual([{ ...told, round: 1 }]);
    expect(state?.output).toEqual({ status: 'succeeded' });
  });

  it('is the same whether or not the delivery can be started', async () => {
    const world = new World({
      ...instant,
      finishHostOperation: [answers.of(told)],
      startDelivery: [answers.throws()],
    });
    const { state } = await new Host(load(provisionHost), 'op', { operation: 'op' }, world).run();
    expect(state?.output).toEqual({ status: 'succeeded' });
    expect(world.inputsOf('startDelivery')).toHaveLength(1);
  });
});

describe('the delivery', () => {
  const deliver = (...script: Script) =>
    new Host(
      load(deliverCallback),
      'cb-op-completed-2',
      { callback: 'cb-op-completed', round: 2 },
      new World({ attemptCallback: script }),
    ).run();
  const times = ({ world }: Host) =>
    world.inputsOf('attemptCallback').map(({ now }) => ((now as number) - epoch) / 1_000);

  it('asks again when the next attempt is due, up to a day later', async () => {
    const host = await deliver(
      answers.of({ againSeconds: 5 }),
      answers.of({ againSeconds: 86_400 }),
      answers.of({}),
    );
    expect(times(host)).toEqual([0, 6, 86_407]);
    expect(host.world.inputsOf('attemptCallback')[2]).toMatchObject({
      callback: 'cb-op-completed',
      round: 2,
    });
  });

  it('outlives attempts that cannot be made, and ends one day', async () => {
    expect(times(await deliver(answers.throws(), answers.throws(), answers.of({})))).toEqual([0, 3, 8]);
    const { state } = await deliver(answers.throws());
    expect(state?.output).toEqual({ failures: 100 });
  });
});
