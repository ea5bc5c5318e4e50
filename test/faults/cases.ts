import type { FaultSpec } from '../../local/azure/edge/faults';
import { at, type Target } from './faults';

/** How an operation has to end. */
export type Expected =
  /** The host is whole. `code`: the operation, a teardown, failed before it changed anything. */
  | { ends: 'ready'; code?: string }
  /** A teardown that took everything away. */
  | { ends: 'gone' }
  /** A release that left the VM, with NICs and disk, and nothing else. */
  | { ends: 'released' }
  /** Nothing is left; `code` says why. */
  | { ends: 'undone'; code: string }
  /** These stay, by the end of their ids, and with them the host's record and its prefix, until a reconciliation takes them. */
  | { ends: 'leftover'; code: string; stays: string[] };

/** One row of a fault table: what happens to which operation on a host, and how it ends. */
export interface Case {
  name: string;
  kind: 'provision' | 'teardown' | 'release';
  faults: FaultSpec[];
  /** `cancel` is raised while the first fault, a hold, keeps its request. */
  cancel?: true;
  /** A network of its own, of which the host is the first and only one. */
  ownNetwork?: true;
  expected: Expected;
}

export const ready: Expected = { ends: 'ready' };
export const gone: Expected = { ends: 'gone' };
export const released: Expected = { ends: 'released' };
export const kept = (code: string): Expected => ({ ends: 'ready', code });
export const undone = (code: string): Expected => ({ ends: 'undone', code });
export const cancelled = undone('Cancelled');
export const leftover = (code: string, stays: string[]): Expected => ({ ends: 'leftover', code, stays });

/** Everything that a host has in Azure, by the end of the ids, in the order in which a teardown takes it away. */
export const belongings = [
  'routes/Nested-VMs-{h}',
  'virtualMachines/{h}',
  'networkInterfaces/{h}-lan',
  'networkInterfaces/{h}-nat',
  'disks/{h}-os',
  'subnets/Ghosted-{h}',
];

const group = '/subscriptions/{s}/resourceGroups/nested-hosts/providers';
const network = `${group}/Microsoft.Network`;

/** Ids of what a host of the network `nested-fun` has, or one that is the first of a network of its own. */
export const ids = {
  ghostedSubnet: `${network}/virtualNetworks/Nested-Fun/subnets/Ghosted-{h}`,
  nic1: `${network}/networkInterfaces/{h}-nat`,
  nic2: `${network}/networkInterfaces/{h}-lan`,
  virtualMachine: `${group}/Microsoft.Compute/virtualMachines/{h}`,
  ownLanSubnet: `${network}/virtualNetworks/{n}/subnets/Hyper-V-LAN`,
  ownRouteTable: `${network}/routeTables/Routes-{n}`,
};

type Mutation = Omit<Extract<FaultSpec['effect'], { kind: 'mutate' }>, 'kind' | 'when'>;

/** Somebody does something just before a write is processed, or after it took effect. */
export const meddled = (
  kind: Case['kind'],
  name: string,
  target: Target,
  mutation: Mutation,
  expected: Expected,
  when: 'before' | 'after' = 'before',
): Case => ({
  name,
  kind,
  faults: [at(target, { effect: { kind: 'mutate', when, ...mutation } })],
  expected,
  ...(target.path.includes('{n}') || JSON.stringify(mutation).includes('{n}') ? { ownNetwork: true } : {}),
});
