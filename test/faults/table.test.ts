import { usual, wide, type Chain } from './chains';
import { senseless } from './exempt';
import { faults, meddling, type FaultName } from './faults';
import { removalNames, writeNames } from './steps';

const steps = { provision: writeNames, teardown: removalNames };
const kinds = [...(Object.keys(faults) as FaultName[]), ...meddling];

const met = (chains: Chain[], kind: string): string[] =>
  chains.flat().flatMap((one) => (one.kind === kind ? one.cells : []));

describe.each(['provision', 'teardown'] as const)('the table of a %s', (kind) => {
  const cells = steps[kind].flatMap((step) => kinds.map((fault) => [step, fault] as const));
  const all = met(wide, kind);

  it.each(cells)('%s meets %s, or it is said why it cannot', (step, fault) => {
    const why = senseless(kind, step, fault);
    expect([all.includes(`${step}: ${fault}`), why !== undefined].filter(Boolean)).toHaveLength(1);
  });

  it('is by default met in part: every step, and everything that can happen', () => {
    const cells = met(usual, kind).map((cell) => cell.split(': '));
    expect(cells.map(([step]) => step)).toEqual(expect.arrayContaining(steps[kind]));
    const possible = kinds.filter((fault) => steps[kind].some((step) => !senseless(kind, step, fault)));
    expect(cells.map(([, fault]) => fault)).toEqual(expect.arrayContaining<string>(possible));
  });
});
