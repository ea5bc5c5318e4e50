import { belongings, gone, kept, leftover, type Case } from './cases';
import { at, faults, type FaultName, type Target } from './faults';

/** The writes of a teardown, in order. NICs and OS disk go with the VM; the last two only with the last host. */
export const removals = {
  inventory: { method: 'PUT', path: '/virtualMachines/{h}/runCommands/' },
  route: { method: 'DELETE', path: '/routes/Nested-VMs-{h}$' },
  virtualMachine: { method: 'DELETE', path: '/virtualMachines/{h}$' },
  ghostedSubnet: { method: 'DELETE', path: '/subnets/Ghosted-{h}$' },
  association: { method: 'PUT', path: '/virtualNetworks/{n}/subnets/Hyper-V-LAN$' },
  routeTable: { method: 'DELETE', path: '/routeTables/Routes-{n}$' },
} as const satisfies Record<string, Target>;

/** One fault met by every write of a teardown. */
export const everyRemoval = (fault: FaultName): Case => ({
  name: `every removal: ${fault}`,
  kind: 'teardown',
  ownNetwork: true,
  faults: Object.values(removals).map((target) => at(target, faults[fault])),
  expected: gone,
});

const refused = (step: keyof typeof removals, fault: FaultName, expected: Case['expected']): Case => ({
  name: `${step}: ${fault}`,
  kind: 'teardown',
  faults: [at(removals[step], faults[fault])],
  expected,
});

const cancelAt = (step: keyof typeof removals, expected: Case['expected']): Case => ({
  name: `${step}: cancel`,
  kind: 'teardown',
  faults: [at(removals[step], { effect: { kind: 'hold', until: 'after' } })],
  cancel: true,
  expected,
});

const ghosted =
  '/subscriptions/{s}/resourceGroups/nested-hosts/providers/Microsoft.Network/virtualNetworks/Nested-Fun/subnets/Ghosted-{h}';

/** Teardowns of one host, one after the other: each is stopped a step later than the one before. */
export const teardownCases: Case[] = [
  refused('inventory', 'denied', kept('GuestsUnknown')),
  refused('inventory', 'policy', kept('GuestsUnknown')),
  cancelAt('inventory', kept('Cancelled')),
  refused('route', 'lock', leftover('ScopeLocked', belongings)),
  refused('virtualMachine', 'denied', leftover('AuthorizationFailed', belongings.slice(1))),
  {
    name: 'somebody moves into the ghosted subnet',
    kind: 'teardown',
    faults: [at(removals.virtualMachine, { effect: { kind: 'mutate', when: 'before', occupy: ghosted } })],
    expected: leftover('SubnetInUse', belongings.slice(5)),
  },
  refused('ghostedSubnet', 'lock', leftover('ScopeLocked', belongings.slice(5))),
  cancelAt('ghostedSubnet', gone),
];
