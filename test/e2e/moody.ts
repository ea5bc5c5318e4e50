import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import type { Receiver, Reply } from '../unit/callbacks/receiver';

/** What a receiver of callbacks has seen that is not always in the mood to take them. */
export interface Moody {
  /** With each of these every signature has to verify. */
  secrets: readonly string[];
  /** Every `webhook-id` that came. */
  ids: Set<string>;
  attempts: number;
  /** Attempts that it did not take. */
  refused: number;
  /** What did not verify when it came. */
  unverified: string[];
}

const moods: Reply[] = [
  { status: 500 },
  { status: 429, headers: { 'retry-after': '1' } },
  { status: 302, headers: { location: 'https://localhost/elsewhere' } },
  'dropped',
];

/**
 * Makes the receiver refuse about every third attempt, but never one id three times: it would be tried for hours. Checks
 * each signature when it comes, since it is worth something for five minutes only.
 */
export function moody(receiver: Receiver, secrets: readonly string[], seed: number): Moody {
  const seen: Moody = { secrets, ids: new Set(), attempts: 0, refused: 0, unverified: [] };
  const times = new Map<string, number>();
  const draws = fc.sample(fc.integer({ min: 0, max: 3 * moods.length - 1 }), { numRuns: 10_000, seed });
  receiver.reply = ({ headers, body }) => {
    const id = headers['webhook-id'] ?? '';
    seen.ids.add(id);
    seen.attempts += 1;
    for (const secret of secrets) {
      try {
        new Webhook(secret).verify(body, headers);
      } catch (error) {
        seen.unverified.push(`${id}: ${String(error)}`);
      }
    }
    const mood = (times.get(id) ?? 0) < 2 ? moods[draws[seen.attempts % draws.length] ?? 0] : undefined;
    if (mood === undefined) return { status: 204 };
    times.set(id, (times.get(id) ?? 0) + 1);
    seen.refused += 1;
    return mood;
  };
  return seen;
}
