import { post } from '../../shared/callbacks/post';
import { traceAttempt } from '../../shared/callbacks/tracing';
import { signedHeaders } from '../../shared/callbacks/sign';
import { afterAttempt, secondsUntilNext, type AttemptResult } from '../../shared/callbacks/state';
import { judgeTarget } from '../../shared/callbacks/target';
import type { CallbackRecord } from '../../shared/records/callbacks';
import { measure } from '../../shared/telemetry/metrics';
import type { Dependencies } from './context';

/** Input of the orchestration `deliverCallback`. */
export interface DeliveryInput {
  callback: string;
  /** A later round takes over from an earlier one. */
  round: number;
}

/**
 * Sends a callback if it is due, and says in how many seconds it will be again; nothing if it is done with. If the process
 * dies between the sending and the note of it, it is sent once more.
 */
export async function attemptCallback(
  deps: Dependencies,
  { callback, round, now }: DeliveryInput & { now: number },
): Promise<{ againSeconds?: number }> {
  const row = await deps.records.callbacks.get(callback);
  if (!row || row.record.round !== round) return {};
  const due = secondsUntilNext(row.record, now);
  if (due === undefined) return {};
  if (due > 0) return { againSeconds: due };
  const result = await traceAttempt(row.record, () => attempt(deps, row.record));
  const next = afterAttempt(row.record, result, now);
  await deps.records.callbacks.replace(next, row.etag);
  if (next.status === 'undelivered') measure('callbacksUndelivered', 1, { event: next.event });
  const againSeconds = secondsUntilNext(next, now);
  return againSeconds === undefined ? {} : { againSeconds };
}

/** The rules are asked again at every attempt: what they allowed at the request they may have forbidden since. */
async function attempt(
  { callbacks }: Dependencies,
  { id, url, body }: CallbackRecord,
): Promise<AttemptResult> {
  const { secrets, ...rules } = callbacks;
  const target = judgeTarget(url, rules);
  if (typeof target === 'string') return { kind: 'final', code: 'TargetNotAllowed', message: target };
  if (secrets.length === 0) {
    const message = 'There is no secret to sign with. Set CALLBACK_SECRETS, or mend its Key Vault reference.';
    return { kind: 'failed', code: 'NoSigningSecret', message };
  }
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'user-agent': 'nested-hosts',
    ...signedHeaders(secrets, { id, body: text, at: new Date() }),
  };
  return post(target, { headers, body: text });
}
