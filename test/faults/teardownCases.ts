import type { FaultSpec } from '../../local/azure/edge/faults';
import { belongings, gone, heldAt, ids, kept, leftover, meddled, ownAddress, rowAt } from './cases';
import type { Case, Expected, Mutation } from './cases';
import { at, faults, passing, passingAt, standing, type FaultName, type Target } from './faults';
import { removalNames, removals, type Removal } from './steps';

/** What stays if a removal is refused for good. */
const staying: Record<Exclude<Removal, 'inventory'>, string[]> = {
  route: belongings,
  association: belongings.slice(1),
  routeTable: belongings.slice(1),
  virtualMachine: belongings.slice(1),
  nic2: belongings.slice(2),
  nic1: belongings.slice(3),
  publicIp: [ownAddress, ...belongings.slice(5)],
  osDisk: belongings.slice(4),
  ghostedSubnet: belongings.slice(5),
};

/** Removed by themselves only where they are left alone. */
export const onlyAlone: Removal[] = ['nic2', 'nic1', 'osDisk'];

const lookedAt: Target = { method: 'GET', path: '/virtualMachines/{h}$' };

/** Somebody changes the VM so that its interfaces and its disk stay when it goes. */
export const leftAlone: FaultSpec = meddled(lookedAt, {
  when: 'before',
  patch: {
    id: ids.virtualMachine,
    body: {
      properties: {
        networkProfile: {
          networkInterfaces: [
            { id: ids.nic1, properties: { primary: true, deleteOption: 'Detach' } },
            { id: ids.nic2, properties: { primary: false, deleteOption: 'Detach' } },
          ],
        },
        storageProfile: { osDisk: { deleteOption: 'Detach' } },
      },
    },
  },
});

const row = (step: Removal, what: string, fault: FaultSpec, expected: Expected): Case => ({
  ...rowAt(step, what, removals[step]),
  kind: 'teardown',
  faults: [fault, ...(onlyAlone.includes(step) ? [leftAlone] : [])],
  expected,
});

const met = (step: Removal, fault: FaultName, expected: Expected): Case =>
  row(step, fault, at(removals[step], faults[fault]), expected);

/** Every write of one teardown meets a fault that passes, the next write the next fault. */
export const everyRemoval = (turn: number): Case => ({
  name: `every removal, turn ${turn}`,
  kind: 'teardown',
  ownNetwork: 'publicIp',
  cells: removalNames.map((step, index) => `${step}: ${passingAt(index + turn)}`),
  faults: [
    ...removalNames.map((step, index) => at(removals[step], faults[passingAt(index + turn)])),
    leftAlone,
  ],
  expected: gone,
});

/** Guests that cannot be counted stop a teardown before it touches anything; later on what is refused stays. */
const refused = (step: Removal, fault: keyof typeof standing): Case =>
  met(step, fault, step === 'inventory' ? kept('GuestsUnknown') : leftover(standing[fault], staying[step]));

/** Once the route is about to go, nothing stops a teardown any more. */
const cancelAt = (step: Removal): Case => ({
  ...row(step, 'cancel', heldAt(removals[step]), step === 'inventory' ? kept('Cancelled') : gone),
  cancel: true,
});

const letGo: Mutation = { when: 'before', patch: { body: { properties: { routeTable: null } } } };

/** Somebody was faster. */
const deletedAt = (step: Removal): Case => {
  const { inventory } = removals;
  if (step === 'inventory')
    return row(step, 'deleted', meddled(inventory, { when: 'before', delete: ids.virtualMachine }), gone);
  const mutation: Mutation = step === 'association' ? letGo : { when: 'before', delete: true };
  return row(step, 'deleted', meddled(removals[step], mutation), gone);
};

/** Somebody's interface appears in the ghosted subnet just before a step. */
const occupiedAt = (step: Removal): Case => {
  const subnet = removals[step].network ? ids.ownGhostedSubnet : ids.ghostedSubnet;
  const fault = meddled(removals[step], { when: 'before', occupy: subnet });
  return row(step, 'occupied', fault, leftover('SubnetInUse', belongings.slice(5)));
};

/** Every fault on every removal by itself. */
export const teardownCases: Case[] = removalNames.flatMap((step) => [
  ...passing.map((fault) => met(step, fault, gone)),
  ...(Object.keys(standing) as (keyof typeof standing)[]).map((fault) => refused(step, fault)),
  cancelAt(step),
  deletedAt(step),
  occupiedAt(step),
]);
