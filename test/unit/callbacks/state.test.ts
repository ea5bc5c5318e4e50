import fc from 'fast-check';
import {
  afterAttempt,
  deliveryInstance,
  schedule,
  secondsUntilNext,
  sentAgain,
  type AttemptResult,
} from '../../../shared/callbacks/state';
import type { CallbackRecord } from '../../../shared/records/callbacks';
import { waiting } from './fixture';

const start = Date.UTC(2026, 0, 1);
const failed: AttemptResult = { kind: 'failed', status: 503, code: 'Http503', message: 'Busy.' };

/** Makes every attempt as soon as it is due; gives the seconds from the first to each. */
function played(results: (number: number) => AttemptResult): { offsets: number[]; last: CallbackRecord } {
  let record = waiting();
  let now = start;
  const offsets: number[] = [];
  for (;;) {
    const due = secondsUntilNext(record, now);
    if (due === undefined) return { offsets, last: record };
    now += due * 1_000;
    offsets.push((now - start) / 1_000);
    record = afterAttempt(record, results(offsets.length), now);
  }
}

describe('the state of a callback', () => {
  it('is tried as Standard Webhooks recommends, and then given up', () => {
    const { offsets, last } = played(() => failed);
    const gaps = offsets.map((offset, index) => offset - (offsets[index - 1] ?? 0));
    expect(gaps).toEqual([0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
    expect(last).toMatchObject({ status: 'undelivered', attempts: 10, lastAttempt: { code: 'Http503' } });
    expect(last).not.toHaveProperty('nextAttemptAt');
  });

  it('is delivered by the first 2xx', () => {
    const { offsets, last } = played((number) => (number < 3 ? failed : { kind: 'delivered', status: 204 }));
    expect(offsets).toHaveLength(3);
    expect(last).toMatchObject({ status: 'delivered', attempts: 3, lastAttempt: { status: 204 } });
    expect(last.deliveredAt).toBe(new Date(start + 305_000).toISOString());
  });

  it('is given up at once where trying again mends nothing', () => {
    const { last } = played(() => ({ kind: 'final', status: 410, code: 'Gone', message: 'No more.' }));
    expect(last).toMatchObject({ status: 'undelivered', attempts: 1 });
  });

  it('waits as long as the receiver asks, up to a day, and never shorter than the schedule', () => {
    const gap = (retryAfterSeconds: number) =>
      played((number) =>
        number === 1 ? { ...failed, retryAfterSeconds } : { kind: 'delivered', status: 200 },
      ).offsets[1];
    expect([gap(0), gap(1), gap(90), gap(1e9)]).toEqual([5, 5, 90, 86_400]);
  });

  it('is sent again as a round of its own, with the same id and body', () => {
    const { last } = played(() => failed);
    const again = sentAgain(last, 'somebody');
    expect(again).toMatchObject({ id: last.id, body: last.body, status: 'waiting', round: 2, attempts: 0 });
    expect(again.resentBy).toBe('somebody');
    expect(secondsUntilNext(again, start)).toBe(0);
    expect([deliveryInstance(last), deliveryInstance(again)]).toEqual([
      'cb-op-completed',
      'cb-op-completed-2',
    ]);
  });

  it('always ends, whatever receivers answer', () => {
    const result = fc.oneof(
      fc.constant<AttemptResult>(failed),
      fc.record({ ...constant(failed), retryAfterSeconds: fc.nat(1e7) }) as fc.Arbitrary<AttemptResult>,
      fc.constant<AttemptResult>({ kind: 'delivered', status: 200 }),
      fc.constant<AttemptResult>({ kind: 'final', code: 'Gone', message: '' }),
    );
    fc.assert(
      fc.property(fc.array(result, { minLength: 10, maxLength: 10 }), (results) => {
        const { offsets, last } = played((number) => results[number - 1] ?? failed);
        expect(offsets.length).toBeLessThanOrEqual(schedule.length);
        expect(last.status).toBe(
          results[offsets.length - 1]?.kind === 'delivered' ? 'delivered' : 'undelivered',
        );
      }),
    );
  });
});

const constant = (values: object) =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, fc.constant(value as unknown)]));
