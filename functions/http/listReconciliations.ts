import { linkTo, reconciliationsQuery } from '../../shared/api/pages';
import { validate } from '../../shared/api/validate';
import { reportView } from '../../shared/api/views';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { queryOf } from './request';

endpoint('listReconciliations', async (request) => {
  const query = queryOf(request);
  const { network, limit, after } = validate(reconciliationsQuery, query);
  const { reports, next } = await records().reports.page(network, limit, after);
  return ok(
    reports.map((report) => reportView(report)),
    linkTo('/api/v1/reconciliations', query, next),
  );
});
