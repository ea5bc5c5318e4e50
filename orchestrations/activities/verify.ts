import { advance, unanswered } from '../../shared/azure/effective/ask';
import { planAsks, type Ask } from '../../shared/azure/effective/asks';
import { findWitnesses } from '../../shared/azure/effective/witnesses';
import { outcomeOf } from '../../shared/azure/ensure';
import type { HostLayout } from '../../shared/azure/layout';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { readNetworkInterface } from '../../shared/azure/resources/networkInterface';
import { observeRouting } from '../../shared/azure/routing';
import { verifyRouting } from '../../shared/azure/verify';
import { loadLayout, type Dependencies } from './context';

export interface VerifyFacts {
  /** What could not be proven, and why; absent: nothing of the kind. */
  warning?: string;
}

export interface VerifyInput {
  operation: string;
  /** Time of the orchestration, epoch milliseconds. */
  now: number;
}

/** Questions to Azure under way. Their operation URLs are too long for a history. */
interface Questions {
  /** Epoch milliseconds. */
  askedAt: number;
  asks: Ask[];
  /** What could not even be asked. */
  notes: string[];
}

/** Azure takes some seconds for an answer. One that is not there by then proves nothing either way. */
const patienceMs = 180_000;
const longestWarning = 1_000;

/**
 * Step "verify", Azure side. The first look reads back what was written, compares it with what was promised, and asks Azure
 * for the routes in force at a few interfaces; the next ones collect the answers. What contradicts the promise fails, and
 * is asked again as long as `transient` allows, because routes take a while to be in force. What Azure does not answer
 * only warns.
 */
export async function verifyAzure(
  deps: Dependencies,
  { operation, now }: VerifyInput,
): Promise<Outcome<VerifyFacts>> {
  const layout = await loadLayout(deps, operation);
  const id = `effective-routes-${operation}`;
  const kept = freshOf((await deps.records.documents.get(id))?.body as Questions | undefined, now);
  return outcomeOf(async () => {
    const begun = kept ?? (await askable(deps, layout, now));
    if (Array.isArray(begun)) return failed('transient', 'VerificationFailed', begun.join(' '));
    const { asks, pollAfterSeconds } = await advance(deps.clients, begun.asks);
    const questions: Questions = { ...begun, asks };
    if (asks.some(({ opinion }) => !opinion) && now - begun.askedAt < patienceMs) {
      await keep(deps, id, now, questions);
      return { status: 'pending', ...(pollAfterSeconds === undefined ? {} : { pollAfterSeconds }) };
    }
    if (kept) await keep(deps, id, now);
    return conclude(questions);
  });
}

/** What a run left behind that was lost, or stood still for long, says nothing of how things are. */
const freshOf = (kept: Questions | undefined, now: number): Questions | undefined =>
  kept && now - kept.askedAt < 2 * patienceMs ? kept : undefined;

/** What is to be asked; or every way in which Azure, as read back, falls short of the promise. */
async function askable(
  { clients }: Dependencies,
  layout: HostLayout,
  now: number,
): Promise<Questions | string[]> {
  const [observed, nic1, nic2] = await Promise.all([
    observeRouting(clients, layout),
    readNetworkInterface(clients, layout.nic1.id),
    readNetworkInterface(clients, layout.nic2.id),
  ]);
  const problems = verifyRouting(layout, { ...observed, nic1, nic2 });
  const { own } = observed;
  if (problems.length > 0 || !own) return problems;
  const { witnesses, unread } = await findWitnesses(clients, layout, observed);
  return {
    askedAt: now,
    asks: planAsks(layout, { ...observed, own, nic1 }, witnesses),
    notes: unread.map(
      (subnet) =>
        `Azure lets the app look at no NIC in ${subnet}: what routes are in force there is not known.`,
    ),
  };
}

function conclude({ asks, notes }: Questions): Outcome<VerifyFacts> {
  const opinions = asks.map((ask) => ask.opinion ?? unanswered(ask, 'Azure gave no answer in time.'));
  const problems = opinions.flatMap((opinion) => opinion.problems);
  if (problems.length > 0) return failed('transient', 'VerificationFailed', problems.join(' '));
  const warning = [...notes, ...opinions.flatMap((opinion) => opinion.notes)].join(' ');
  return {
    status: 'done',
    change: 'unchanged',
    ...(warning === '' ? {} : { facts: { warning: warning.slice(0, longestWarning) } }),
  };
}

const keptMs = 24 * 3_600_000;

/** Without questions: they are answered, and the next look asks anew. */
async function keep({ records }: Dependencies, id: string, now: number, body?: Questions): Promise<void> {
  await records.documents.put({
    id,
    kind: 'effectiveRoutes',
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + keptMs).toISOString(),
    ...(body ? { body } : {}),
  });
}
