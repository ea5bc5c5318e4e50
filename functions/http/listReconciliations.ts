import { app } from '@azure/functions';
import { z } from 'zod';
import { networkName } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { reportView } from '../../shared/api/views';
import { records } from '../app';
import { answer, ok } from './answer';
import { queryOf } from './request';

const query = z.strictObject({ network: networkName.optional() });

app.http('listReconciliations', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'v1/reconciliations',
  handler: (request, context) =>
    answer(context, async () => {
      const { network } = validate(query, queryOf(request));
      const reports = await records().reports.list(network);
      reports.sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
      return ok(reports.map((report) => reportView(report)));
    }),
});
