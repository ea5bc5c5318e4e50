import { readInventoryFacts, readLeft, readWarnings, type GuestResult } from '../../guest';
import type { GuestInventory } from '../../records/types';

/** What a finished run command means. `again`: the result is unknown or the guest asked for another try. */
export type GuestVerdict =
  | {
      verdict: 'ok';
      changed: number;
      restartNeeded: boolean;
      bootTime: string;
      os: string;
      /** Guests in any state; only from `inventory`. */
      guests?: number;
      inventory?: GuestInventory;
      /** What was there before this app came and stays; only from `deconfigure`. */
      left?: string[];
      /** Short names of what the phase could not prove; none: absent. */
      warnings?: string[];
    }
  | {
      verdict: 'again' | 'failed';
      code: string;
      message: string;
      failedChecks?: string[];
      /** Boot in which the guest said so. */
      bootTime?: string;
    };

/** What an activity returns becomes history, and stays small. */
const mostGuestsTold = 25;
const mostCharactersTold = 3_000;
const mostWarningsTold = 10;

function told({ count, guests }: GuestInventory): GuestInventory {
  const shown = guests.slice(0, mostGuestsTold);
  while (JSON.stringify(shown).length > mostCharactersTold) shown.pop();
  return { count, guests: shown };
}

/**
 * What a guest says of a state that passes by itself: still in the old boot, or too young a one, another phase at work, a
 * slow service, a Hyper-V that is not up yet.
 */
const passing = new Set(['notRestarted', 'notSettled', 'busy', 'timeout', 'switchFailed']);

/** Windows derives its boot time from a clock that is synchronised: as much as it may move, in milliseconds. */
const sameBootWithin = 10_000;

/**
 * A phase in which Windows started, or changed its mind about when it did, says nothing of the boot that is now. A start after
 * the end of the script is none: then the clock that those times are from is another than the guest's.
 */
function unrest(result: GuestResult, { startedAt, endedAt }: ScriptTimes): GuestVerdict | undefined {
  const boot = Date.parse(result.bootTime);
  const restarted =
    startedAt !== undefined &&
    boot > startedAt.getTime() + sameBootWithin &&
    (endedAt === undefined || boot <= endedAt.getTime());
  if (!restarted && result.bootTimeAtStart === undefined) return undefined;
  const message = restarted
    ? `Windows started at ${result.bootTime}, while phase ${result.phase} ran.`
    : `The boot time of Windows moved from ${result.bootTimeAtStart} to ${result.bootTime} while phase ${result.phase} ran.`;
  return { verdict: 'again', code: 'GuestRestarted', message };
}

/** When a script began and ended, by the guest's clock. */
export interface ScriptTimes {
  startedAt?: Date | undefined;
  endedAt?: Date | undefined;
}

export function judge(
  result: GuestResult | undefined,
  exitCode: number,
  error: string | undefined,
  times: ScriptTimes = {},
): GuestVerdict {
  if (!result) {
    const message = `The script left no result (exit code ${exitCode}). ${error ?? ''}`.trim();
    return { verdict: 'again', code: 'GuestNoResult', message };
  }
  const moved = unrest(result, times);
  if (moved) return moved;
  if (!result.ok || exitCode !== 0) {
    const code = result.error?.code ?? 'GuestFailed';
    const failedChecks = result.checks.filter((check) => !check.ok).map((check) => check.name);
    const message = [
      `Phase ${result.phase} failed in the guest: ${(result.error?.message ?? 'no reason given').replace(/[.\s]+$/, '')}.`,
      failedChecks.length > 0 ? `Failed checks: ${failedChecks.join(', ')}.` : '',
      'Look at C:\\ProgramData\\nested-hosts\\guest.log on the host.',
    ];
    return {
      verdict: passing.has(code) ? 'again' : 'failed',
      code,
      message: message.join(' '),
      ...(failedChecks.length > 0 ? { failedChecks } : {}),
      bootTime: result.bootTime,
    };
  }
  const inventory = readInventoryFacts(result);
  const left = readLeft(result);
  const warnings = readWarnings(result);
  return {
    verdict: 'ok',
    changed: result.changed.length,
    restartNeeded: result.restartNeeded,
    bootTime: result.bootTime,
    os: result.os,
    ...(inventory && {
      guests: inventory.count,
      inventory: told(inventory),
    }),
    ...(left.length > 0 && { left }),
    ...(warnings.length > 0 && { warnings: warnings.slice(0, mostWarningsTold) }),
  };
}
