import type { Evidence } from '../../../../local/prove/evidence';
import { statements } from '../../../../local/prove/statements';
import type { Verdict } from '../../../../local/prove/verdict';
import { evidence, phase } from '../evidence';

export const judge = (id: string, more: Partial<Evidence>): Verdict | undefined =>
  statements.find((one) => one.id === id)?.judge(evidence(more));

/** A statement, what a run saw, and what is said of the statement then. */
export type Case = [id: string, what: string, seen: Partial<Evidence>, verdict: Verdict['verdict']];

export function itJudges(cases: Case[]): void {
  it.each(cases)('%s: %s', (id, _what, seen, verdict) => {
    const found = judge(id, seen);
    expect(found?.verdict).toBe(verdict);
    expect(found?.evidence).toMatch(/^\S.*[^ ]$/);
  });
}

/** The phase that every run begins with. */
export const features = phase('features', { bootTime: '2026-01-01T10:00:00Z' });
