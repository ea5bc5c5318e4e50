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

/** What a test asks to go wrong with the next script. */
export interface GuestFault {
  outcome: 'error' | 'noSentinel' | 'timeout' | 'exitCode';
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
