import { belongings, kept, leftover, released, type Case, type Expected } from './cases';
import { at, faults, standing, type FaultName, type Target } from './faults';

/** The writes of a release, in order; tags go off five resources, the VM first. */
export const giveaways = {
  inventory: { method: 'PUT', path: '/virtualMachines/{h}/runCommands/inventory-' },
  route: { method: 'DELETE', path: '/routes/Nested-VMs-{h}$' },
  deconfigure: { method: 'PUT', path: '/virtualMachines/{h}/runCommands/deconfigure-' },
  ghostedSubnet: { method: 'DELETE', path: '/subnets/Ghosted-{h}$' },
  runCommand: { method: 'DELETE', path: '/virtualMachines/{h}/runCommands/' },
  machineTags: { method: 'PATCH', path: '/virtualMachines/{h}/providers/Microsoft.Resources/tags/' },
  nicTags: { method: 'PATCH', path: '/networkInterfaces/{h}-lan/providers/Microsoft.Resources/tags/' },
} as const satisfies Record<string, Target>;

type Giveaway = keyof typeof giveaways;

const row = (step: Giveaway, fault: FaultName, expected: Expected): Case => ({
  name: `${step}: ${fault}`,
  kind: 'release',
  cells: [],
  faults: [at(giveaways[step], faults[fault])],
  expected,
});

/** What stays of a release that is refused there for good; what it gives away stays anyway. */
const refused = (step: Giveaway, fault: keyof typeof standing, stays: string[]): Case =>
  row(step, fault, leftover(standing[fault], stays));

const withoutRoute = belongings.slice(1);
const given = belongings.slice(1, 5);

const cancelAt = (step: Giveaway, expected: Expected): Case => ({
  name: `${step}: cancel`,
  kind: 'release',
  cells: [],
  faults: [at(giveaways[step], { effect: { kind: 'hold', until: 'after' } })],
  cancel: true,
  expected,
});

/** Releases of one host, one after the other: each is stopped a step later than the one before, the last by nothing. */
export const releaseChain: Case[] = [
  row('inventory', 'denied', kept('GuestsUnknown')),
  cancelAt('inventory', kept('Cancelled')),
  refused('route', 'lock', belongings),
  refused('deconfigure', 'denied', withoutRoute),
  refused('ghostedSubnet', 'lock', withoutRoute),
  refused('machineTags', 'denied', given),
  refused('nicTags', 'lock', given),
  { name: 'nothing any more', kind: 'release', cells: [], faults: [], expected: released },
];

/** Releases of a host each. Run commands that Azure keeps are no reason to fail. */
export const releaseCases: Case[] = [
  row('runCommand', 'denied', released),
  row('runCommand', 'lock', released),
  cancelAt('route', released),
  cancelAt('machineTags', released),
];

/** One fault met by every write of a release. */
export const everyGiveaway = (fault: FaultName): Case => ({
  name: `every write of a release: ${fault}`,
  kind: 'release',
  cells: [],
  faults: Object.values(giveaways).map((target) => at(target, faults[fault])),
  expected: released,
});
