import { linkTo, operationsQuery } from '../../shared/api/pages';
import { validate } from '../../shared/api/validate';
import { operationView } from '../../shared/api/views';
import type { OperationFilter } from '../../shared/records/store';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { queryOf } from './request';

/** An overview: steps of those that are finished, and no warrants. */
endpoint('listOperations', async (request) => {
  const query = queryOf(request);
  const { limit, after, ...wish } = validate(operationsQuery, query);
  const filter = Object.fromEntries(
    Object.entries(wish).filter(([, value]) => value !== undefined),
  ) as OperationFilter;
  const { operations, next } = await records().operations.page(filter, limit, after);
  return ok(
    operations.map((operation) => operationView(operation)),
    linkTo('/api/v1/operations', query, next),
  );
});
