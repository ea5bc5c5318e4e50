import type { DurableClient } from 'durable-functions';
import type { AdmissionContext } from '../shared/admission/admit';
import { callbackFindings } from '../shared/api/callback';
import { settings } from '../shared/config';
import { createRequestQueue, type RequestQueue } from '../shared/queue';
import { createRecords } from '../shared/records/createRecords';
import type { Records } from '../shared/records/store';
import { activeTraceparent, withTrace } from '../shared/telemetry/trace';
import { isStarted, startDelivery, startOperation } from './durable';

let opened: Records | undefined;
let sender: RequestQueue | undefined;

/** What the schema of a request cannot know about its callback. */
export const callbackMistakes = (value: unknown) => callbackFindings(settings().callbacks)(value);

/** The records of this process; storage is contacted at the first call that needs it. */
export function records(): Records {
  opened ??= createRecords(settings().storage);
  return opened;
}

/** The app's own queue. */
export function requestQueue(): RequestQueue {
  sender ??= createRequestQueue(settings().storage);
  return sender;
}

/** What admission needs from the outside, over the durable client of one invocation. */
export function admission(client: DurableClient): AdmissionContext {
  return {
    records: records(),
    isStarted: (id) => isStarted(client, id),
    start: ({ id, kind, traceparent }) => withTrace(traceparent, () => startOperation(client, id, kind)),
    // The timer starts what is not started here.
    deliver: (callback) => startDelivery(client, callback).catch(() => undefined),
    installation: settings().installation,
    now: () => new Date().toISOString(),
    mostOpen: settings().operationsPerCaller,
    traceparent: activeTraceparent,
  };
}
