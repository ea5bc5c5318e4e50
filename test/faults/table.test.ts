import { faults, senseless, type FaultName } from './faults';
import { provisionCases, widerProvisionCases, writes } from './provisionCases';
import { removals, teardownCases, teardownChain, widerTeardownCases } from './teardownCases';

const tables = {
  provision: { steps: Object.keys(writes), cases: [...provisionCases, ...widerProvisionCases] },
  teardown: {
    steps: Object.keys(removals),
    cases: [...teardownChain, ...teardownCases, ...widerTeardownCases],
  },
};

describe.each(['provision', 'teardown'] as const)('the table of a %s', (kind) => {
  const { steps, cases } = tables[kind];
  const cells = steps.flatMap((step) => [...Object.keys(faults), 'cancel'].map((fault) => [step, fault]));

  it.each(cells)('%s meets %s, or it is said why it cannot', (step, fault) => {
    const met = cases.some(({ name }) => name === `${step}: ${fault}`);
    const why = fault === 'cancel' ? undefined : senseless(kind, step, fault as FaultName);
    expect([met, why !== undefined].filter(Boolean)).toHaveLength(1);
  });
});
