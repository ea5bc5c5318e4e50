import { decideRound } from '../../../shared/batches/dispatch';
import { tripsAfter } from '../../../shared/batches/breaker';
import type { BatchRecord, BatchRow, RowStatus } from '../../../shared/records/batches';
import type { FailureRecord } from '../../../shared/records/types';

const now = Date.parse('2026-11-22T12:00:00Z');
const minute = 60_000;
const at = (minutes: number): string => new Date(now + minutes * minute).toISOString();

const open: Pick<BatchRecord, 'paused' | 'resumed'> = { paused: {}, resumed: {} };
const quota: FailureRecord = {
  class: 'quota',
  code: 'QuotaExceeded',
  message: 'No cores are left.',
  step: 'plan',
};
const guest: FailureRecord = { class: 'fatal', code: 'timeout', message: 'RRAS.', step: 'configureGuest' };
const odd: FailureRecord = {
  class: 'conflict',
  code: 'AnotherOperation',
  message: 'Busy.',
  step: 'addRoute',
};

type Sketch = RowStatus | [RowStatus, Partial<BatchRow>];

function rows(...sketches: Sketch[]): BatchRow[] {
  return sketches.map((sketch, index) => {
    const [status, more] = typeof sketch === 'string' ? [sketch, {}] : sketch;
    const request = { network: 'one', name: `hv-${index + 1}`, onFailure: 'undo' as const };
    return { batch: 'b', row: index + 1, request, status, ...more };
  });
}

const failed = (minutes: number, failure: FailureRecord): Sketch => [
  'failed',
  { finishedAt: at(minutes), failure },
];
const ready = (minutes: number): Sketch => ['succeeded', { finishedAt: at(minutes) }];

const decide = (list: BatchRow[], head: Parameters<typeof decideRound>[0] = open, window = 3) =>
  decideRound(head, list, { window, now });
const numbers = (list: BatchRow[]): number[] => list.map(({ row }) => row);

describe('the first host of a network', () => {
  it('goes alone', () => {
    expect(numbers(decide(rows('pending', 'pending', 'pending')).enqueue)).toEqual([1]);
  });

  it.each<RowStatus>(['queued', 'running'])('is waited for while it is %s', (status) => {
    const round = decide(rows([status, { queuedAt: at(-1) }], 'pending'));
    expect(round).toEqual({ enqueue: [], cancel: [], stop: [], pause: [], finished: false });
  });

  it.each<Sketch>([ready(-1), ['unchanged', { finishedAt: at(-1) }]])(
    'lets the others follow once ready',
    (first) => {
      expect(numbers(decide(rows(first, 'pending', 'pending')).enqueue)).toEqual([2, 3]);
    },
  );

  it('stops the batch if it fails, whatever the failure', () => {
    const { pause, enqueue } = decide(rows(failed(-1, odd), 'pending'));
    expect(enqueue).toEqual([]);
    expect(pause).toEqual([
      { network: 'one', reason: expect.stringContaining('AnotherOperation') as string },
    ]);
  });

  it('is another one if the first was refused: that says nothing about the network', () => {
    expect(numbers(decide(rows(['refused', { finishedAt: at(-1) }], 'pending', 'pending')).enqueue)).toEqual([
      2,
    ]);
  });

  it('is tried anew after a resume', () => {
    const list = rows(failed(-5, odd), 'pending', 'pending');
    expect(numbers(decide(list, { ...open, resumed: { one: at(-5) } }).enqueue)).toEqual([2]);
  });
});

