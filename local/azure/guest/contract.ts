import type { WindowsState } from './types';

/** One NIC of the VM as ARM knows it. `prefixLength` is that of its subnet (24 if absent). */
export interface NicFacts {
  id: string;
  mac: string;
  address: string;
  primary: boolean;
  prefixLength?: number;
  acceleratedNetworking?: boolean;
}

/** One data disk of the VM as ARM knows it. */
export interface DiskFacts {
  /** ARM id of the managed disk: the same one is known again. */
  id: string;
  lun: number;
  gigabytes: number;
}

/** What a test asks to go wrong with the next script. */
export interface GuestFault {
  /** `cut`: more was written than Run Command keeps; `stuck`: it runs for ever, and nobody ends it. */
  outcome: 'error' | 'noSentinel' | 'cut' | 'timeout' | 'stuck' | 'exitCode';
  code?: string;
  message?: string;
}

export interface RunCommandArguments {
  state: WindowsState;
  /** `source.script` of the run command. */
  script: string;
  parameters: { name: string; value: string }[];
  /** Simulated epoch ms. */
  now: number;
  random: () => number;
  fault?: GuestFault;
  /** Whether the VM reaches the internet. */
  internet: boolean;
  /** Data disks that are attached by now; absent: nothing has changed. */
  disks?: DiskFacts[];
}

export interface RunCommandOutcome {
  durationSeconds: number;
  exitCode: number;
  /** Last 4096 characters of what the script wrote. */
  output: string;
  error: string;
  executionState: 'Succeeded' | 'Failed' | 'TimedOut';
  /** The machine after the script; the state given in stays as it was. */
  state: WindowsState;
}
