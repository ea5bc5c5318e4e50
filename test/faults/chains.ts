import { passing, at, faults } from './faults';
import { ready, type Case } from './cases';
import { everyWrite, provisionCases } from './provisionCases';
import { removals, writes, type Removal, type Step } from './steps';
import { everyRemoval, onlyAlone, teardownCases } from './teardownCases';

/** Cases on one host, one after the other. */
export type Chain = Case[];

export const plain: Case = { name: 'plain', kind: 'provision', cells: [], faults: [], expected: ready };

/** A host like that of the case, made without trouble. */
const plainFor = ({ ownNetwork }: Case): Case => ({ ...plain, ...(ownNetwork ? { ownNetwork } : {}) });

const chainOf = (one: Case): Chain =>
  one.kind === 'provision' || one.kind === 'adopt' ? [one] : [plainFor(one), one];

/** Every case by itself. */
export const wide: Chain[] = [...provisionCases, ...teardownCases].map(chainOf);

const named = (cases: Case[], names: string[]): Case[] =>
  names.map((name) => {
    const found = cases.find((one) => one.name === name);
    if (!found) throw new Error(`There is no case ${name}.`);
    return found;
  });

/** The same case, in which the steps before its own meet faults that pass, another one each. */
function amidTrouble(one: Case, turn: number): Case {
  const [step = ''] = (one.cells[0] ?? '').split(': ');
  const order: Record<string, Step> = one.kind === 'provision' ? writes : removals;
  const names = Object.keys(order);
  const before = names
    .slice(0, Math.max(0, names.indexOf(step)))
    .filter((name) => happens(one, name, order[name]?.network));
  const fault = (index: number) => passing[(index + turn) % passing.length] ?? 'throttled';
  return {
    ...one,
    cells: [...one.cells, ...before.map((name, index) => `${name}: ${fault(index)}`)],
    faults: [...one.faults, ...before.map((name, index) => at(order[name] as Step, faults[fault(index)]))],
  };
}

function happens({ ownNetwork }: Case, step: string, network: Step['network']): boolean {
  if (network === 'publicIp') return ownNetwork === 'publicIp';
  if (network === 'first') return ownNetwork !== undefined;
  return !onlyAlone.includes(step as Removal);
}

/** Each step is refused for good once, and everything that can happen happens at one step or another. */
const provisions = [
  'plan: denied',
  'natSubnet: denied',
  'lanSubnet: policy',
  'ghostedSubnet: lock',
  'publicIp: policy',
  'nic1: denied',
  'nic2: policy',
  'virtualMachine: lock',
  'forwarding: policy',
  'features: denied',
  'restart: lock',
  'network: policy',
  'restartAgain: denied',
  'verification: lock',
  'routeTable: policy',
  'route: lock',
  'association: denied',
  ...['quota', 'capacity', 'capacityOnce', 'allocation', 'allocationOnce', 'nicReserved'].map(
    (fault) => `virtualMachine: ${fault}`,
  ),
  ...['ghostedSubnet', 'nic2', 'virtualMachine', 'features', 'restartAgain', 'route'].map(
    (step) => `${step}: cancel`,
  ),
  ...['ghostedSubnet', 'nic1', 'virtualMachine', 'features', 'restart', 'routeTable', 'route'].map(
    (step) => `${step}: deleted`,
  ),
  'virtualMachine: occupied',
  'route: occupied',
  'forwarding switched off before the route',
  'undo, route: lock',
  'undo, virtualMachine: denied',
  'undo, ghostedSubnet: lock',
  'undo, nic2: denied',
];

/** Teardowns of one host, each stopped a step later than the one before. */
const further = [
  'inventory: denied',
  'inventory: policy',
  'inventory: cancel',
  'route: lock',
  'virtualMachine: denied',
  'nic2: policy',
  'nic1: denied',
  'osDisk: lock',
  'ghostedSubnet: occupied',
  'ghostedSubnet: lock',
  'ghostedSubnet: cancel',
];
const furtherWithTable = ['association: lock', 'routeTable: denied', 'virtualMachine: deleted'];
const teardowns = [
  'inventory: deleted',
  'route: denied',
  'route: cancel',
  'virtualMachine: lock',
  'publicIp: policy',
];

/** What somebody changed at the first of several teardowns stays so. */
const onward = (one: Case, at: number, all: Case[]): Case =>
  at > 0 && isAlone(all[at - 1]) ? { ...one, faults: one.faults.slice(0, 1) } : one;
const isAlone = (one: Case | undefined): boolean =>
  onlyAlone.includes((one?.cells[0] ?? '').split(': ')[0] as Removal);

/** What runs if nothing else is asked for. */
export const usual: Chain[] = [
  ...named(provisionCases, provisions).map((one, turn) => [amidTrouble(one, turn)]),
  ...named(teardownCases, teardowns).map((one, turn) => chainOf(amidTrouble(one, turn))),
  [plain, ...named(teardownCases, further).map(onward)],
  [{ ...plain, ownNetwork: 'first' }, ...named(teardownCases, furtherWithTable)],
  ...passing.map((fault) => [everyWrite(fault), everyRemoval(fault)]),
];
