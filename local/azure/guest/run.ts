import { createHash } from 'node:crypto';
import { skewed } from '../random';
import type { GuestFault, RunCommandArguments, RunCommandOutcome } from './contract';
import knownScripts from './known-scripts.json';
import { decodePlan } from './parameters';
import { reportBoot } from './phases/bootTask';
import { deconfigure } from './phases/deconfigure';
import { features } from './phases/features';
import { inventory } from './phases/inventory';
import { network } from './phases/network';
import { verify } from './phases/verify';
import { PhaseFailure, readMemory, sameBoot } from './session';
import type { Session } from './session';
import type { WindowsState } from './types';
import { proveScript } from './prove/scripts';
import { runProve } from './prove/windows';
import { plugDisks } from './windows/disks';

const begin = '##nested-hosts-begin##';
const end = '##nested-hosts-end##';
/** What Run Command keeps of a script's output. */
const outputLimit = 4096;
/** Seconds the platform needs before and after any script, beyond the shortest time it ever takes. */
const shortest = 20;

const phases: Record<string, (session: Session) => void> = {
  features,
  network,
  verify,
  inventory,
  deconfigure,
};
const known = new Map<string, string>(Object.entries(knownScripts));

/** The phase a script is known as, by its SHA-256; undefined for any other script. */
export function knownPhase(script: string): string | undefined {
  return known.get(createHash('sha256').update(script, 'utf8').digest('hex'));
}

/**
 * Runs a script on the model. The effects of a known script are applied to a copy of the state; of an unknown one
 * nothing is believed: it ends well, changes nothing and says nothing that a caller could take for a result.
 */
export function runScript(args: RunCommandArguments): RunCommandOutcome {
  const { script, parameters, random, fault } = args;
  const state = structuredClone(args.state);
  const phase = knownPhase(script);
  const seconds = shortest + skewed(random, 2);
  const sentByProve = proveScript(script);
  if (sentByProve !== undefined) {
    const wish = parameters.find(({ name }) => name.toLowerCase() === 'parameters')?.value;
    const done = runProve(sentByProve, state, wish, args);
    return finish(state, seconds + skewed(random, done.worked), done.output, fault);
  }
  if (phase === undefined) {
    return finish(state, seconds, 'Windows ran a script that this model does not know.\r\n', fault);
  }
  if (args.disks) plugDisks(state, args.disks);
  const encoded = parameters.find(({ name }) => name.toLowerCase() === 'parameters')?.value;
  if (encoded === undefined) {
    const error =
      'Cannot process command because of one or more missing mandatory parameters: Parameters.\r\n';
    return { durationSeconds: seconds, exitCode: 1, output: '', error, executionState: 'Failed', state };
  }
  const run = runPhase(args, state, phase, encoded);
  return finish(state, seconds + (run.worked > 0 ? skewed(random, run.worked) : 0), run.output, fault);
}

function runPhase(
  { random, internet, fault, script, now }: RunCommandArguments,
  state: WindowsState,
  phase: string,
  encoded: string,
): { output: string; worked: number } {
  const report = { changed: [], checks: [], facts: {} };
  const plan = decodePlan(encoded, phase);
  if (!plan) {
    const failure = new PhaseFailure('badParameters', 'Parameter is missing or malformed.');
    return { output: resultLine(phase, { state, ...report }, failure), worked: 0 };
  }
  const upSeconds = Math.max(0, now - Date.parse(state.bootTime)) / 1_000;
  const given = { plan, random, internet, script, encoded, atBoot: false, upSeconds };
  const session: Session = { state, ...given, ...report, findings: [], worked: 0 };
  let failure: PhaseFailure | undefined;
  try {
    if (plan.notBootedAt !== undefined && sameBoot(state, plan.notBootedAt)) {
      throw new PhaseFailure('notRestarted', 'Windows has not restarted since the phase before.');
    }
    if (fault?.outcome === 'error') {
      throw new PhaseFailure(
        fault.code ?? 'unexpected',
        fault.message ?? 'The script failed, as it was asked to.',
      );
    }
    phases[phase]?.(session);
  } catch (error) {
    if (!(error instanceof PhaseFailure)) throw error;
    failure = error;
  }
  if (phase === 'network') reportBoot(session, failure);
  return { output: resultLine(phase, session, failure), worked: session.worked };
}

function resultLine(
  phase: string,
  { state, changed, checks, facts }: Pick<Session, 'state' | 'changed' | 'checks' | 'facts'>,
  failure: PhaseFailure | undefined,
): string {
  const { restartBoot } = readMemory(state);
  const result = {
    schema: 1,
    phase,
    ok: failure === undefined,
    changed,
    restartNeeded: restartBoot !== '' && sameBoot(state, restartBoot),
    bootTime: state.bootTime,
    os: state.os,
    facts,
    checks,
    ...(failure ? { error: { code: failure.code, message: failure.message.slice(0, 400) } } : {}),
  };
  let json = ascii(result);
  for (const list of ['routes', 'guests']) {
    const entries = facts[list];
    while (json.length > 3400 && Array.isArray(entries) && entries.length > 0) {
      facts.truncated = true;
      entries.pop();
      json = ascii(result);
    }
  }
  return `\r\n${begin}${json}${end}\r\n`;
}

function ascii(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function finish(
  state: WindowsState,
  durationSeconds: number,
  output: string,
  fault: GuestFault | undefined,
): RunCommandOutcome {
  const kept = output.slice(-outputLimit);
  const outcome: RunCommandOutcome = {
    durationSeconds,
    exitCode: 0,
    output: kept,
    error: '',
    executionState: 'Succeeded',
    state,
  };
  const message = fault?.message ?? 'The script was cut off.';
  switch (fault?.outcome) {
    case undefined:
    case 'error':
      return outcome;
    case 'stuck':
      return { ...outcome, durationSeconds: Infinity };
    case 'cut':
      // So much was written that the beginning of the line is gone.
      return {
        ...outcome,
        output: `${kept.slice(kept.indexOf(begin) + 9).trimEnd()}\r\n`.padStart(outputLimit, 'x'),
      };
    case 'noSentinel':
      return { ...outcome, output: kept.replace(begin, '').replace(end, '') };
    case 'exitCode':
      return { ...outcome, exitCode: 1, executionState: 'Failed', output: '', error: message };
    case 'timeout':
      return { ...outcome, exitCode: -1, executionState: 'TimedOut', output: '', error: message };
  }
}
