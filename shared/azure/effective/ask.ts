import { judgeEffective, readEffectiveRoutes, type Opinion } from '../../network/effective';
import type { AzureClients } from '../clients';
import { parseId } from '../ids';
import type { Failed } from '../outcome';
import { answerAt, networkApiVersion, question, type Answer } from '../raw';
import type { Ask } from './asks';

export interface Advanced {
  asks: Ask[];
  /** Seconds after which Azure wants to be asked again, the longest of all. */
  pollAfterSeconds?: number;
}

/**
 * One look at every question that has no answer yet: asks it, or looks whether its answer is there. A refusal is an opinion
 * like any other, since it contradicts nothing; what Azure may still answer stays open.
 */
export async function advance(clients: AzureClients, asks: readonly Ask[]): Promise<Advanced> {
  const looks = await Promise.all(
    asks.map(async (ask) => (ask.opinion ? undefined : await look(clients, ask))),
  );
  const waits = looks.flatMap((answer) => waitOf(answer) ?? []);
  return {
    asks: asks.map((ask, index) => after(ask, looks[index])),
    ...(waits.length > 0 ? { pollAfterSeconds: Math.max(...waits) } : {}),
  };
}

function waitOf(answer: Answer | undefined): number | undefined {
  if (answer?.status === 'pending') return answer.pollAfterSeconds;
  return answer?.status === 'failed' ? answer.retryAfterSeconds : undefined;
}

async function look(clients: AzureClients, { id, operation }: Ask): Promise<Answer> {
  const { subscriptionId } = parseId(id);
  return operation === undefined
    ? question(clients, subscriptionId, `${id}/effectiveRouteTable?api-version=${networkApiVersion}`)
    : answerAt(clients, subscriptionId, operation);
}

function after(ask: Ask, answer: Answer | undefined): Ask {
  switch (answer?.status) {
    case undefined:
      return ask;
    case 'pending':
      return { ...ask, operation: answer.operation };
    case 'failed':
      return again(ask, answer) ?? { ...ask, opinion: unanswered(ask, `${answer.code}: ${answer.message}`) };
    case 'answered': {
      const routes = readEffectiveRoutes(answer.body);
      const opinion = routes
        ? judgeEffective(ask, ask.expect, routes)
        : unanswered(ask, 'Azure gave no list of routes.');
      return { ...ask, opinion };
    }
  }
}

/** The question as it goes on after a failure that passes: put anew, unless only the look was one too many. */
function again(ask: Ask, failure: Failed): Ask | undefined {
  if (failure.class === 'throttled') return ask;
  const { operation: _, ...anew } = ask;
  return passes(failure) ? anew : undefined;
}

/** True of what is over when one asks a little later. */
export const passes = ({ class: cls }: Failed): boolean =>
  cls === 'transient' || cls === 'throttled' || cls === 'conflict';

/** Says of a question that it was left without an answer. */
export const unanswered = ({ nic, subnet }: Ask, why: string): Opinion => ({
  problems: [],
  notes: [`The routes in force at ${nic} in ${subnet} are not known: ${why}`],
});
