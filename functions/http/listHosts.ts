import { z } from 'zod';
import { networkName } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { hostView } from '../../shared/api/views';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { queryOf } from './request';

const query = z.strictObject({ network: networkName.optional() });

endpoint('listHosts', async (request) => {
  const { network } = validate(query, queryOf(request));
  return ok((await records().hosts.list(network)).map(hostView));
});
