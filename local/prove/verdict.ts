import type { Evidence } from './evidence';

export interface Verdict {
  verdict: 'proved' | 'refuted' | 'not reached';
  /** What was seen, or why nothing was, in one line. */
  evidence: string;
}

export const proved = (evidence: string): Verdict => ({ verdict: 'proved', evidence });
export const refuted = (evidence: string): Verdict => ({ verdict: 'refuted', evidence });
export const notReached = (evidence: string): Verdict => ({ verdict: 'not reached', evidence });

/** What one run says about one statement. Pure. */
export type Judge = (evidence: Evidence) => Verdict;

/** No run can say anything about it. */
export const never =
  (reason: string): Judge =>
  () =>
    notReached(reason);

/** Statement in the docs that nobody has seen hold on a real Azure. */
export interface Statement {
  /** As in the tables of the docs. */
  id: string;
  text: string;
  judge: Judge;
}

export interface Judged extends Verdict {
  id: string;
  statement: string;
}

export function judgeAll(statements: readonly Statement[], evidence: Evidence): Judged[] {
  return statements.map(({ id, text, judge }) => ({ id, statement: text, ...judge(evidence) }));
}
