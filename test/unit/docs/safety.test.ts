import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { quoted, read, root, rows, section } from './files';

const promises = rows(section(read('docs/safety.md'), '## Promises')).map(
  ([promise = '', code = '', test = '']) => ({ promise, code, test }),
);
const code = globSync('{shared,orchestrations,functions}/**/*.{ts,ps1}', { cwd: root });
const tests = globSync('test/**/*.ts', { cwd: root });

/** Comments name what was, and what is elsewhere. */
const withoutComments = (text: string): string =>
  text.replace(/\/\*[^]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
const texts = new Map(code.map((path) => [path, withoutComments(read(path))]));
const all = [...texts.values()].join('\n');

const isPath = (name: string): boolean => /\/|\.(ts|ps1)$/.test(name);
const named = (paths: string[], name: string): string[] =>
  paths.filter((path) => path === name || path.endsWith(`/${name}`));
const exists = (paths: string[], name: string): boolean =>
  named(paths, name).length > 0 || (name.includes('/') && existsSync(join(root, name)));
const has = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);

describe('the promises of safety', () => {
  it('are a table', () => expect(promises.length).toBeGreaterThan(30));

  it.each(promises)('$promise: names code that there is', ({ code: cell }) => {
    const missing = quoted(cell).filter((name) => !(isPath(name) ? exists(code, name) : has(all, name)));
    expect(missing).toEqual([]);
  });

  it.each(promises)('$promise: says where it is', ({ code: cell }) => {
    const places = [...cell.matchAll(/`(\w+)` in `([^`]+\.ts)`/g)];
    const wrong = places.filter(
      ([, name = '', file = '']) => !named(code, file).some((path) => has(texts.get(path) ?? '', name)),
    );
    expect(wrong.map(([text]) => text)).toEqual([]);
  });

  it.each(promises)('$promise: names tests that there are', ({ test: cell }) => {
    const missing = quoted(cell).filter((name) => isPath(name) && !exists(tests, name));
    expect(missing).toEqual([]);
  });
});
