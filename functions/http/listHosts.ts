import { app } from '@azure/functions';
import { z } from 'zod';
import { networkName } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { hostView } from '../../shared/api/views';
import { records } from '../app';
import { answer, ok } from './answer';
import { queryOf } from './request';

const query = z.strictObject({ network: networkName.optional() });

app.http('listHosts', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'v1/hosts',
  handler: (request, context) =>
    answer(context, async () => {
      const { network } = validate(query, queryOf(request));
      return ok((await records().hosts.list(network)).map(hostView));
    }),
});
