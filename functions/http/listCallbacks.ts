import { callbackView } from '../../shared/api/callback';
import { callbacksQuery, linkTo } from '../../shared/api/pages';
import { validate } from '../../shared/api/validate';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { queryOf } from './request';

endpoint('listCallbacks', async (request) => {
  const query = queryOf(request);
  const { limit, after, ...filter } = validate(callbacksQuery, query);
  const { callbacks, next } = await records().callbacks.page(filter, limit, after);
  return ok(callbacks.map(callbackView), linkTo('/api/v1/callbacks', query, next));
});
