import { finishedStates, historyDays, retention, rowDays } from '../../../shared/records/retention';

it('histories go a month after their start, rows a month later, so that an end can be read meanwhile', () => {
  const now = Date.parse('2026-03-31T00:00:00Z');
  const { history, rows } = retention(now);
  expect(history.toISOString()).toBe('2026-03-01T00:00:00.000Z');
  expect(rows.toISOString()).toBe('2026-01-30T00:00:00.000Z');
  expect(rowDays - historyDays).toBe(30);
  expect(finishedStates).not.toContain('Running');
});
