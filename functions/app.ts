import type { DurableClient } from 'durable-functions';
import type { AdmissionContext } from '../shared/admission/admit';
import { settings } from '../shared/config';
import { createRequestSender, type RequestSender } from '../shared/queue';
import { createRecords } from '../shared/records/createRecords';
import type { Records } from '../shared/records/store';
import { isStarted, startOperation } from './durable';

let opened: Records | undefined;
let sender: RequestSender | undefined;

/** The records of this process; storage is contacted at the first call that needs it. */
export function records(): Records {
  opened ??= createRecords(settings().storage);
  return opened;
}

/** The app's own queue. */
export function requestQueue(): RequestSender {
  sender ??= createRequestSender(settings().storage);
  return sender;
}

/** What admission needs from the outside, over the durable client of one invocation. */
export function admission(client: DurableClient): AdmissionContext {
  return {
    records: records(),
    isStarted: (id) => isStarted(client, id),
    start: (operation) => startOperation(client, operation.id, operation.kind),
    now: () => new Date().toISOString(),
    mostOpen: settings().operationsPerCaller,
  };
}
