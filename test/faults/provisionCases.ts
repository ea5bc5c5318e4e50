import {
  belongings,
  cancelled,
  ids,
  leftover,
  meddled,
  ready,
  undone,
  type Case,
  type Expected,
} from './cases';
import { at, faults, passing, standing, type FaultName, type Target } from './faults';
import { removals } from './teardownCases';

/** The writes of a provisioning, in order. */
const hostWrites = {
  ghostedSubnet: { method: 'PUT', path: '/subnets/Ghosted-{h}$' },
  nic1: { method: 'PUT', path: '/networkInterfaces/{h}-nat$' },
  nic2: { method: 'PUT', path: '/networkInterfaces/{h}-lan$' },
  virtualMachine: { method: 'PUT', path: '/virtualMachines/{h}$' },
  forwarding: { method: 'PUT', path: '/networkInterfaces/{h}-lan$', nth: 2 },
  runCommand: { method: 'PUT', path: '/virtualMachines/{h}/runCommands/' },
  restart: { method: 'POST', path: '/virtualMachines/{h}/restart$' },
  route: { method: 'PUT', path: '/routes/Nested-VMs-{h}$' },
} as const satisfies Record<string, Target>;

/** Writes that only the first host of a network needs. */
const firstWrites = {
  lanSubnet: { method: 'PUT', path: '/virtualNetworks/{n}/subnets/Hyper-V-LAN$' },
  routeTable: { method: 'PUT', path: '/routeTables/Routes-{n}$' },
  association: { method: 'PUT', path: '/virtualNetworks/{n}/subnets/Azure-VMs$' },
} as const satisfies Record<string, Target>;

export const writes: Record<string, Target> = { ...hostWrites, ...firstWrites };

/** What is read before anything is written. */
const planRead: Target = { method: 'GET', path: '/networkInterfaces/{h}-nat$' };

function row(step: string, fault: FaultName, expected: Expected, target = writes[step] ?? planRead): Case {
  return {
    name: `${step}: ${fault}`,
    kind: 'provision',
    faults: [at(target, faults[fault])],
    expected,
    ...(step in firstWrites ? { ownNetwork: true } : {}),
  };
}

/** One fault that passes, met by every write of one provisioning. */
export const everyWrite = (fault: FaultName): Case => ({
  name: `every write: ${fault}`,
  kind: 'provision',
  ownNetwork: true,
  faults: [
    at(planRead, faults.throttled),
    ...Object.values(writes)
      .filter((target) => target !== hostWrites.nic2)
      .map((target) => at(target, faults[fault])),
  ],
  expected: ready,
});

const refused = (step: string, fault: keyof typeof standing): Case =>
  row(step, fault, undone(standing[fault]));

const cancelAt = (step: string): Case => ({
  ...row(step, 'lostAnswer', cancelled),
  name: `${step}: cancel`,
  faults: [at(writes[step] ?? planRead, { effect: { kind: 'hold', until: 'after' } })],
  cancel: true,
});

const { nic1, nic2, virtualMachine, forwarding, runCommand, restart, route } = hostWrites;
const forwardingOff = { properties: { enableIPForwarding: false } };

/** A provisioning that fails at its last write, when all is made, and meets another fault while that is undone. */
const undoing = (name: keyof typeof removals, fault: FaultName, expected: Expected): Case => ({
  name: `undo, ${name}: ${fault}`,
  kind: 'provision',
  faults: [
    name === 'route'
      ? // After the route was written, so that there is one to remove.
        at(route, {
          effect: { kind: 'mutate', when: 'before', patch: { id: ids.nic2, body: forwardingOff } },
        })
      : at(route, faults.lock),
    at(removals[name], faults[fault]),
  ],
  expected,
});

