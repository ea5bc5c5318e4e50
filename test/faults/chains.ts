import { adoptionCases } from './adoptionCases';
import { ready, type Case } from './cases';
import { pollTurns } from './pollCases';
import { provisionCases } from './provisionCases';
import { readCases, readTurns } from './readCases';
import { widerReleases } from './releaseCases';
import { teardownCases } from './teardownCases';

/** Cases on one host, one after the other. */
export type Chain = Case[];

export const plain: Case = { name: 'plain', kind: 'provision', cells: [], faults: [], expected: ready };

const again: Case = { ...plain, name: 'again', kind: 'adopt', ownNetwork: 'first' };

/** A host like that of the case, made without trouble. */
const plainFor = ({ ownNetwork }: Case): Case => ({ ...plain, ...(ownNetwork ? { ownNetwork } : {}) });

/** A teardown needs a host; an adoption that failed is made up for by the next one, if its VM is there and runs. */
export function chainOf(one: Case): Chain {
  const { kind, expected } = one;
  if (kind === 'teardown') return [plainFor(one), one];
  return expected.ends === 'left' && expected.again ? [one, { ...again }] : [one];
}

/** Every case by itself. */
export const wide: Chain[] = [
  ...[...provisionCases, ...teardownCases, ...readCases, ...adoptionCases].map(chainOf),
  ...readTurns.map((one) => [one]),
  ...pollTurns,
  ...widerReleases.map((cases) => [{ ...plain }, ...cases]),
];
