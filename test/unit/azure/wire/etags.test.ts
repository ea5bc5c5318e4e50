import {
  hop,
  place,
  prefix,
  subnetId,
  tableId,
  text,
  vmBody,
  vmId,
  vnetId,
  withMachine,
  withNetwork,
  type Answer,
  type TestCloud,
} from '../support';

describe('etags', () => {
  const etagOf = (test: TestCloud, id: string): unknown => test.get(id).body.etag;

  it('are shared by a network and its subnets and differ during and after a write', () => {
    const test = withNetwork();
    const before = etagOf(test, vnetId);
    const during = test.send('PUT', subnetId('x'), prefix('10.0.2.0/24')).body.etag;
    test.pass(60);
    const after = etagOf(test, vnetId);
    expect(new Set([before, during, after]).size).toBe(3);
    expect(etagOf(test, subnetId('lan'))).toBe(after);
    expect(test.get(vnetId).headers.ETag).toBe(after);
  });

  it('of a no-change PUT stay', () => {
    const test = withNetwork();
    const before = etagOf(test, vnetId);
    test.settle('PUT', subnetId('lan'), prefix('10.0.1.0/24'));
    expect(etagOf(test, vnetId)).toBe(before);
  });

  it('are shared by a table and its routes', () => {
    const test = withNetwork();
    test.settle('PUT', tableId, place);
    test.settle('PUT', `${tableId}/routes/r`, hop('10.0.2.0/24', '10.0.1.4'));
    expect(etagOf(test, `${tableId}/routes/r`)).toBe(etagOf(test, tableId));
  });

  it('guard writes', () => {
    const test = withNetwork();
    const stale = text(etagOf(test, vnetId));
    test.settle('PUT', subnetId('x'), prefix('10.0.2.0/24'));
    const current = text(etagOf(test, vnetId));
    const write = (headers: Record<string, string>): Answer =>
      test.settle('PUT', subnetId('x'), prefix('10.0.3.0/24'), { headers });
    const refused = write({ 'if-match': stale });
    expect(refused.status).toBe(412);
    expect(refused.body.error?.details?.[0]).toMatchObject({ code: 'PreconditionFailedEtagMismatch' });
    expect(write({ 'if-match': 'invalid' }).body.error?.details?.[0]?.message).toMatch(
      /header W\/"invalid" does not/,
    );
    expect(write({ 'if-none-match': '*' }).status).toBe(412);
    expect(write({ 'if-match': current }).status).toBe(200);
  });

  it('of a machine count', () => {
    const test = withMachine();
    const put = (match: string): Answer =>
      test.settle('PUT', vmId('hv-01'), vmBody('hv-01', ['hv-01-nat', 'hv-01-lan']), {
        headers: { 'if-match': match },
      });
    expect(etagOf(test, vmId('hv-01'))).toBe('"2"');
    expect(put('invalid').body.error?.message).toBe(
      'Etag provided in if-match header "invalid" does not match etag "2" of resource.',
    );
    expect(put('"2"').body.etag).toBe('"3"');
    expect(etagOf(test, vmId('hv-01'))).toBe('"3"');
  });
});
