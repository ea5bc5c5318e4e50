import { isRunId, requestedRun, scheduledRun } from '../../../shared/reconcile/runId';

const instant = new Date('2026-01-02T03:04:05.678Z');

it('a scheduled run is the same however often its trigger fires', () => {
  expect(scheduledRun('nested-fun', instant)).toBe('reconcile-nested-fun-20260102T030405678Z');
  expect(scheduledRun('nested-fun', new Date(instant))).toBe(scheduledRun('nested-fun', instant));
});

it('a request never gets the run of the schedule or of another request', () => {
  const ids = [scheduledRun('n', instant), ...Array.from({ length: 50 }, () => requestedRun('n', instant))];
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !isRunId(id))).toEqual([]);
});

it.each([
  'reconcile-n',
  'reconcile-N-20260102T030405678Z',
  'paths-1',
  "reconcile-n-20260102T030405678Z-' or",
])('%s is no run', (id) => {
  expect(isRunId(id)).toBe(false);
});
