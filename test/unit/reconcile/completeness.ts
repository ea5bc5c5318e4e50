import type { FindingKind } from '../../../shared/records/reconciliation';

/** Near misses that differ in what is there, and have to be thought of for each kind that can be deleted. */
export const namedMisses = [
  'name but other prefix',
  'prefix but other name',
  'ledger but VM alive',
  'NIC present',
  'delegation present',
  'tag of another installation',
] as const;
type NamedMiss = (typeof namedMisses)[number];

/** Near misses that are asked of every case, with what the tests of them are called. */
export const alwaysAsked = {
  seenOnce: 'seen once only',
  operationInFlight: 'while an operation works there',
};

/** How the rows are called that show it, or why there can be none. */
type Answer = { rows: RegExp; cannotBe?: undefined } | { cannotBe: string };

const undelegated: Answer = { cannotBe: 'Only subnets are delegated to services.' };
const tagged = {
  'name but other prefix': { rows: /^tags with another prefix$/ },
  'prefix but other name': { rows: /^tags of another host/ },
  'ledger but VM alive': { rows: /^the VM exists$/ },
  'delegation present': undelegated,
  'tag of another installation': { rows: /^tags of another installation$/ },
} as const;

/** By kind that the reconciler can delete. A kind with several cases has the rows for each of them. */
export const answers: Partial<Record<FindingKind, Record<NamedMiss, Answer>>> = {
  orphanedGhostedSubnet: {
    'name but other prefix': { rows: /^our name, another prefix$/ },
    'prefix but other name': { rows: /^our prefix, another name$/ },
    'ledger but VM alive': { rows: /^the VM exists$/ },
    'NIC present': { rows: /^a NIC lives in it$/ },
    'delegation present': { rows: /^it is delegated$/ },
    'tag of another installation': { cannotBe: 'Azure gives subnets no tags.' },
  },
  orphanedRoute: {
    'name but other prefix': { rows: /^our name, another prefix$/ },
    'prefix but other name': { rows: /^our prefix, another name$/ },
    'ledger but VM alive': { rows: /^(the VM|a VM that nobody was to remove) exists$/ },
    'NIC present': { cannotBe: 'No NIC lives in a route.' },
    'delegation present': undelegated,
    'tag of another installation': { rows: /^the same route in a table (of another installation|that the)/ },
  },
  unneededRouteTable: {
    'name but other prefix': { rows: /^a route by our name for another prefix$/ },
    'prefix but other name': { rows: /^a route for our prefix by another name$/ },
    'ledger but VM alive': { rows: /^a host is not wholly gone, its VM exists$/ },
    'NIC present': {
      cannotBe: 'No NIC lives in a table; the subnets that it serves are meant to have some.',
    },
    'delegation present': undelegated,
    'tag of another installation': { rows: /^tag of another installation$/ },
  },
  leftoverNetworkInterface: { ...tagged, 'NIC present': { rows: /^attached to a VM$/ } },
  leftoverPublicAddress: { ...tagged, 'NIC present': { rows: /^a NIC has it$/ } },
  leftoverDisk: { ...tagged, 'NIC present': { cannotBe: 'A disk hangs on a VM, never on a NIC.' } },
  leftoverVirtualMachine: {
    ...tagged,
    'ledger but VM alive': { rows: /^no operation on record$/ },
    'NIC present': { cannotBe: 'A machine always has its NICs, and they go after it.' },
  },
};
