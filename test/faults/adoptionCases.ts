import { heldAt, ids, left, meddled, ready, rowAt, type Case, type Expected, type Mutation } from './cases';
import { at, faults, passing, standing, type FaultName } from './faults';
import { writes, type Step } from './steps';

const own = (step: Step): Step => ({ ...step, network: 'first' });
const onMachine = (action: string): Step => ({
  method: 'POST',
  path: `/virtualMachines/{h}/${action}$`,
  network: 'first',
});

/** What an adoption of a VM with one interface writes before it goes on as a provisioning does. */
export const attaching = {
  ghostedSubnet: own(writes.ghostedSubnet),
  nic2: own(writes.nic2),
  deallocate: onMachine('deallocate'),
  attachment: { method: 'PATCH', path: '/virtualMachines/{h}$', network: 'first' },
  start: onMachine('start'),
} as const satisfies Record<string, Step>;

export type Attaching = keyof typeof attaching;
export const attachingNames = Object.keys(attaching) as Attaching[];

const machine = 'virtualMachines/{h}';
const lan = 'networkInterfaces/{h}-lan';
const ghosted = 'subnets/Ghosted-{h}';

/** An adoption never undoes: what is there if a step is refused. */
const there: Record<Attaching, string[]> = {
  ghostedSubnet: [machine],
  nic2: [machine, ghosted],
  deallocate: [machine, lan, ghosted],
  attachment: [machine, lan, ghosted],
  start: [machine, lan, ghosted],
};

const row = (step: Attaching, what: string, fault: Case['faults'][number], expected: Expected): Case => ({
  ...rowAt(step, what, attaching[step]),
  kind: 'adopt',
  faults: [fault],
  expected,
});

const met = (step: Attaching, fault: FaultName, expected: Expected): Case =>
  row(step, fault, at(attaching[step], faults[fault]), expected);

const cancelAt = (step: Attaching): Case => ({
  ...row(
    step,
    'cancel',
    heldAt(attaching[step]),
    left('Cancelled', step === 'ghostedSubnet' ? there.nic2 : there.start),
  ),
  cancel: true,
});

interface Deleted extends Mutation {
  beside: Step;
  expected: Expected;
}

const deletions: Record<Attaching, Deleted> = {
  ghostedSubnet: {
    beside: attaching.nic2,
    when: 'before',
    delete: ids.ownGhostedSubnet,
    // Windows serves a prefix by then that the network has no subnet for: somebody has to make it again.
    expected: left('VerificationFailed', [machine, lan, 'routes/Nested-VMs-{h}'], false),
  },
  nic2: {
    beside: attaching.attachment,
    when: 'before',
    delete: ids.nic2,
    expected: left('InvalidResourceReference', [machine, ghosted]),
  },
  deallocate: {
    beside: attaching.attachment,
    when: 'before',
    delete: ids.virtualMachine,
    expected: left('ResourceNotFound', [lan, ghosted]),
  },
  attachment: {
    beside: attaching.start,
    when: 'before',
    delete: ids.virtualMachine,
    expected: left('ResourceNotFound', [lan, ghosted]),
  },
  start: {
    beside: attaching.start,
    when: 'after',
    delete: ids.virtualMachine,
    expected: left('VirtualMachineNotFound', [lan, ghosted]),
  },
};

const deletedAt = (step: Attaching): Case => {
  const { beside, expected, ...mutation } = deletions[step];
  return row(step, 'deleted', meddled(beside, mutation), expected);
};

const occupiedAt = (step: Attaching): Case => {
  const fault = meddled(attaching[step], { when: 'before', occupy: ids.ownGhostedSubnet });
  return row(step, 'occupied', fault, left('VerificationFailed', [...there.start, 'routes/Nested-VMs-{h}']));
};

/** Every fault on every write of the attachment by itself. */
export const adoptionCases: Case[] = [
  ...attachingNames.flatMap((step) => [
    ...passing.map((fault) => met(step, fault, ready)),
    ...(Object.keys(standing) as (keyof typeof standing)[]).map((fault) =>
      met(step, fault, left(standing[fault], there[step], step !== 'start')),
    ),
    cancelAt(step),
    deletedAt(step),
    ...(step === 'ghostedSubnet' ? [] : [occupiedAt(step)]),
  ]),
  met('start', 'allocation', left('AllocationFailed', there.start, false)),
  met('start', 'allocationOnce', ready),
];

/** One fault that passes, met by every write of the attachment. */
export const everyAttaching = (fault: FaultName): Case => ({
  name: `every write of an attachment: ${fault}`,
  kind: 'adopt',
  ownNetwork: 'first',
  cells: attachingNames.map((step) => `${step}: ${fault}`),
  faults: attachingNames.map((step) => at(attaching[step], faults[fault])),
  expected: ready,
});
