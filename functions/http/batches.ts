import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { linkTo, newestOf, newestQuery } from '../../shared/api/pages';
import { batchPageQuery, cancelBatchQuery, resumption } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { cancelBatch, findBatch, resumeBatch } from '../../shared/batches/steer';
import { batchView, resultSheet, rowView } from '../../shared/batches/views';
import { isRowOver, type BatchRow } from '../../shared/records/batches';
import { records } from '../app';
import { accepted, ok, securityHeaders } from './answer';
import { endpoint } from './endpoint';
import { callerOf, jsonBody, queryOf } from './request';

const path = (id: string): string => `/api/v1/batches/${id}`;
const idOf = (request: HttpRequest): string => request.params['id'] ?? '';
const now = (): string => new Date().toISOString();

endpoint('listBatches', async (request) => {
  const query = queryOf(request);
  const wish = validate(newestQuery, query);
  const { page, next } = newestOf(await records().batches.list(), ({ createdAt }) => createdAt, wish);
  return ok(
    page.map((batch) => batchView(batch)),
    linkTo('/api/v1/batches', query, next),
  );
});

endpoint('getBatch', async (request) => {
  const { format, ...page } = validate(batchPageQuery, queryOf(request));
  const batch = await findBatch(records(), idOf(request));
  const rows = (await records().batches.rows(batch.id)).map(({ record }) => record);
  if (format === 'csv') return await sheet(batch.id, rows);
  return ok({ ...batchView(batch, rows), ...pageOf(batch.id, rows, page) });
});

endpoint('cancelBatch', async (request) => {
  const { running } = validate(cancelBatchQuery, queryOf(request));
  const batch = await cancelBatch(records(), idOf(request), {
    ...{ now: now(), caller: callerOf(request).id, running },
  });
  return batch.state === 'finished' ? ok(batchView(batch)) : accepted(path(batch.id), batchView(batch));
});

endpoint('resumeBatch', async (request) => {
  const { network } = validate(resumption, await jsonBody(request, {}));
  const caller = callerOf(request).id;
  const batch = await resumeBatch(records(), idOf(request), { now: now(), caller, network });
  return accepted(path(batch.id), batchView(batch));
});

function pageOf(
  id: string,
  rows: readonly BatchRow[],
  { after, limit, status }: { after: number; limit: number; status?: string | undefined },
) {
  const rest = rows.filter((row) => row.row > after && (status === undefined || row.status === status));
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const filter = status === undefined ? '' : `&status=${encodeURIComponent(status)}`;
  const next =
    last && rest.length > limit ? `${path(id)}?after=${last.row}&limit=${limit}${filter}` : undefined;
  return { rows: page.map(rowView), ...(next === undefined ? {} : { next }) };
}

async function sheet(id: string, rows: readonly BatchRow[]): Promise<HttpResponseInit> {
  const networks = [...new Set(rows.filter(isRowOver).map(({ request }) => request.network))];
  const hosts = await Promise.all(networks.map((network) => records().hosts.list(network)));
  return {
    status: 200,
    body: resultSheet(rows, hosts.flat()),
    headers: {
      ...securityHeaders,
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="batch-${id}.csv"`,
    },
  };
}
