import {
  ids,
  leftover,
  meddled,
  ready,
  rowAt,
  undone,
  type Case,
  type Expected,
  type Mutation,
} from './cases';
import type { Target } from './faults';
import { senseless } from './exempt';
import { writeNames, writes, type Write } from './steps';

interface Deleted extends Mutation {
  /** The write beside which it happens: the next one, or the step's own where nothing follows. */
  beside: Target;
  expected: Expected;
}

/** Somebody deletes the resource of a step before the next one, or as soon as it was made. */
const deletions: Record<Write, Deleted> = {
  natSubnet: {
    beside: writes.nic1,
    when: 'before',
    delete: ids.ownNatSubnet,
    expected: ready,
  },
  lanSubnet: {
    beside: writes.nic2,
    when: 'before',
    delete: ids.ownLanSubnet,
    expected: ready,
  },
  ghostedSubnet: {
    beside: writes.nic1,
    when: 'before',
    delete: ids.ghostedSubnet,
    expected: undone('VerificationFailed'),
  },
  publicIp: {
    beside: writes.nic1,
    when: 'before',
    delete: ids.publicIp,
    expected: undone('InvalidResourceReference'),
  },
  nic1: {
    beside: writes.virtualMachine,
    when: 'before',
    delete: ids.nic1,
    expected: undone('InvalidResourceReference'),
  },
  nic2: {
    beside: writes.virtualMachine,
    when: 'before',
    delete: ids.nic2,
    expected: undone('InvalidResourceReference'),
  },
  virtualMachine: {
    beside: writes.forwarding,
    when: 'before',
    delete: ids.virtualMachine,
    expected: undone('MacUnknown'),
  },
  forwarding: {
    beside: writes.features,
    when: 'before',
    delete: ids.virtualMachine,
    expected: undone('ParentResourceNotFound'),
  },
  features: { beside: writes.features, when: 'after', delete: true, expected: ready },
  restart: {
    beside: writes.restart,
    when: 'after',
    delete: ids.virtualMachine,
    expected: undone('VirtualMachineNotFound'),
  },
  network: { beside: writes.network, when: 'after', delete: true, expected: ready },
  restartAgain: {
    beside: writes.restartAgain,
    when: 'after',
    delete: ids.virtualMachine,
    expected: undone('VirtualMachineNotFound'),
  },
  verification: { beside: writes.verification, when: 'after', delete: true, expected: ready },
  routeTable: {
    beside: writes.route,
    when: 'before',
    delete: ids.ownRouteTable,
    expected: undone('ParentResourceNotFound'),
  },
  route: { beside: writes.route, when: 'after', delete: true, expected: ready },
  association: {
    beside: writes.association,
    when: 'after',
    patch: { body: { properties: { routeTable: null } } },
    expected: ready,
  },
};

const deletedAt = (step: Write): Case => {
  const { beside, expected, ...mutation } = deletions[step];
  return {
    ...rowAt(step, 'deleted', writes[step]),
    kind: 'provision',
    faults: [meddled(beside, mutation)],
    expected,
  };
};

/** Somebody's interface appears in the ghosted subnet just before a step. */
const occupiedAt = (step: Write): Case => {
  const subnet = writes[step].network ? ids.ownGhostedSubnet : ids.ghostedSubnet;
  return {
    ...rowAt(step, 'occupied', writes[step]),
    kind: 'provision',
    faults: [meddled(writes[step], { when: 'before', occupy: subnet })],
    expected: leftover('VerificationFailed', ['subnets/Ghosted-{h}']),
  };
};

const other = (name: string, beside: Target, mutation: Mutation, code: string): Case => ({
  name,
  kind: 'provision',
  cells: [],
  faults: [meddled(beside, mutation)],
  expected: undone(code),
});

const off = { properties: { enableIPForwarding: false } };

/** Somebody does something while a host is made. */
export const provisionMeddling: Case[] = [
  ...writeNames.map(deletedAt),
  ...writeNames.filter((step) => !senseless('provision', step, 'occupied')).map(occupiedAt),
  other(
    'VM deleted before it is restarted',
    writes.restart,
    { when: 'before', delete: ids.virtualMachine },
    'ResourceNotFound',
  ),
  other(
    'ghosted subnet deleted before the route',
    writes.route,
    { when: 'before', delete: ids.ghostedSubnet },
    'VerificationFailed',
  ),
  other(
    'forwarding switched off before the route',
    writes.route,
    { when: 'before', patch: { id: ids.nic2, body: off } },
    'VerificationFailed',
  ),
];
