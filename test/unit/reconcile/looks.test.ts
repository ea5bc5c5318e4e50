import { afterRun, hostsToAsk, isNewBoot, mostLooks, withStarted } from '../../../shared/reconcile/looks';
import type { ReconcileState } from '../../../shared/records/reconciliation';
import type { HostRecord } from '../../../shared/records/types';

const now = Date.UTC(2026, 0, 10);
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString();
const host = (name: string, hours: number | undefined, more: Partial<HostRecord> = {}) =>
  ({
    name,
    state: 'ready',
    ...(hours === undefined ? {} : { guest: { os: 'w', bootTime: ago(hours), verifiedAt: ago(hours) } }),
    ...more,
  }) as HostRecord;
const state = (more: Partial<ReconcileState> = {}): ReconcileState => ({
  network: 'n',
  sightings: {},
  ...more,
});
const ask = (hosts: HostRecord[], from = state(), hours = 24, all = false) =>
  hostsToAsk(hosts, from, { all, hours, now });

describe('hosts that are asked by the verify phase', () => {
  it('are those that have not been for long, the longest first', () => {
    expect(ask([host('young', 23), host('old', 30), host('older', 40), host('never', undefined)])).toEqual([
      'older',
      'old',
    ]);
  });

  it('are no others where none is to be asked', () => {
    expect(ask([host('old', 900)], state(), 0)).toEqual([]);
  });

  it('are, before all others, those that had been stopped and run again', () => {
    const hosts = [host('old', 30), host('young', 1), host('off', 90)];
    expect(ask(hosts, state({ started: ['young'], stopped: ['off'] }))).toEqual(['young', 'old']);
    expect(ask(hosts, state({ started: ['young'] }), 0)).toEqual(['young']);
  });

  it('are asked again after a day, too, where something was wrong', () => {
    const failed = (hours: number) => ({
      guest: { os: 'w', bootTime: ago(90), verifiedAt: ago(90), failedAt: ago(hours) },
    });
    expect(ask([host('a', 90, failed(2)), host('b', 90, failed(25))])).toEqual(['b']);
  });

  it('are free and ready, and so many at once', () => {
    const hosts = Array.from({ length: 15 }, (_, index) => host(`h${index}`, 30 + index));
    expect(ask(hosts)).toHaveLength(mostLooks);
    expect(ask(hosts, state(), 24, true)).toHaveLength(15);
    expect(
      ask([host('a', 99, { claim: 'op' }), host('b', 99, { state: 'failed' })], state(), 24, true),
    ).toEqual([]);
  });
});

describe('after a run', () => {
  it('hosts that ran when they had been stopped wait until they have been asked', () => {
    const first = afterRun(state(), { stopped: ['a', 'b'] });
    expect(first).toEqual({ stopped: ['a', 'b'], started: [] });
    const second = afterRun(state(first), { stopped: ['b'] });
    expect(second).toEqual({ stopped: ['b'], started: ['a'] });
    const guests = { a: { ok: true, failedChecks: [] } };
    expect(afterRun(state(second), { stopped: ['b'], guests })).toEqual({ stopped: ['b'], started: [] });
    expect(afterRun(state(second), { stopped: ['a', 'b'] })).toEqual({ stopped: ['a', 'b'], started: [] });
  });

  it('that saw nothing, nothing is forgotten', () => {
    const before = { stopped: ['b'], started: ['a'] };
    expect(afterRun(state(before), {})).toEqual(before);
  });
});

it('a start that somebody else saw is one, but for the seconds by which two looks differ', () => {
  const { guest } = host('a', 5);
  const later = (seconds: number) => new Date(Date.parse(ago(5)) + seconds * 1_000).toISOString();
  expect([0, 10, 11, -11].map((seconds) => isNewBoot(guest, later(seconds)))).toEqual([
    false,
    false,
    true,
    true,
  ]);
  expect(isNewBoot(undefined, later(60))).toBe(false);
  expect(withStarted(state({ started: ['a', 'b'] }), 'a').started).toEqual(['a', 'b']);
});
