import fc from 'fast-check';
import { queueMessage } from '../../../shared/api/schemas';
import { bodies, host, messages } from './examples';
import { oddText, spoilt, wellFormed } from './shapes';
import type { WireRequest } from './wire';

const api = '/api/v1';
const json = { 'content-type': 'application/json' };
const body = fc.constantFrom(...bodies);
const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 }).map((array) => Buffer.from(array));

const spoiltBody = body.chain(({ method, path, schema, example }) =>
  spoilt(example, schema).map((value) => ({ method, path, headers: json, body: JSON.stringify(value) })),
);

const brokenJson = fc
  .tuple(
    body,
    fc.double({ min: 0.05, max: 0.95, noNaN: true }),
    fc.constantFrom('cut', 'more', 'quotes', 'twice'),
  )
  .map(([{ method, path, example }, part, how]) => {
    const text = JSON.stringify({ ticket: 'x', ...example });
    const broken = {
      cut: text.slice(0, Math.max(1, Math.floor(text.length * part))),
      more: `${text},`,
      quotes: text.replaceAll('"', "'"),
      twice: text + text,
    };
    return { method, path, headers: json, body: broken[how] };
  });

const wrongType = fc
  .tuple(
    body,
    fc.constantFrom(
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      'text/html',
      '',
      'json',
      'multipart/form-data; boundary=x',
      'text/csv; charset=x',
    ),
  )
  .map(([{ method, path, example }, type]) => ({
    ...{ method, path, headers: { 'content-type': type } },
    body: JSON.stringify({ ticket: 'x', ...example }),
  }));

const rawBody = fc
  .tuple(body, bytes, fc.constantFrom('application/json', 'text/csv', 'application/octet-stream'))
  .map(([{ method, path }, raw, type]) => ({ method, path, headers: { 'content-type': type }, body: raw }));

const badCsv = fc
  .tuple(
    fc.constantFrom('name', 'name,size', 'name,colour', 'name,name', '"name', '__proto__,name', ''),
    fc.array(oddText, { maxLength: 4 }),
  )
  .map(([header, cells]) => ({
    ...{ method: 'POST', path: '/batches?network=nested-fun', headers: { 'content-type': 'text/csv' } },
    body: `${header}\r\n"",\r\n_${cells.join(',')}\r\n`,
  }));

const tooLarge = fc
  .constantFrom(...bodies.filter(({ path }) => path !== '/batches'))
  .map(({ method, path, example }) => ({
    ...{ method, path, headers: json },
    body: JSON.stringify({ ...example, ticket: 'x'.repeat(140_000) }),
  }));

