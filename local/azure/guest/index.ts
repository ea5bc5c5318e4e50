export type { WindowsState, NestedVm } from './types';
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

export interface GuestFault {
  outcome: 'error' | 'noSentinel' | 'timeout' | 'exitCode';
  code?: string;
  message?: string;
}

export interface RunCommandOutcome {
  durationSeconds: number;
  exitCode: number;
  output: string;
  error: string;
  executionState: 'Succeeded' | 'Failed' | 'TimedOut';
  state: WindowsState;
}

export declare function createWindows(args: {
  computerName: string;
  imageSku: string;
  nics: NicFacts[];
  now: number;
  random: () => number;
}): WindowsState;

export declare function rebootWindows(
  state: WindowsState,
  now: number,
  nics: NicFacts[],
  random: () => number,
): WindowsState;

export declare function runScript(args: {
  state: WindowsState;
  script: string;
  parameters: { name: string; value: string }[];
  now: number;
  random: () => number;
  fault?: GuestFault;
  internet: boolean;
}): RunCommandOutcome;

/** The phase a script is known as, by its SHA-256; undefined for any other script. */
export declare function knownPhase(script: string): string | undefined;