/** Somebody does something while a host is made. */
const changedByHand: Case[] = [
  meddled(
    'provision',
    'ghosted subnet deleted before NIC 1',
    nic1,
    { delete: ids.ghostedSubnet },
    undone('VerificationFailed'),
  ),
  meddled(
    'provision',
    'Hyper-V-LAN deleted before NIC 2',
    nic2,
    { delete: ids.ownLanSubnet },
    undone('InvalidResourceReference'),
  ),
  meddled(
    'provision',
    'NIC 1 deleted before the VM is made',
    virtualMachine,
    { delete: ids.nic1 },
    undone('InvalidResourceReference'),
  ),
  meddled(
    'provision',
    'NIC 2 deleted before the VM is made',
    virtualMachine,
    { delete: ids.nic2 },
    undone('InvalidResourceReference'),
  ),
  meddled(
    'provision',
    'VM deleted before forwarding',
    forwarding,
    { delete: ids.virtualMachine },
    undone('MacUnknown'),
  ),
  meddled(
    'provision',
    'VM deleted before Windows is set up',
    runCommand,
    { delete: ids.virtualMachine },
    undone('ParentResourceNotFound'),
  ),
  meddled(
    'provision',
    'VM deleted before it is restarted',
    restart,
    { delete: ids.virtualMachine },
    undone('ResourceNotFound'),
  ),
  meddled(
    'provision',
    'ghosted subnet deleted before the route',
    route,
    { delete: ids.ghostedSubnet },
    undone('VerificationFailed'),
  ),
  meddled(
    'provision',
    'route table deleted before the route',
    { ...route, path: '/routeTables/Routes-{n}/routes/Nested-VMs-{h}$' },
    { delete: ids.ownRouteTable },
    undone('ParentResourceNotFound'),
  ),
  meddled('provision', 'route deleted as soon as it was made', route, { delete: true }, ready, 'after'),
  meddled(
    'provision',
    'association lost as soon as it was made',
    firstWrites.association,
    { patch: { body: { properties: { routeTable: null } } } },
    ready,
    'after',
  ),
  meddled(
    'provision',
    'forwarding switched off before the route',
    route,
    { patch: { id: ids.nic2, body: forwardingOff } },
    undone('VerificationFailed'),
  ),
  meddled(
    'provision',
    'somebody moves into the ghosted subnet',
    virtualMachine,
    { occupy: ids.ghostedSubnet },
    leftover('VerificationFailed', ['subnets/Ghosted-{h}']),
  ),
];

/** What stops a provisioning, or might. */
export const provisionCases: Case[] = [
  row('plan', 'denied', undone('AuthorizationFailed')),
  refused('lanSubnet', 'policy'),
  refused('ghostedSubnet', 'denied'),
  refused('ghostedSubnet', 'lock'),
  refused('nic1', 'policy'),
  refused('nic2', 'denied'),
  refused('virtualMachine', 'policy'),
  refused('forwarding', 'lock'),
  refused('runCommand', 'denied'),
  refused('restart', 'lock'),
  refused('routeTable', 'policy'),
  refused('route', 'lock'),
  refused('association', 'denied'),
  cancelAt('ghostedSubnet'),
  cancelAt('nic2'),
  cancelAt('virtualMachine'),
  cancelAt('runCommand'),
  row('virtualMachine', 'quota', undone('OperationNotAllowed')),
  row('virtualMachine', 'capacity', undone('SkuNotAvailable')),
  row('virtualMachine', 'capacityOnce', ready),
  row('virtualMachine', 'allocation', undone('AllocationFailed')),
  row('virtualMachine', 'nicReserved', ready),
  ...changedByHand,
  undoing('route', 'lock', leftover('VerificationFailed', belongings.slice(0, 1))),
  undoing('virtualMachine', 'denied', leftover('ScopeLocked', belongings.slice(1, 5))),
  undoing('ghostedSubnet', 'lock', leftover('ScopeLocked', belongings.slice(5))),
  {
    ...row('virtualMachine', 'quota', leftover('OperationNotAllowed', ['networkInterfaces/{h}-lan'])),
    name: 'undo, nic2: denied',
    faults: [
      at(virtualMachine, faults.quota),
      at({ method: 'DELETE', path: '/networkInterfaces/{h}-lan$' }, faults.denied),
    ],
  },
];

const named = new Set(provisionCases.map(({ name }) => name));

/** Every fault on every write by itself, less what runs anyway. */
export const widerProvisionCases: Case[] = Object.keys(writes)
  .flatMap((step) => [
    ...passing.map((fault) => row(step, fault, ready)),
    ...(Object.keys(standing) as (keyof typeof standing)[]).map((fault) => refused(step, fault)),
    cancelAt(step),
  ])
  .concat(
    row('virtualMachine', 'allocationOnce', ready),
    (['route', 'virtualMachine', 'ghostedSubnet'] as const).flatMap((removal) =>
      passing.map((fault) =>
        undoing(removal, fault, undone(removal === 'route' ? 'VerificationFailed' : 'ScopeLocked')),
      ),
    ),
  )
  .filter(({ name }) => !named.has(name));