/** One part of a path: texts, and bytes that are no text. */
const segment = fc
  .oneof(
    oddText.map((text) => encodeURIComponent(wellFormed(text))),
    bytes.map((raw) =>
      [...raw.subarray(0, 12)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    ),
    fc.constantFrom(
      '%',
      '%zz',
      '%2e%2e%2e',
      '%2F',
      '.%00',
      'none',
      'x'.repeat(2_000),
      'a'.repeat(32),
      '-',
      '__proto__',
    ),
  )
  // A dot segment names the path above, which may well be served: the URL standard takes it away before anybody sees it.
  .filter((part) => !/^(\.|%2e){1,2}$/i.test(part));
const oddPath = fc
  .tuple(
    fc.constantFrom(
      ...([
        'GET /operations/',
        'DELETE /operations/',
        'GET /batches/',
        'DELETE /batches/',
        'GET /networks/',
      ] as const),
      ...([
        'DELETE /networks/',
        'GET /hosts/nested-fun/',
        'DELETE /hosts/nested-fun/',
        'GET /plans/',
        'GET /paths/',
      ] as const),
      ...([
        'GET /reconciliations/',
        'POST /poison/*/replay',
        'POST /batches/*/resume',
        'GET /hosts/*/paths',
      ] as const),
      ...([
        'POST /networks/*/converge',
        'GET /networks/*/reconcile-policy',
        'PUT /networks/',
        'GET /',
      ] as const),
      ...([
        'POST /hosts/nested-fun/*/repair',
        'POST /hosts/nested-fun/*/inventory',
        'POST /operations/*/restart',
      ] as const),
      ...(['GET /callbacks/', 'POST /callbacks/*/resend'] as const),
    ),
    segment,
  )
  .map(([line, part]): WireRequest => {
    const [method = '', path = ''] = line.split(' ');
    return { method, path: path.includes('*') ? path.replace('*', () => part) : `${path}${part}` };
  });

const encoded = oddText.map((text) => encodeURIComponent(wellFormed(text)));
const oddQuery = fc
  .tuple(
    fc.constantFrom(
      ...[
        'GET /hosts?limit=0',
        'GET /hosts?after=x',
        'GET /hosts?network=_',
        'GET /operations?limit=1e9',
        'GET /operations?status=x',
      ],
      ...['GET /operations?after=%ff', 'POST /hosts?dryRun=maybe', 'DELETE /hosts/nested-fun/none?force=1'],
      ...['GET /hosts?x=1', 'GET /operations?host=12', 'GET /operations?ticket='],
      ...[
        'GET /networks?limit=0',
        'GET /reconciliations?after=x',
        'GET /batches?limit=x',
        'GET /poison?after=',
      ],
      ...[
        'GET /callbacks?status=lost',
        'DELETE /batches/none?running=perhaps',
        'DELETE /hosts/nested-fun/ok-1?callbackUrl=https%3A%2F%2Fevil.example%2F',
        'DELETE /hosts/nested-fun/ok-1?callbackEvents=never',
      ],
    ),
    encoded,
  )
  .map(([line, junk]): WireRequest => {
    const [method = '', path = ''] = line.split(' ');
    const with_ = `${path}&${junk === '' ? 'junk' : junk}=${junk}`;
    return {
      method,
      path: with_,
      ...(method === 'POST' ? { headers: json, body: JSON.stringify(host) } : {}),
    };
  });

const headers = fc
  .constantFrom<[string, string]>(
    ['idempotency-key', 'x'.repeat(201)],
    ['idempotency-key', '\u00e9\u00ff'],
    ['idempotency-key', ''],
    ['x-functions-key', 'wrong'],
    ['x-functions-key', ''],
  )
  .map(([name, value]) => ({
    ...{ method: 'POST', path: '/hosts', headers: { ...json, [name]: value } },
    body: JSON.stringify({ network: 'nested-fun', name: 'bad-04' }),
  }));

/** Well-formed, about what is not there. */
const unknown = fc
  .tuple(
    fc.constantFrom<[string, string, object?]>(
      ['POST', '/hosts', { network: 'nowhere', name: 'bad-05' }],
      ['POST', '/hosts', { network: 'nested-fun', name: 'bad-06', ghostedPrefix: '10.99.0.0/24' }],
      ['POST', '/hosts', { network: 'nested-fun', name: 'bad-07', size: 'Standard_B2s' }],
      ['POST', '/batches', { network: 'nowhere', rows: [{ name: 'bad-08' }] }],
      ['POST', '/batches', { network: 'nested-fun', rows: [{ name: 'bad-09' }, { name: 'BAD-09' }] }],
      ['PUT', '/networks/nowhere/reconcile-policy', { dryRun: false }],
      ['POST', '/networks/nowhere/converge', {}],
      ['POST', '/reconciliations', { network: 'nowhere' }],
      [
        'POST',
        '/hosts',
        { network: 'nested-fun', name: 'bad-13', callback: { url: 'https://evil.example/' } },
      ],
      [
        'POST',
        '/hosts',
        { network: 'nested-fun', name: 'bad-14', callback: { url: 'http://hooks.contoso.com/' } },
      ],
      [
        'POST',
        '/batches',
        {
          ...{ network: 'nested-fun', callback: { url: 'https://hooks.contoso.com@evil.example/' } },
          rows: [{ name: 'bad-15' }],
        },
      ],
      [
        'POST',
        '/hosts',
        {
          ...{ network: 'nested-fun', name: 'bad-16' },
          adminPassword: { secretId: 'https://elsewhere.vault.azure.net/secrets/a' },
        },
      ],
      ['POST', '/networks/nowhere/converge', { callback: { url: 'https://hooks.contoso.com/' } }],
      ['DELETE', '/networks/nowhere'],
      ['DELETE', '/networks/nested-fun'],
      ['DELETE', '/hosts/nested-fun/nobody'],
      ['GET', '/hosts/nested-fun/nobody/paths'],
      ['PATCH', '/hosts', { name: 'bad-10' }],
      ['PUT', '/hosts/nested-fun/bad-11', { name: 'bad-11' }],
    ),
    fc.constant(json),
  )
  .map(([[method, path, value], type]): WireRequest => ({
    ...{ method, path },
    ...(value ? { headers: type, body: JSON.stringify(value) } : {}),
  }));

/** A request that has to be refused. */
export const badRequest: fc.Arbitrary<WireRequest> = fc
  .oneof(
    { weight: 40, arbitrary: spoiltBody },
    { weight: 10, arbitrary: brokenJson },
    { weight: 6, arbitrary: wrongType },
    { weight: 10, arbitrary: rawBody },
    { weight: 6, arbitrary: badCsv },
    { weight: 1, arbitrary: tooLarge },
    { weight: 14, arbitrary: oddPath },
    { weight: 5, arbitrary: oddQuery },
    { weight: 3, arbitrary: headers },
    { weight: 5, arbitrary: unknown },
  )
  .map((request) => ({ ...request, path: `${api}${request.path}` }));

/** The queue takes 64 KiB, in base64. */
const largestMessage = 64 * 1024;

/** Texts of the queue that have to be given up, as they lie in it. */
export const badMessage: fc.Arbitrary<string> = fc
  .oneof(
    {
      weight: 6,
      arbitrary: fc
        .constantFrom(...messages)
        .chain((example) => spoilt(example, queueMessage))
        .map((value) => base64(JSON.stringify(value))),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...messages), fc.constantFrom<unknown>(0, 2, '1', null, [1]))
        .map(([example, schemaVersion]) => base64(JSON.stringify({ ...example, schemaVersion }))),
    },
    { weight: 2, arbitrary: bytes.map((raw) => raw.toString('base64')) },
    {
      weight: 1,
      arbitrary: fc.string({ minLength: 1, maxLength: 200 }).filter((text) => text.trim() !== ''),
    },
    { weight: 1, arbitrary: fc.json().map(base64) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...messages)
        .map((example) =>
          base64(JSON.stringify({ ...example, ticket: undefined, network: 'nowhere', name: 'bad-12' })),
        ),
    },
  )
  .filter((text) => text.length < largestMessage);

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
