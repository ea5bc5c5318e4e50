import { addressesOf, macDigits } from './interfaces';
import type { Plan } from './parameters';
import type { Adapter, WindowsState } from './types';
import { features } from './windows/images';
import { startService } from './windows/services';

/** Names of the features a host needs. */
export const neededFeatures = features;

/** Where the scripts keep what outlives a run. */
export const folder = 'C:\\ProgramData\\nested-hosts';
const stateFile = `${folder}\\state.json`;

/** What stops a phase; the state keeps what was done before. */
export class PhaseFailure extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export interface Check {
  name: string;
  ok: boolean;
  detail?: string;
}

/** What the scripts remember between runs. */
export interface Memory {
  routes: string[];
  /** What else was put there, as `kind:name`: only that is ever taken away. */
  made: string[];
  /** SHA-256 of the stored script. */
  bootScript: string;
  /** The version that the stored script carries. */
  bootVersion: string;
  restartBoot: string;
  dhcpPrepared: boolean;
  /** The switch or its address is newer than what RRAS and the DHCP server know: a run was cut off. */
  routerStale: boolean;
  dhcpStale: boolean;
  /** The startup task has run on this machine. */
  bootRan: boolean;
}

/** One run of one phase: the machine it changes and what it will report. */
export interface Session {
  state: WindowsState;
  plan: Plan;
  random: () => number;
  internet: boolean;
  /** Text of the script that runs, and its parameter as it came. */
  script: string;
  encoded: string;
  /** Run by the startup task, not by Run Command. */
  atBoot: boolean;
  /** Since Windows started, when the script began. */
  upSeconds: number;
  changed: string[];
  /** Found in the way and left there: the rest is done first, then the phase fails with the first of them. */
  findings: PhaseFailure[];
  checks: Check[];
  facts: Record<string, unknown>;
  /** Work that took time, in seconds. */
  worked: number;
}

export function readMemory(state: WindowsState): Memory {
  const fresh: Memory = {
    routes: [],
    made: [],
    bootScript: '',
    bootVersion: '',
    restartBoot: '',
    dhcpPrepared: false,
    routerStale: false,
    dhcpStale: false,
    bootRan: false,
  };
  try {
    return { ...fresh, ...(JSON.parse(state.files[stateFile] ?? '{}') as Partial<Memory>) };
  } catch {
    return fresh;
  }
}

export function remember(state: WindowsState, memory: Partial<Memory>): void {
  state.files[stateFile] = JSON.stringify({ ...readMemory(state), ...memory });
}

export function claim(state: WindowsState, item: string): void {
  const { made } = readMemory(state);
  if (!made.includes(item)) remember(state, { made: [...made, item] });
}

/** Names of what was made of a kind: `switch:Name` is of kind `switch`. */
export function claimsOf(state: WindowsState, kind: string): string[] {
  const start = `${kind}:`;
  return readMemory(state).made.flatMap((item) => (item.startsWith(start) ? [item.slice(start.length)] : []));
}

export function strikeOff(state: WindowsState, item: string): void {
  const { made } = readMemory(state);
  remember(state, { made: made.filter((one) => one !== item) });
}

/** What guests would notice is left alone where the run may not interrupt them; when Windows starts they are down anyway. */
export function mayInterrupt({ plan, atBoot }: Session, why: string): void {
  if (atBoot || plan.mayInterrupt !== false) return;
  throw new PhaseFailure(
    'repairNeedsInterruption',
    `${why}. That would interrupt guests, which this run may not.`,
  );
}

/** A restart stays due until the boot in which it was asked for is over; one that has just been is no reason for another. */
export function requestRestart({ state, atBoot }: Session): void {
  if (atBoot) return;
  remember(state, { restartBoot: state.bootTime });
}

/** The clock moves by seconds when it is synchronised, and Windows' boot time with it. */
export function sameBoot(state: WindowsState, instant: string): boolean {
  return Math.abs(Date.parse(instant) - Date.parse(state.bootTime)) <= 10_000;
}

/** The one synthetic adapter with this MAC and address, whatever it is called. */
export function findNic({ state }: Session, label: string, wanted: Plan['nic1']): Adapter {
  const sameMac = state.adapters.filter(({ mac }) => macDigits(mac) === macDigits(wanted.mac));
  const fitting = sameMac.filter(
    ({ kind, index }) =>
      kind === 'synthetic' && addressesOf(state, index).some(({ address }) => address === wanted.address),
  );
  const [found] = fitting;
  if (fitting.length === 1 && found) return found;
  const seen = sameMac.map(({ alias, description }) => `${alias} [${description}]`).join(', ');
  throw new PhaseFailure(
    'nicNotFound',
    `${label} (${wanted.mac}, ${wanted.address}): ${fitting.length} adapters fit. Same MAC: ${seen}.`,
  );
}

/** Time passes until something has happened; a script that waits in vain fails. */
export function wait(session: Session, what: string, seconds: number, limit: number): void {
  session.worked += Math.min(seconds, limit);
  if (seconds > limit) throw new PhaseFailure('timeout', `${what} did not happen within ${limit} s.`);
}

/** The service runs, and will after the next start. */
export function changeService({ state, changed }: Session, name: string): void {
  const service = (state.services[name] ??= { status: 'Stopped', startType: 'Manual' });
  if (service.startType !== 'Automatic') {
    service.startType = 'Automatic';
    changed.push(`service:${name}`);
  }
  if (service.status !== 'Running') {
    startService(state, name);
    changed.push(`service:${name}`);
  }
}

export function missingFeatures(state: WindowsState): string[] {
  return neededFeatures.filter((name) => state.features[name] !== 'Installed');
}
