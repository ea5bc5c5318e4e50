import fc from 'fast-check';
import { matchTemplate, parseTemplate } from '../../../local/host/http/template';

describe('route templates', () => {
  it.each<[template: string, path: string, params: Record<string, string> | undefined]>([
    ['v1/hosts', 'v1/hosts', {}],
    ['v1/hosts', 'V1/HOSTS/', {}],
    ['v1/hosts', 'v1', undefined],
    ['v1/hosts', 'v1/hosts/x', undefined],
    ['v1/hosts', 'v1//hosts', undefined],
    ['', '', {}],
    ['hosts/{network}/{host}', 'hosts/Nested-Fun/hv-01', { network: 'Nested-Fun', host: 'hv-01' }],
    ['hosts/{network}/{host}', 'hosts/Nested-Fun', undefined],
    ['hosts/{network}/{host?}', 'hosts/Nested-Fun', { network: 'Nested-Fun' }],
    ['hosts/{host=none}', 'hosts', { host: 'none' }],
    ['items/{id:int}', 'items/-12', { id: '-12' }],
    ['items/{id:int}', 'items/2147483648', undefined],
    ['items/{id:long}', 'items/2147483648', { id: '2147483648' }],
    ['items/{id:int:min(3)}', 'items/2', undefined],
    ['items/{id:range(1, 5)}', 'items/5', { id: '5' }],
    ['items/{id:int?}', 'items', {}],
    [
      'items/{id:guid}',
      'items/0F8FAD5B-D9CB-469F-A165-70867728950E',
      { id: '0F8FAD5B-D9CB-469F-A165-70867728950E' },
    ],
    ['items/{name:alpha:length(2,3)}', 'items/abcd', undefined],
    ['items/{name:regex(^a\\d{{1,2}}$)}', 'items/a1', undefined],
    ['items/{name:regex(^a/?b$)}', 'items/ab', { name: 'ab' }],
    ['flags/{on:bool}', 'flags/TRUE', { on: 'TRUE' }],
    ['sizes/{size:decimal}', 'sizes/1.5', { size: '1.5' }],
    ['sizes/{size:double}', 'sizes/1e3', { size: '1e3' }],
    ['days/{day:datetime}', 'days/2026-02-03', { day: '2026-02-03' }],
    ['days/{day:datetime}', 'days/soon', undefined],
    ['files/{*path}', 'files/a/b/c.txt', { path: 'a/b/c.txt' }],
    ['files/{*path}', 'files', {}],
    ['files/{**path}', 'files/a', { path: 'a' }],
    ['files/{name}.{extension}', 'files/a.tar.gz', { name: 'a.tar', extension: 'gz' }],
    ['files/{name}.{extension}', 'files/plain', undefined],
    ['a/{text}', 'a/x%20y%2Fz', { text: 'x y%2Fz' }],
    ['a/{text}', 'a/100%', { text: '100%' }],
    ['a/b{n:int}c', 'A/B7C', { n: '7' }],
    ['a.b', 'axb', undefined],
  ])('%s against /%s', (template, path, params) => {
    expect(matchTemplate(parseTemplate(template), path)).toEqual(params);
  });

  it.each(['{a}/{A}', '{*rest}/x', '{a', 'a}', '{a:nope}', '{a:nope(1)}', '{1a}', '{}'])(
    'refuses %s',
    (template) => {
      expect(() => parseTemplate(template)).toThrow();
    },
  );

  it('hands back whatever value was put into the path', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/%2f|\//i.test(text));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        const template = parseTemplate(values.map((_, index) => `s${index}/{p${index}}`).join('/'));
        const path = values.map((text, index) => `s${index}/${encodeURIComponent(text)}`).join('/');
        expect(matchTemplate(template, path)).toEqual(
          Object.fromEntries(values.map((text, index) => [`p${index}`, text])),
        );
      }),
    );
  });
});
