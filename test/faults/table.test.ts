import { attachingNames } from './adoptionCases';
import { wide, type Chain } from './chains';
import { senseless } from './exempt';
import { faults, meddling, passing, type FaultName } from './faults';
import { notPolled, pollFaultNames } from './pollCases';
import { lateReadNames, readFaultNames } from './readCases';
import { everyGiveaway, giveawayNames, releaseCases, releaseChain } from './releaseCases';
import { removalNames, writeNames } from './steps';
import { usual } from './usual';

const steps = { provision: writeNames, teardown: removalNames, adopt: attachingNames };
const kinds = [...(Object.keys(faults) as FaultName[]), ...meddling];

const met = (chains: Chain[], kind: string): string[] =>
  chains.flat().flatMap((one) => (one.kind === kind ? one.cells : []));

describe.each(['provision', 'teardown', 'adopt'] as const)('the table of %s', (kind) => {
  const cells = steps[kind].flatMap((step) => kinds.map((fault) => [step, fault] as const));
  const all = met(wide, kind);
  const byDefault = met(usual, kind).map((cell) => cell.split(': '));

  it.each(cells)('%s meets %s, or it is said why it cannot', (step, fault) => {
    const why = senseless(kind, step, fault);
    expect([all.includes(`${step}: ${fault}`), why !== undefined].filter(Boolean)).toHaveLength(1);
  });

  it('has every step also by default', () => {
    expect(byDefault.map(([step]) => step)).toEqual(expect.arrayContaining(steps[kind]));
  });

  it('has everything that can happen also by default, an adoption what else happens nowhere', () => {
    const happens = (fault: (typeof kinds)[number]) =>
      steps[kind].some((step) => !senseless(kind, step, fault));
    const possible = kind === 'adopt' ? ['lostAnswer', 'denied', 'allocation'] : kinds.filter(happens);
    expect(byDefault.map(([, fault]) => fault)).toEqual(expect.arrayContaining<string>(possible));
  });
});

describe.each(['provision', 'teardown'] as const)('questions after the operations of %s', (kind) => {
  const asking = [...steps[kind], ...(kind === 'provision' ? ['question'] : [])];
  const cells = asking.flatMap((step) => pollFaultNames.map((fault) => [step, fault] as const));

  it.each(cells)('%s meets %s, or it is said why nobody asks', (step, fault) => {
    const found = met(wide, kind).includes(`${step} poll: ${fault}`);
    expect([found, notPolled[kind][step] !== undefined].filter(Boolean)).toHaveLength(1);
  });

  it('meet something at each step also by default', () => {
    const byDefault = met(usual, kind).map((cell) => cell.split(': ')[0]);
    const asked = asking.filter((step) => notPolled[kind][step] === undefined);
    expect(byDefault).toEqual(expect.arrayContaining(asked.map((step) => `${step} poll`)));
  });
});

describe('the table of release', () => {
  const cells = giveawayNames.flatMap((step) => kinds.map((fault) => [step, fault] as const));
  const byDefault = [...releaseChain, ...releaseCases, ...passing.map(everyGiveaway)];
  const all = [...met(wide, 'release'), ...met([byDefault], 'release')];

  it.each(cells)('%s meets %s, or it is said why it cannot', (step, fault) => {
    const why = senseless('release', step, fault);
    expect([all.includes(`${step}: ${fault}`), why !== undefined].filter(Boolean)).toHaveLength(1);
  });
});

describe('late reads', () => {
  const cells = lateReadNames.flatMap((read) => [...readFaultNames, 'denied'].map((fault) => [read, fault]));

  it.each(cells)('%s meets %s', (read, fault) => {
    expect(met(wide, 'provision')).toContain(`read of ${read}: ${fault}`);
  });

  it.each(lateReadNames)('%s meets something also by default', (read) => {
    expect(met(usual, 'provision').some((cell) => cell.startsWith(`read of ${read}: `))).toBe(true);
  });
});
