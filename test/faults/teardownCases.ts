import { belongings, gone, ids, kept, leftover, meddled, type Case, type Expected } from './cases';
import { at, faults, passing, standing, type FaultName, type Target } from './faults';

/** The writes of a teardown, in order. NICs and OS disk go with the VM; the last two only with the last host. */
export const removals = {
  inventory: { method: 'PUT', path: '/virtualMachines/{h}/runCommands/' },
  route: { method: 'DELETE', path: '/routes/Nested-VMs-{h}$' },
  association: { method: 'PUT', path: '/virtualNetworks/{n}/subnets/Hyper-V-LAN$' },
  routeTable: { method: 'DELETE', path: '/routeTables/Routes-{n}$' },
  virtualMachine: { method: 'DELETE', path: '/virtualMachines/{h}$' },
  ghostedSubnet: { method: 'DELETE', path: '/subnets/Ghosted-{h}$' },
} as const satisfies Record<string, Target>;

type Removal = keyof typeof removals;
const withTheLast: Removal[] = ['association', 'routeTable'];

/** What stays if a removal is refused for good. */
const staying: Record<Exclude<Removal, 'inventory'>, string[]> = {
  route: belongings,
  association: belongings.slice(1),
  routeTable: belongings.slice(1),
  virtualMachine: belongings.slice(1),
  ghostedSubnet: belongings.slice(5),
};

function row(step: Removal, fault: FaultName, expected: Expected): Case {
  return {
    name: `${step}: ${fault}`,
    kind: 'teardown',
    faults: [at(removals[step], faults[fault])],
    expected,
    ...(withTheLast.includes(step) ? { ownNetwork: true } : {}),
  };
}

/** One fault met by every write of a teardown. */
export const everyRemoval = (fault: FaultName): Case => ({
  name: `every removal: ${fault}`,
  kind: 'teardown',
  ownNetwork: true,
  faults: Object.values(removals).map((target) => at(target, faults[fault])),
  expected: gone,
});

/** Guests that cannot be counted stop a teardown before it touches anything; later on what is refused stays. */
const refused = (step: Removal, fault: keyof typeof standing): Case =>
  row(step, fault, step === 'inventory' ? kept('GuestsUnknown') : leftover(standing[fault], staying[step]));

/** Once the route is about to go, nothing stops a teardown any more. */
const cancelAt = (step: Removal): Case => ({
  ...row(step, 'lostAnswer', step === 'inventory' ? kept('Cancelled') : gone),
  name: `${step}: cancel`,
  faults: [at(removals[step], { effect: { kind: 'hold', until: 'after' } })],
  cancel: true,
});

const squatted = meddled(
  'teardown',
  'somebody moves into the ghosted subnet',
  removals.virtualMachine,
  { occupy: ids.ghostedSubnet },
  leftover('SubnetInUse', belongings.slice(5)),
);

/** Teardowns of one host, one after the other: each is stopped a step later than the one before. */
export const teardownChain: Case[] = [
  refused('inventory', 'denied'),
  refused('inventory', 'policy'),
  cancelAt('inventory'),
  refused('route', 'lock'),
  refused('virtualMachine', 'denied'),
  squatted,
  refused('ghostedSubnet', 'lock'),
  cancelAt('ghostedSubnet'),
];

/** Teardowns of a host each; what stays is left to the reconciler. */
export const teardownCases: Case[] = [
  refused('route', 'denied'),
  refused('association', 'lock'),
  refused('routeTable', 'denied'),
  refused('virtualMachine', 'lock'),
  refused('ghostedSubnet', 'denied'),
  squatted,
  cancelAt('route'),
  meddled('teardown', 'route removed just before', removals.route, { delete: true }, gone),
  meddled('teardown', 'machine removed just before', removals.virtualMachine, { delete: true }, gone),
  meddled('teardown', 'ghosted subnet removed just before', removals.ghostedSubnet, { delete: true }, gone),
];

const named = new Set([...teardownChain, ...teardownCases].map(({ name }) => name));

/** Every fault on every removal by itself, less what runs anyway. */
export const widerTeardownCases: Case[] = (Object.keys(removals) as Removal[])
  .flatMap((step) => [
    ...passing.map((fault) => row(step, fault, gone)),
    ...(Object.keys(standing) as (keyof typeof standing)[]).map((fault) => refused(step, fault)),
    cancelAt(step),
  ])
  .filter(({ name }) => !named.has(name));
