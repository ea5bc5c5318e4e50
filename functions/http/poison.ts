import { Problem } from '../../shared/api/problems';
import { linkTo, newestOf, newestQuery } from '../../shared/api/pages';
import { plainId } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { replayPoison } from '../../shared/batches/poison';
import { poisonView } from '../../shared/batches/views';
import { records, requestQueue } from '../app';
import { accepted, ok } from './answer';
import { endpoint } from './endpoint';
import { callerOf, queryOf } from './request';

endpoint('listPoison', async (request) => {
  const query = queryOf(request);
  const wish = validate(newestQuery, query);
  const { page, next } = newestOf(await records().poison.list(), ({ lastAt }) => lastAt, wish);
  return ok(page.map(poisonView), linkTo('/api/v1/poison', query, next));
});

/** Puts the message back into the queue. It is delivered as it was: mend what stood in its way first. */
endpoint('replayPoison', async (request) => {
  const id = request.params['id'] ?? '';
  const send = (text: string) => requestQueue().sendText(text);
  const replay = { replayedAt: new Date().toISOString(), replayedBy: callerOf(request).id };
  const record = plainId.test(id) ? await replayPoison(records(), id, replay, send) : undefined;
  if (!record) throw new Problem('unknown-poison', `There is no poison message ${id}.`);
  return accepted('/api/v1/poison', poisonView(record));
});
