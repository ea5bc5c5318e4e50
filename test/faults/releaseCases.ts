import { belongings, heldAt, ids, kept, leftover, meddled, released, rowAt } from './cases';
import type { Case, Expected, Mutation } from './cases';
import { at, faults, standing, type FaultName } from './faults';
import type { FaultSpec } from '../../local/azure/edge/faults';
import type { Step } from './steps';

/** The writes of a release, in order; tags go off five resources, the VM first. */
export const giveaways = {
  inventory: { method: 'PUT', path: '/virtualMachines/{h}/runCommands/inventory-' },
  route: { method: 'DELETE', path: '/routes/Nested-VMs-{h}$' },
  deconfigure: { method: 'PUT', path: '/virtualMachines/{h}/runCommands/deconfigure-' },
  ghostedSubnet: { method: 'DELETE', path: '/subnets/Ghosted-{h}$' },
  runCommand: { method: 'DELETE', path: '/virtualMachines/{h}/runCommands/' },
  machineTags: { method: 'PATCH', path: '/virtualMachines/{h}/providers/Microsoft.Resources/tags/' },
  nicTags: { method: 'PATCH', path: '/networkInterfaces/{h}-lan/providers/Microsoft.Resources/tags/' },
} as const satisfies Record<string, Step>;

export type Giveaway = keyof typeof giveaways;
export const giveawayNames = Object.keys(giveaways) as Giveaway[];

const row = (step: Giveaway, what: string, fault: FaultSpec, expected: Expected): Case => ({
  ...rowAt(step, what, giveaways[step]),
  kind: 'release',
  faults: [fault],
  expected,
});

const met = (step: Giveaway, fault: FaultName, expected: Expected): Case =>
  row(step, fault, at(giveaways[step], faults[fault]), expected);

const withoutRoute = belongings.slice(1);
const given = belongings.slice(1, 5);

/** What stays of a release that is refused there for good; what it gives away stays anyway. */
const staying: Record<Exclude<Giveaway, 'inventory' | 'runCommand'>, string[]> = {
  route: belongings,
  deconfigure: withoutRoute,
  ghostedSubnet: withoutRoute,
  machineTags: given,
  nicTags: given,
};

/** Run commands that Azure keeps are no reason to fail. */
function refused(step: Giveaway, fault: keyof typeof standing): Case {
  if (step === 'inventory') return met(step, fault, kept('GuestsUnknown'));
  return met(step, fault, step === 'runCommand' ? released : leftover(standing[fault], staying[step]));
}

const cancelAt = (step: Giveaway): Case => ({
  ...row(step, 'cancel', heldAt(giveaways[step]), step === 'inventory' ? kept('Cancelled') : released),
  cancel: true,
});

/** A release of a host that lacks nothing any more. */
const nothing: Case = {
  name: 'nothing any more',
  kind: 'release',
  cells: [],
  faults: [],
  expected: released,
};

/** Releases of one host, one after the other: each is stopped a step later than the one before, the last by nothing. */
export const releaseChain: Case[] = [
  refused('inventory', 'denied'),
  cancelAt('inventory'),
  refused('route', 'lock'),
  refused('deconfigure', 'denied'),
  refused('ghostedSubnet', 'lock'),
  refused('machineTags', 'denied'),
  refused('nicTags', 'lock'),
  nothing,
];

/** Releases of a host each. */
export const releaseCases: Case[] = [
  refused('runCommand', 'denied'),
  refused('runCommand', 'lock'),
  cancelAt('route'),
  cancelAt('machineTags'),
];

/** One fault met by every write of a release. */
export const everyGiveaway = (fault: FaultName): Case => ({
  name: `every write of a release: ${fault}`,
  kind: 'release',
  cells: giveawayNames.map((step) => `${step}: ${fault}`),
  faults: giveawayNames.map((step) => at(giveaways[step], faults[fault])),
  expected: released,
});

const self: Mutation = { when: 'before', delete: true };
const machine: Mutation = { when: 'before', delete: ids.virtualMachine };
const withoutMachine: Expected = { ends: 'released', there: belongings.slice(2, 5) };
const withoutNic: Expected = { ends: 'released', there: given.filter((id) => !id.endsWith('-lan')) };

/** Somebody was faster, or takes away what the release would leave. */
const deletions: Record<Giveaway, [Mutation, Expected]> = {
  inventory: [machine, withoutMachine],
  route: [self, released],
  deconfigure: [{ when: 'after', delete: true }, released],
  ghostedSubnet: [self, released],
  runCommand: [self, released],
  machineTags: [machine, withoutMachine],
  nicTags: [{ when: 'before', delete: ids.nic2 }, withoutNic],
};

const occupied: Giveaway[] = ['inventory', 'route', 'deconfigure', 'ghostedSubnet'];

/** What is not among those that run by default, host by host. */
export const widerReleases: Case[][] = [
  ...(Object.keys(standing) as (keyof typeof standing)[]).flatMap((fault) => [
    [
      ...giveawayNames.filter((step) => step !== 'runCommand').map((step) => refused(step, fault)),
      { ...nothing },
    ],
    [refused('runCommand', fault)],
  ]),
  ...giveawayNames.map((step) =>
    step === 'inventory' ? [cancelAt(step), { ...nothing }] : [cancelAt(step)],
  ),
  ...giveawayNames.map((step) => {
    const [mutation, expected] = deletions[step];
    return [row(step, 'deleted', meddled(giveaways[step], mutation), expected)];
  }),
  ...occupied.map((step) => {
    const fault = meddled(giveaways[step], { when: 'before', occupy: ids.ghostedSubnet });
    return [row(step, 'occupied', fault, leftover('SubnetInUse', withoutRoute)), { ...nothing }];
  }),
];
