import type { Exchange } from './exchange';
import { answerOf, pathOf, sentOf, textAt, typeOf } from './exchange';
import type { Evidence, GuestReport, Round } from './evidence';
import { notReached, proved, refuted, type Judge, type Verdict } from './verdict';

/** What several judges look at. */

export const failedBefore = ({ failure }: Evidence, what: string): Verdict =>
  notReached(`The run ended before ${what}${failure === undefined ? '' : ', by a failure'}.`);

export const putsOf = ({ exchanges }: Evidence, type: string): Exchange[] =>
  exchanges.filter((one) => one.method === 'PUT' && one.by === 'app' && typeOf(one) === type.toLowerCase());

export const okay = ({ status }: Exchange): boolean => status >= 200 && status < 300;

export const refusalsOf = (exchanges: readonly Exchange[]): string =>
  exchanges
    .map((one) => `${one.status} ${textAt(answerOf(one), 'error', 'code') ?? ''}`.trim())
    .filter((text, index, all) => all.indexOf(text) === index)
    .join(', ');

/** Results of guest phases, from the answers in which they came. */
export interface PhaseResult {
  phase: string;
  ok: boolean;
  bootTime: string;
  restartNeeded: boolean;
  changed: string[];
  error?: { code: string; message: string };
  executionState: string;
  exitCode: number;
}

const sentinel = /##nested-hosts-begin##(.*?)##nested-hosts-end##/s;

/** In order; one result for each run command, however often it was read. */
export function phasesOf({ exchanges }: Evidence): PhaseResult[] {
  const results = new Map<string, PhaseResult>();
  for (const one of exchanges) {
    if (one.by !== 'app' || one.method !== 'GET' || typeOf(one) !== 'runcommands') continue;
    const view = (answerOf(one)['properties'] as { instanceView?: Record<string, unknown> } | undefined)
      ?.instanceView;
    const [, line] = sentinel.exec(typeof view?.['output'] === 'string' ? view['output'] : '') ?? [];
    if (!view || line === undefined) continue;
    const said = JSON.parse(line) as Omit<PhaseResult, 'executionState' | 'exitCode'>;
    results.set(pathOf(one), {
      ...said,
      executionState: String(view['executionState']),
      exitCode: Number(view['exitCode']),
    });
  }
  return [...results.values()];
}

/** Rounds in which the guest was heard. */
export const heard = ({ rounds }: Evidence): (Round & { guest: GuestReport })[] =>
  rounds.flatMap((round) => (round.probe.guest ? [{ ...round, guest: round.probe.guest }] : []));

/** A statement about what a guest sees, the same in every round. */
export function inEveryRound(
  what: string,
  seen: (guest: GuestReport) => string,
  good: (guest: GuestReport) => boolean,
): Judge {
  return (evidence) => {
    const rounds = heard(evidence);
    if (rounds.length === 0) return failedBefore(evidence, 'a guest was heard');
    const bad = rounds.filter(({ guest }) => !good(guest));
    const [first] = bad;
    if (first) return refuted(`After ${first.after} ${what}: ${seen(first.guest)}.`);
    return proved(
      `${what}: ${rounds.map(({ guest }) => seen(guest)).join(', ')} in ${rounds.length} rounds.`,
    );
  };
}

export const sentText = (exchange: Exchange, ...path: string[]): string | undefined =>
  textAt(sentOf(exchange), ...path);
