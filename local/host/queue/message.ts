import type { QueueSettings } from '../settings';

/**
 * Text of a queue message as the function sees it. With encoding `base64` a text that is not base64 of UTF-8 is taken as it
 * is, so that senders of either kind work here; Azure moves such a message to the poison queue.
 */
export function decodeMessage(text: string, encoding: QueueSettings['messageEncoding']): string {
  if (encoding === 'none' || text === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text) || text.length % 4 !== 0)
    return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return text;
  }
}

export function encodeMessage(text: string, encoding: QueueSettings['messageEncoding']): string {
  return encoding === 'none' ? text : Buffer.from(text).toString('base64');
}

/** How an attempt at a message ended; `lost`: the app's process died under it. */
export type Attempt = 'succeeded' | 'failed' | 'lost';

export type Disposition = 'run' | 'delete' | 'poison' | 'retry' | 'release';

/** What to do with a message just received: one that was tried often enough, by processes that died, is not run again. */
export function onReceived(dequeueCount: number, maxDequeueCount: number): Disposition {
  return dequeueCount > maxDequeueCount ? 'poison' : 'run';
}

/** What to do after an attempt: `retry` = visible again after the configured time, `release` = visible at once. */
export function onAttempt(attempt: Attempt, dequeueCount: number, maxDequeueCount: number): Disposition {
  if (attempt === 'succeeded') return 'delete';
  if (attempt === 'lost') return 'release';
  return dequeueCount >= maxDequeueCount ? 'poison' : 'retry';
}

const firstPollDelay = 50;

/** Ms to wait after a poll that found nothing: doubles from 50 ms up to the longest allowed. */
export function nextPollDelay(previous: number | undefined, longest: number): number {
  return Math.min(previous === undefined ? firstPollDelay : previous * 2, longest);
}
