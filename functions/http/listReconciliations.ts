import { z } from 'zod';
import { networkName } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { reportView } from '../../shared/api/views';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { queryOf } from './request';

const query = z.strictObject({ network: networkName.optional() });

endpoint('listReconciliations', async (request) => {
  const { network } = validate(query, queryOf(request));
  const reports = await records().reports.list(network);
  reports.sort((a, b) => Date.parse(b.startedAt) - Date.parse(a.startedAt));
  return ok(reports.map((report) => reportView(report)));
});
