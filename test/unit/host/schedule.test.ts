import fc from 'fast-check';
import { atStart, dueRun, isMonitored, parseSchedule } from '../../../local/host/timer/schedule';

const at = (text: string): number => Date.parse(text);
const start = at('2026-01-01T00:15:00Z');

describe('timer schedules', () => {
  it.each([
    ['0 */15 * * * *', '2026-01-01T00:30:00Z'],
    ['*/30 * * * * *', '2026-01-01T00:15:30Z'],
    ['*/10 * * * *', '2026-01-01T00:20:00Z'],
    ['5/20 * * * * *', '2026-01-01T00:15:05Z'],
    ['0 30 9 * Jan Mon', '2026-01-05T09:30:00Z'],
    ['0 0 0 13 * 5', '2026-02-13T00:00:00Z'],
    ['00:00:10', '2026-01-01T00:15:10Z'],
    ['1.00:00:00', '2026-01-02T00:15:00Z'],
  ])('%s is next due at %s', (text, next) => {
    expect(parseSchedule(text).next(start)).toBe(at(next));
  });

  it.each([
    '',
    '* * * *',
    '* * * * * * *',
    '@daily',
    '0 0 0 L * *',
    '0 0 0 ? * *',
    '61 * * * * *',
    '00:00:00',
    'never',
  ])('refuses "%s"', (text) => expect(() => parseSchedule(text)).toThrow());

  it('follows the time zone asked for', () => {
    expect(parseSchedule('0 0 9 * * *', 'Europe/Berlin').next(start)).toBe(at('2026-01-01T08:00:00Z'));
  });

  it('keeps a status only of schedules due every minute or less often', () => {
    expect(isMonitored(parseSchedule('0 * * * * *'), true, start)).toBe(true);
    expect(isMonitored(parseSchedule('*/30 * * * * *'), true, start)).toBe(false);
    expect(isMonitored(parseSchedule('0 * * * * *'), false, start)).toBe(false);
  });

  it('however time jumps, runs each due time at most once and misses none for good', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('0 */5 * * * *', '*/30 * * * * *', '00:07:00'),
        fc.array(fc.integer({ min: 1, max: 3_600_000 }), { minLength: 1, maxLength: 50 }),
        (text, jumps) => {
          const schedule = parseSchedule(text);
          let now = start;
          let due = schedule.next(now);
          for (const jump of jumps) {
            now += jump;
            const before = due ?? Infinity;
            const run = dueRun(schedule, before, now);
            // Exactly the wake-ups that passed a due time run, and the next one lies ahead.
            expect(run !== undefined).toBe(before <= now);
            due = run ? run.next : due;
            expect(due).toBeGreaterThan(now);
          }
        },
      ),
    );
  });

  it('calls a run past due when its time is long gone', () => {
    const schedule = parseSchedule('0 */5 * * * *');
    const due = at('2026-01-01T00:20:00Z');
    expect(dueRun(schedule, due, due + 1_000)).toEqual({ pastDue: false, next: at('2026-01-01T00:25:00Z') });
    expect(dueRun(schedule, due, due + 601_000)).toEqual({ pastDue: true, next: at('2026-01-01T00:35:00Z') });
  });
});

describe('a timer when the host starts', () => {
  const schedule = parseSchedule('0 */15 * * * *');
  const status = (lastUpdated: string) => ({ last: 0, next: 0, lastUpdated: at(lastUpdated) });
  const due = at('2026-01-01T00:30:00Z');

  it.each([
    ['first start', undefined, false, { runNow: false, pastDue: false, due }],
    ['runOnStartup', undefined, true, { runNow: true, pastDue: false, due }],
    ['nothing missed', status('2026-01-01T00:15:00Z'), false, { runNow: false, pastDue: false, due }],
    ['a run missed', status('2026-01-01T00:00:00Z'), false, { runNow: true, pastDue: true, due }],
    [
      'a status of a later clock',
      status('2027-01-01T00:00:00Z'),
      false,
      { runNow: false, pastDue: false, due },
    ],
  ])('%s', (_, kept, runOnStartup, expected) => {
    expect(atStart(schedule, { status: kept, runOnStartup, now: start })).toEqual(expected);
  });
});
