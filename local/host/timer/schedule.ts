import { Cron } from 'croner';
import { timeSpan } from '../settings';

/** When a timer trigger is due. */
export interface Schedule {
  /** First due time after `t` (both epoch ms); undefined when there is none. */
  next(t: number): number | undefined;
}

const known = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)$/i;

/**
 * A timer trigger's schedule: NCRONTAB with six fields ({second} {minute} {hour} {day} {month} {day-of-week}, UTC; five
 * fields mean second 0) or a constant `hh:mm:ss` between runs. Day and day-of-week must both match, as in NCRONTAB.
 * Throws on anything else.
 */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const expression = text.trim();
  if (/^[\d.]+:\d{2}(:|$)/.test(expression)) {
    const interval = timeSpan(expression);
    if (interval <= 0) throw new Error(`The schedule "${text}" never runs.`);
    return { next: (t) => t + interval };
  }
  const names = /[a-z]+/gi;
  if (
    !/^[\da-z*,/\s-]+$/i.test(expression) ||
    (expression.match(names) ?? []).some((name) => !known.test(name))
  ) {
    throw new Error(`"${text}" is no NCRONTAB expression.`);
  }
  const cron = new Cron(expression, {
    mode: '5-or-6-parts',
    timezone: timeZone,
    domAndDow: true,
    sloppyRanges: true,
    paused: true,
  });
  return { next: (t) => cron.nextRun(new Date(t))?.getTime() };
}

/** What is kept of a timer between runs of the host, in epoch ms. */
export interface TimerStatus {
  /** Start of the last run, 0 before the first. */
  last: number;
  /** When the run after that was due. */
  next: number;
  /** When this was noted: the last run, or the first time the timer was seen. */
  lastUpdated: number;
}

/** A schedule is kept across restarts unless told otherwise or due more often than every minute, as in Azure. */
export function isMonitored(schedule: Schedule, useMonitor: boolean, now: number): boolean {
  const first = schedule.next(now);
  const second = first === undefined ? undefined : schedule.next(first);
  if (first === undefined || second === undefined) return useMonitor;
  return useMonitor && second - first >= 60_000;
}

/** What a timer does when the host starts: runs at once (`pastDue` when a run was missed) or waits for `due`. */
export function atStart(
  schedule: Schedule,
  { status, runOnStartup, now }: { status: TimerStatus | undefined; runOnStartup: boolean; now: number },
): { runNow: boolean; pastDue: boolean; due: number | undefined } {
  // The plan is made anew from the last run: the schedule may have been edited since.
  const planned = status ? schedule.next(status.lastUpdated) : undefined;
  const pastDue = planned !== undefined && planned <= now;
  return { runNow: pastDue || runOnStartup, pastDue, due: schedule.next(now) };
}

/**
 * A due time that lies more than this before the moment its run starts is past due: the process slept, or simulated time
 * jumped over it.
 */
const tolerance = 60_000;

/**
 * One run per wake-up: due times that passed together (a jump of the clock, a long run before) become one run, so no due
 * time runs twice. Returns undefined when nothing is due yet.
 */
export function dueRun(
  schedule: Schedule,
  due: number,
  now: number,
): { pastDue: boolean; next: number | undefined } | undefined {
  if (now < due) return undefined;
  return { pastDue: now - due > tolerance, next: schedule.next(now) };
}
