import { adoptionCases, everyAttaching } from './adoptionCases';
import type { Case } from './cases';
import { chainOf, plain, type Chain } from './chains';
import { at, faults, passingAt } from './faults';
import { pollTurns } from './pollCases';
import { everyWrite, provisionCases } from './provisionCases';
import { readTurns } from './readCases';
import { removals, writes, type Removal, type Step } from './steps';
import { everyRemoval, onlyAlone, teardownCases } from './teardownCases';

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
  const fault = (index: number) => passingAt(index + turn);
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
  ...['natSubnet', 'nic1', 'virtualMachine', 'features', 'restart', 'routeTable', 'route'].map(
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

/** What runs if nothing else is asked for. */
export const usual: Chain[] = [
  ...named(provisionCases, provisions).map((one, turn) => [amidTrouble(one, turn)]),
  ...named(teardownCases, teardowns).map((one, turn) => chainOf(amidTrouble(one, turn))),
  [plain, ...named(teardownCases, further)],
  [{ ...plain, ownNetwork: 'first' }, ...named(teardownCases, furtherWithTable)],
  ...pollTurns.slice(0, 1),
  readTurns.slice(0, 1),
  [everyAttaching('lostAnswer')],
  ...named(adoptionCases, ['attachment: denied', 'start: allocation']).map((one) => [one]),
  ...[0, 2, 4, 6].map((turn) => [everyWrite(turn), everyRemoval(turn)]),
];
