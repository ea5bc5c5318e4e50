import type { DurableClient } from 'durable-functions';
import { callbackPath, callbackView } from '../../shared/api/callback';
import { deliveryInstance, sentAgain } from '../../shared/callbacks/state';
import type { CallbackRecord } from '../../shared/records/callbacks';
import { RecordConflict } from '../../shared/records/store';
import { records } from '../app';
import { instanceState, startDelivery } from '../durable';
import { accepted } from './answer';
import { durableEndpoint } from './endpoint';
import { readCallback } from './getCallback';
import { callerOf } from './request';

/** Begins the schedule of attempts anew, under the same webhook-id; one that is under way goes on as it is. */
durableEndpoint('resendCallback', async (request, client) => {
  const callback = await begun(client, request.params['id'], callerOf(request).id);
  await startDelivery(client, callback);
  return accepted(callbackPath(callback.id), callbackView(callback));
});

async function begun(client: DurableClient, id: string | undefined, caller: string): Promise<CallbackRecord> {
  for (;;) {
    const { record, etag } = await readCallback(id);
    const ended = (await instanceState(client, deliveryInstance(record))) === 'ended';
    if (record.status === 'waiting' && !ended) return record;
    const next = sentAgain(record, caller);
    try {
      await records().callbacks.replace(next, etag);
      return next;
    } catch (error) {
      // Somebody else asked for the same at the same time, or an attempt has just ended.
      if (!(error instanceof RecordConflict)) throw error;
    }
  }
}
