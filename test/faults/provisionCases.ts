import { belongings, cancelled, heldAt, ids, leftover, meddled, ready, rowAt, undone } from './cases';
import type { Case, Expected } from './cases';
import { at, faults, passing, passingAt, standing, type FaultName, type Target } from './faults';
import { provisionMeddling } from './provisionMeddling';
import { question, removals, writeNames, writes, type Removal, type Write } from './steps';

/** What is read before anything is written. */
export const planRead: Target = { method: 'GET', path: '/networkInterfaces/{h}-nat$' };

const row = (step: Write, fault: FaultName, expected: Expected): Case => ({
  ...rowAt(step, fault, writes[step]),
  kind: 'provision',
  faults: [at(writes[step], faults[fault])],
  expected,
});

const standingRows = (step: Write): Case[] =>
  (Object.keys(standing) as (keyof typeof standing)[]).map((fault) =>
    row(step, fault, undone(standing[fault])),
  );

const cancelAt = (step: Write): Case => ({
  ...rowAt(step, 'cancel', writes[step]),
  kind: 'provision',
  faults: [heldAt(writes[step])],
  cancel: true,
  expected: cancelled,
});

/**
 * Every write of one provisioning meets a fault that passes, the next write the next fault; so do its first read and its
 * question at the end.
 */
export const everyWrite = (turn: number): Case => ({
  name: `every write, turn ${turn}`,
  kind: 'provision',
  ownNetwork: 'publicIp',
  cells: writeNames.map((step, index) => `${step}: ${passingAt(index + turn)}`),
  faults: [
    ...[at(planRead, faults.throttled), at(question, faults[passingAt(turn)])],
    ...writeNames.map((step, index) => at(writes[step], faults[passingAt(index + turn)])),
  ],
  expected: ready,
});

const { virtualMachine, route } = writes;

/** A provisioning that fails at its last write, when all is made, and meets another fault while that is undone. */
const undoing = (name: Removal, fault: FaultName, expected: Expected): Case => ({
  name: `undo, ${name}: ${fault}`,
  kind: 'provision',
  cells: [`undo ${name}: ${fault}`],
  faults: [
    name === 'route'
      ? // After the route was written, so that there is one to remove.
        meddled(route, {
          when: 'before',
          patch: { id: ids.nic2, body: { properties: { enableIPForwarding: false } } },
        })
      : at(route, faults.lock),
    at(removals[name], faults[fault]),
  ],
  expected,
});

const undone3 = ['route', 'virtualMachine', 'ghostedSubnet'] as const;

/** Faults of the plan, of hardware and of the undo. */
const furtherCases: Case[] = [
  {
    name: 'plan: denied',
    kind: 'provision',
    cells: ['plan: denied'],
    faults: [at(planRead, faults.denied)],
    expected: undone('AuthorizationFailed'),
  },
  row('virtualMachine', 'quota', undone('OperationNotAllowed')),
  row('virtualMachine', 'capacity', undone('SkuNotAvailable')),
  row('virtualMachine', 'capacityOnce', ready),
  row('virtualMachine', 'allocation', undone('AllocationFailed')),
  row('virtualMachine', 'allocationOnce', ready),
  row('virtualMachine', 'nicReserved', ready),
  undoing('route', 'lock', leftover('VerificationFailed', belongings.slice(0, 1))),
  undoing('virtualMachine', 'denied', leftover('ScopeLocked', belongings.slice(1, 5))),
  undoing('ghostedSubnet', 'lock', leftover('ScopeLocked', belongings.slice(5))),
  {
    name: 'undo, nic2: denied',
    kind: 'provision',
    cells: ['undo nic2: denied'],
    faults: [at(virtualMachine, faults.quota), at(removals.nic2, faults.denied)],
    expected: leftover('OperationNotAllowed', ['networkInterfaces/{h}-lan']),
  },
  ...undone3.flatMap((removal) =>
    passing.map((fault) =>
      undoing(removal, fault, undone(removal === 'route' ? 'VerificationFailed' : 'ScopeLocked')),
    ),
  ),
];

/** Every fault on every write by itself. */
export const provisionCases: Case[] = [
  ...writeNames.flatMap((step) => [
    ...passing.map((fault) => row(step, fault, ready)),
    ...standingRows(step),
    cancelAt(step),
  ]),
  ...provisionMeddling,
  ...furtherCases,
];
