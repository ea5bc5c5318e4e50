import fc from 'fast-check';
import { canonicalJson, fingerprint } from '../../../shared/api/canonical';
import { operationId } from '../../../shared/api/operationId';

describe('operationId', () => {
  it('is stable, lower-case base32 of 160 bits', () => {
    const id = operationId({ kind: 'http', caller: 'a', idempotencyKey: 'k' });
    expect(id).toBe(operationId({ kind: 'http', caller: 'a', idempotencyKey: 'k' }));
    expect(id).toMatch(/^[a-z2-7]{32}$/);
    // Computed apart: printf '["queue","r-1"]' | sha256sum | xxd -r -p | base32 | tr A-Z a-z | cut -c1-32
    expect(operationId({ kind: 'queue', requestId: 'r-1' })).toBe('fdxonci5dqhaq6fsv55jvsidi6hlfj3n');
  });

  it('differs by every part, however the parts are cut', () => {
    const ids = [
      operationId({ kind: 'http', caller: 'a', idempotencyKey: 'bc' }),
      operationId({ kind: 'http', caller: 'ab', idempotencyKey: 'c' }),
      operationId({ kind: 'http', caller: 'a","b', idempotencyKey: 'c' }),
      operationId({ kind: 'queue', requestId: 'a' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys, does on the order of lists', () => {
    expect(fingerprint({ a: 1, b: { c: [1, 2], d: undefined } })).toBe(
      fingerprint({ b: { c: [1, 2] }, a: 1 }),
    );
    expect(fingerprint([1, 2])).not.toBe(fingerprint([2, 1]));
  });

  it('keeps the value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
