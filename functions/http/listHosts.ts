import { hostsQuery, linkTo } from '../../shared/api/pages';
import { validate } from '../../shared/api/validate';
import { hostView } from '../../shared/api/views';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { queryOf } from './request';

endpoint('listHosts', async (request) => {
  const query = queryOf(request);
  const { network, limit, after } = validate(hostsQuery, query);
  const { hosts, next } = await records().hosts.page(network, limit, after);
  return ok(hosts.map(hostView), linkTo('/api/v1/hosts', query, next));
});
