import type { FaultSpec } from '../../local/azure/edge/faults';
import { at, type Target } from './faults';
import type { OwnNetwork, Step } from './steps';

/** How an operation has to end. */
export type Expected =
  /** The host is whole. `code`: the operation, a teardown, failed before it changed anything. */
  | { ends: 'ready'; code?: string }
  /** A teardown that took everything away. */
  | { ends: 'gone' }
  /** A release that left the VM, with NICs and disk, and nothing else; `there`: less than that, by the end of the ids. */
  | { ends: 'released'; there?: string[] }
  /** Nothing is left; `code` says why. */
  | { ends: 'undone'; code: string }
  /** These stay, by the end of their ids, and with them the host's record and its prefix, until a reconciliation takes them. */
  | { ends: 'leftover'; code: string; stays: string[] }
  /**
   * An adoption that failed: record and promise are given back, and of what bears the host's name this is there. `again`:
   * the next adoption makes a whole host of it.
   */
  | { ends: 'left'; code: string; there: string[]; again: boolean };

/** One row of a fault table: what happens to which operation on a host, and how it ends. */
export interface Case {
  name: string;
  kind: 'provision' | 'teardown' | 'release' | 'adopt';
  faults: FaultSpec[];
  /** Cells of the table that the row is about: which step meets what. */
  cells: string[];
  /** `cancel` is raised while the first fault, a hold, keeps its request. */
  cancel?: true;
  ownNetwork?: OwnNetwork;
  expected: Expected;
}

export const ready: Expected = { ends: 'ready' };
export const gone: Expected = { ends: 'gone' };
export const released: Expected = { ends: 'released' };
export const kept = (code: string): Expected => ({ ends: 'ready', code });
export const undone = (code: string): Expected => ({ ends: 'undone', code });
export const cancelled = undone('Cancelled');
export const leftover = (code: string, stays: string[]): Expected => ({ ends: 'leftover', code, stays });

export const left = (code: string, there: string[], again = true): Expected => ({
  ends: 'left',
  code,
  there,
  again: again && there.includes('virtualMachines/{h}'),
});

/** Everything that a host has in Azure, by the end of the ids, in the order in which a teardown takes it away. */
export const belongings = [
  'routes/Nested-VMs-{h}',
  'virtualMachines/{h}',
  'networkInterfaces/{h}-lan',
  'networkInterfaces/{h}-nat',
  'disks/{h}-os',
  'subnets/Ghosted-{h}',
];

/** What an adopted host has of them under names of ours; interface 1 and the disk have other names. */
export const adoptedBelongings = [0, 1, 2, 5].flatMap((at) => belongings[at] ?? []);

/** What a host that goes out with an address of its own has beside them. */
export const ownAddress = 'publicIPAddresses/{h}-nat-ip';

const group = '/subscriptions/{s}/resourceGroups/nested-hosts/providers';
const network = `${group}/Microsoft.Network`;

/** Ids of what a host of the network `nested-fun` has, or one that is the first of a network of its own. */
export const ids = {
  ghostedSubnet: `${network}/virtualNetworks/Nested-Fun/subnets/Ghosted-{h}`,
  nic1: `${network}/networkInterfaces/{h}-nat`,
  nic2: `${network}/networkInterfaces/{h}-lan`,
  publicIp: `${network}/publicIPAddresses/{h}-nat-ip`,
  virtualMachine: `${group}/Microsoft.Compute/virtualMachines/{h}`,
  ownGhostedSubnet: `${network}/virtualNetworks/{n}/subnets/Ghosted-{h}`,
  ownNatSubnet: `${network}/virtualNetworks/{n}/subnets/NAT`,
  ownLanSubnet: `${network}/virtualNetworks/{n}/subnets/Hyper-V-LAN`,
  ownRouteTable: `${network}/routeTables/Routes-{n}`,
};

export type Mutation = Omit<Extract<FaultSpec['effect'], { kind: 'mutate' }>, 'kind'>;

/** Somebody does something just before a request is processed, or after it took effect. */
export const meddled = (target: Target, mutation: Mutation): FaultSpec =>
  at(target, { effect: { kind: 'mutate', ...mutation } });

/** The parts of a row that follow from the step that it is about. */
export const rowAt = (
  step: string,
  what: string,
  { network: ownNetwork }: Step,
): Pick<Case, 'name' | 'cells' | 'ownNetwork'> => ({
  name: `${step}: ${what}`,
  cells: [`${step}: ${what}`],
  ...(ownNetwork ? { ownNetwork } : {}),
});

/** The answer of a step is held until the operation was asked to stop. */
export const heldAt = (step: Target): FaultSpec => at(step, { effect: { kind: 'hold', until: 'after' } });
