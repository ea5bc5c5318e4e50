import type { FaultSpec } from '../../local/azure/edge/faults';
import { cancelled, leftover, ready, undone, type Case, type Expected } from './cases';
import { at, faults, passing, standing, type FaultName, type Target } from './faults';

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

const writes: Record<string, Target> = { ...hostWrites, ...firstWrites };

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

const group = '/subscriptions/{s}/resourceGroups/nested-hosts/providers';
const ghosted = `${group}/Microsoft.Network/virtualNetworks/Nested-Fun/subnets/Ghosted-{h}`;
const nic2 = `${group}/Microsoft.Network/networkInterfaces/{h}-lan`;
const vm = `${group}/Microsoft.Compute/virtualMachines/{h}`;

type Mutation = Omit<Extract<FaultSpec['effect'], { kind: 'mutate' }>, 'kind' | 'when'>;

/** Somebody does something just before a write. */
const meddled = (name: string, target: Target, mutation: Mutation, expected: Expected): Case => ({
  name,
  kind: 'provision',
  faults: [at(target, { effect: { kind: 'mutate', when: 'before', ...mutation } })],
  expected,
});

const { virtualMachine, runCommand, route } = hostWrites;
const forwardingOff = { properties: { enableIPForwarding: false } };

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
  meddled(
    'NIC 2 deleted before the VM is made',
    virtualMachine,
    { delete: nic2 },
    undone('InvalidResourceReference'),
  ),
  meddled(
    'VM deleted before Windows is set up',
    runCommand,
    { delete: vm },
    undone('ParentResourceNotFound'),
  ),
  meddled(
    'ghosted subnet deleted before the route',
    route,
    { delete: ghosted },
    undone('VerificationFailed'),
  ),
  meddled(
    'forwarding switched off before the route',
    route,
    { patch: { id: nic2, body: forwardingOff } },
    undone('VerificationFailed'),
  ),
  meddled(
    'somebody moves into the ghosted subnet',
    virtualMachine,
    { occupy: ghosted },
    leftover('VerificationFailed', ['subnets/Ghosted-{h}']),
  ),
];

const named = new Set(provisionCases.map(({ name }) => name));

/** Every fault on every write by itself, less what runs anyway. */
export const widerProvisionCases: Case[] = Object.keys(writes)
  .flatMap((step) => [
    ...passing.map((fault) => row(step, fault, ready)),
    ...(Object.keys(standing) as (keyof typeof standing)[]).map((fault) => refused(step, fault)),
    cancelAt(step),
  ])
  .concat(row('virtualMachine', 'allocationOnce', ready))
  .filter(({ name }) => !named.has(name));
