import type { HttpRequest } from '@azure/functions';
import { callbackFromQuery } from '../../shared/api/callback';
import { fingerprint } from '../../shared/api/canonical';
import { validate } from '../../shared/api/validate';
import { acceptBatch, batchId, mistakesOf } from '../../shared/batches/accept';
import { rowsOfCsv } from '../../shared/batches/csv';
import { batchQuery, batchRequest, readRows, type BatchDefaults } from '../../shared/batches/read';
import { refuse } from '../../shared/batches/rowErrors';
import { batchView } from '../../shared/batches/views';
import { callbackMistakes, records } from '../app';
import { startDispatch } from '../durable';
import { accepted } from './answer';
import { durableEndpoint } from './endpoint';
import { csvBody, jsonBody, originOf, queryOf, refuseQuery } from './request';

/** 5,000 rows with all their fields are well below this. */
const largestBatch = 4 * 1024 * 1024;

durableEndpoint('createBatch', async (request, client) => {
  const { rows, defaults } = await sent(request);
  const { placed, errors } = readRows(rows, defaults, callbackMistakes);
  if (errors.length > 0) refuse([...errors, ...(await mistakesOf(records(), placed))]);
  const requests = placed.map(({ request }) => request);
  const { headers, id, caller } = originOf(request);
  const batch = await acceptBatch(
    {
      records: records(),
      start: (started) => startDispatch(client, started),
      now: () => new Date().toISOString(),
    },
    {
      id: batchId(id),
      caller,
      ...(defaults.ticket === undefined ? {} : { ticket: defaults.ticket }),
      fingerprint: fingerprint(requests),
      requests,
    },
  );
  return accepted(`/api/v1/batches/${batch.id}`, batchView(batch), headers);
});

/** Rows come as JSON together with their defaults, or as CSV with the defaults in the query. */
async function sent(request: HttpRequest): Promise<{ rows: object[]; defaults: BatchDefaults }> {
  const type = request.headers.get('content-type') ?? '';
  if (/^text\/csv\s*(;.*)?$/i.test(type.trim())) {
    const { callbackUrl, callbackEvents, ...others } = validate(
      batchQuery,
      queryOf(request),
      callbackMistakes,
    );
    const defaults = { ...others, ...callbackFromQuery({ callbackUrl, callbackEvents }) };
    const { rows } = validate(batchRequest.pick({ rows: true }), {
      rows: rowsOfCsv(await csvBody(request, largestBatch)),
    });
    return { rows, defaults };
  }
  // What is the same for all rows stands in the body; beside it, it would be overlooked.
  refuseQuery(request);
  const takes = 'application/json, or rows as text/csv';
  const body = await jsonBody(request, undefined, { largest: largestBatch, takes });
  const { rows: _, ...defaults } = validate(batchRequest, body, callbackMistakes);
  // As they came in: the schema's copy lacks a field named `__proto__`, which is to be refused like any unknown one.
  const { rows } = body as { rows: object[] };
  return { rows, defaults };
}
