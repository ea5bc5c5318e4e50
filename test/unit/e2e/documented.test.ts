import { mistakeIn } from '../../e2e/documented';

/** The whole-system tests hold every answer of the app against the API document; this is what they would object to. */
describe('an answer', () => {
  const batch = {
    ...{ id: 'b', caller: 'function-key', state: 'running', total: 1 },
    ...{ createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-01-01T00:00:00.000Z' },
  };
  const problem = (slug: string, status: number) => ({
    type: `/problems/${slug}`,
    ...{ title: 'Title', status, detail: 'Detail.' },
  });

  it.each([
    ['GET', '/batches', 200, [batch]],
    ['DELETE', '/batches/b?any=1', 202, batch],
    ['GET', '/networks/-bad-', 400, problem('invalid-request', 400)],
    ['GET', '/networks', 401, undefined],
    ['GET', '/networks', 503, undefined],
    ['GET', '/health', 503, undefined],
    ['GET', '/nowhere', 404, undefined],
  ])('%s %s %i is told of', (method, path, status, body) => {
    expect(mistakeIn(method, path, { status, headers: {}, body })).toBeUndefined();
  });

  it('may be a sheet where the document says so, and tells its media type', () => {
    const sheet = {
      status: 200,
      headers: { 'content-type': 'text/csv; charset=utf-8' },
      body: 'row,network',
    };
    expect(mistakeIn('GET', '/batches/b?format=csv', sheet)).toBeUndefined();
    expect(mistakeIn('GET', '/batches', sheet)).toMatch(/another shape/);
  });

  it('has the headers that the document promises', () => {
    const headers = { 'content-type': 'application/json', location: '/api/v1/batches/b' };
    expect(mistakeIn('POST', '/batches', { status: 202, headers, body: batch })).toMatch(
      /lacks Retry-After, Idempotency-Key/,
    );
  });

  it.each([
    ['a field that nobody told of', 'GET', '/batches', 200, [{ ...batch, owner: 'somebody' }], /owner/],
    ['a field of another kind', 'GET', '/batches', 200, [{ ...batch, total: 'one' }], /total/],
    ['a field that is missing', 'DELETE', '/batches/b', 202, { ...batch, total: undefined }, /total/],
    ['another status', 'GET', '/batches', 202, [batch], /202 is not told of/],
    ['a problem of other calls', 'GET', '/hosts/n/h', 404, problem('unknown-batch', 404), /unknown-batch/],
    ['a problem that is none', 'GET', '/hosts/n/h', 404, { error: 'gone' }, /another shape/],
    ['something where there is nothing', 'GET', '/nowhere', 200, {}, /no route/],
  ])('%s is a mistake', (_what, method, path, status, body, why) => {
    expect(mistakeIn(method, path, { status, headers: {}, body })).toMatch(why);
  });
});