describe('the hosts after it', () => {
  it('fill the window', () => {
    const list = rows(ready(-9), 'running', ['queued', { queuedAt: at(-1) }], 'pending', 'pending');
    expect(numbers(decide(list).enqueue)).toEqual([4]);
  });

  it.each([quota, guest])('stop after as many failures in a row of one systemic kind', (failure) => {
    const some = Array.from({ length: tripsAfter - 1 }, (_, index) => failed(index - 8, failure));
    expect(decide(rows(ready(-9), ...some, 'pending')).pause).toEqual([]);
    const { pause, enqueue } = decide(rows(ready(-9), ...some, failed(-1, failure), 'pending'));
    expect(enqueue).toEqual([]);
    expect(pause).toEqual([{ network: 'one', reason: expect.stringContaining(failure.code) as string }]);
  });

  it('go on when a success came in between, or another kind of failure, or none that is systemic', () => {
    const mixed = [
      [failed(-8, quota), failed(-7, quota), ready(-6), failed(-5, quota)],
      [failed(-8, quota), failed(-7, guest), failed(-6, quota), failed(-5, guest)],
      [failed(-8, odd), failed(-7, odd), failed(-6, odd), failed(-5, odd)],
    ];
    for (const list of mixed) {
      expect(decide(rows(ready(-9), ...list, 'pending'))).toMatchObject({
        pause: [],
        enqueue: [{ status: 'pending' }],
      });
    }
  });

  it('judge by the time of the failures, not by their rows', () => {
    const list = rows(failed(-1, quota), ready(-4), failed(-3, quota), failed(-2, quota), 'pending');
    expect(decide(list).pause).toHaveLength(1);
  });

  it('go on after a resume', () => {
    const list = rows(ready(-9), failed(-8, quota), failed(-7, quota), failed(-6, quota), 'pending');
    expect(numbers(decide(list, { ...open, resumed: { one: at(-6) } }).enqueue)).toEqual([5]);
  });
});

it('sends a message again that nobody took for half an hour', () => {
  const list = rows(ready(-90), ['queued', { queuedAt: at(-31) }], ['queued', { queuedAt: at(-29) }]);
  expect(numbers(decide(list).enqueue)).toEqual([2]);
});

it('does nothing on a network that is paused, and goes on with others', () => {
  const list = rows('pending', 'pending');
  const [, second] = list;
  if (second) second.request = { ...second.request, network: 'two' };
  const paused = { one: { since: at(-1), reason: 'why' } };
  expect(numbers(decide(list, { ...open, paused }).enqueue)).toEqual([2]);
});

describe('a batch that is cancelled', () => {
  const cancelled = { ...open, cancelledAt: at(-1) };

  it('begins nothing, and waits for what is under way', () => {
    const round = decide(rows(ready(-9), 'running', ['queued', { queuedAt: at(-1) }], 'pending'), cancelled);
    expect(numbers(round.cancel)).toEqual([3, 4]);
    expect(round).toMatchObject({ enqueue: [], pause: [], finished: false });
  });

  it('asks what is under way to stop if it is to be cancelled, too; once, and again after five minutes', () => {
    const asked = (minutes: number): Sketch => ['running', { stopAskedAt: at(minutes) }];
    const list = rows(ready(-9), 'running', asked(-4), asked(-6), 'pending');
    const round = decide(list, { ...cancelled, cancelsRunning: true });
    expect(numbers(round.stop)).toEqual([2, 4]);
    expect(numbers(round.cancel)).toEqual([5]);
    expect(decide(list, cancelled).stop).toEqual([]);
    expect(decide(list).stop).toEqual([]);
  });

  it('asks forty at a time, so that what the dispatch is told stays small', () => {
    const list = rows(...Array<Sketch>(100).fill('running'));
    expect(decide(list, { ...cancelled, cancelsRunning: true }).stop).toHaveLength(40);
  });

  it('is over when nothing is under way', () => {
    expect(decide(rows(ready(-9), 'pending'), cancelled).finished).toBe(true);
  });
});

it('is over when all rows are', () => {
  const over: Sketch[] = [ready(-1), failed(-1, quota), 'refused', 'poisoned', 'cancelled', 'unchanged'];
  expect(decide(rows(...over)).finished).toBe(true);
  expect(decide(rows(...over, 'queued')).finished).toBe(false);
});
