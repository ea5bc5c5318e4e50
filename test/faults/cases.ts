import type { FaultSpec } from '../../local/azure/edge/faults';

/** How an operation has to end. */
export type Expected =
  /** The host is whole. `code`: the operation, a teardown, failed before it changed anything. */
  | { ends: 'ready'; code?: string }
  /** A teardown that took everything away. */
  | { ends: 'gone' }
  /** Nothing is left; `code` says why. */
  | { ends: 'undone'; code: string }
  /** These stay, by the end of their ids, and with them the host's record and its prefix, until a teardown goes through. */
  | { ends: 'leftover'; code: string; stays: string[] };

/** One row of a fault table: what happens to which operation on a host, and how it ends. */
export interface Case {
  name: string;
  kind: 'provision' | 'teardown';
  faults: FaultSpec[];
  /** `cancel` is raised while the first fault, a hold, keeps its request. */
  cancel?: true;
  /** A network of its own, of which the host is the first and only one. */
  ownNetwork?: true;
  expected: Expected;
}

export const ready: Expected = { ends: 'ready' };
export const gone: Expected = { ends: 'gone' };
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
