import { callbackView } from '../../shared/api/callback';
import { Problem } from '../../shared/api/problems';
import type { CallbackRecord } from '../../shared/records/callbacks';
import type { Versioned } from '../../shared/records/types';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';

endpoint('getCallback', async (request) =>
  ok(callbackView((await readCallback(request.params['id'])).record)),
);

export async function readCallback(id = ''): Promise<Versioned<CallbackRecord>> {
  const row = /^cb-[a-z2-7]{32}-[a-z]{6,9}$/.test(id) ? await records().callbacks.get(id) : undefined;
  if (!row) throw new Problem('unknown-callback', 'There is no such callback.');
  return row;
}
