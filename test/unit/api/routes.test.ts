import { readFileSync } from 'node:fs';
import { routes, type Route } from '../../../shared/api/routes';
import { catalogue } from '../../../shared/api/problems';

interface Registered {
  name: string;
  bindings: Record<string, { type: string; methods?: string[]; route?: string; authLevel?: string }>;
}

/** What the app registers when it is loaded with these settings. */
function registered(settings: Record<string, string>): Registered[] {
  const found: Registered[] = [];
  const before = { ...process.env };
  Object.assign(process.env, settings);
  try {
    jest.isolateModules(() => {
      jest.doMock(
        '@azure/functions-core',
        () => ({
          version: '1.0.0',
          hostVersion: '4',
          setProgrammingModel: () => undefined,
          registerHook: () => ({ dispose: () => undefined }),
          registerFunction: (metadata: Registered) => found.push(metadata),
          Disposable: class {},
        }),
        { virtual: true },
      );
      jest.requireActual('../../../functions/index');
    });
  } finally {
    process.env = before;
  }
  return found;
}

const httpOf = (functions: Registered[]) =>
  functions.flatMap(({ name, bindings }) =>
    Object.values(bindings)
      .filter(({ type }) => type === 'httpTrigger')
      .map(({ methods, route, authLevel }) => ({ name, methods, route, authLevel })),
  );
const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
const expected = (keyed: string) =>
  Object.entries<Route>(routes)
    .map(([name, { method, path, role }]) => ({
      name,
      methods: [method],
      route: `v1${path}`,
      authLevel: role === undefined ? 'anonymous' : keyed,
    }))
    .sort(byName);

describe('the table of routes', () => {
  it('is what the app registers, neither more nor less; new endpoints belong in shared/api/routes.ts', () => {
    expect(httpOf(registered({})).sort(byName)).toEqual(expected('function'));
  });

  it('gives no function the name of another, of whatever kind: a host refuses to load the app', () => {
    const names = registered({}).map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('asks for no key where Entra ID tells callers apart', () => {
    const settings = { AUTH_MODE: 'entra', AUTH_TENANT_ID: '11111111-2222-4333-8444-555555555555' };
    expect(httpOf(registered(settings)).sort(byName)).toEqual(expected('anonymous'));
  });

  it('names no function as an orchestration or activity is named: the app would not load', () => {
    const names = registered({}).map(({ name }) => name.toLowerCase());
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('keeps the app from starting where the setting is wrong', () => {
    expect(() => registered({ AUTH_MODE: 'entr' })).toThrow(/AUTH_MODE/);
  });

  it('lets nobody change anything without a role', () => {
    const open = Object.values<Route>(routes).filter(({ role }) => role === undefined);
    expect(open.every(({ method }) => method === 'GET')).toBe(true);
    const changing = Object.values<Route>(routes).filter(({ method }) => method !== 'GET');
    expect(changing.every(({ role }) => role === 'Operator' || role === 'Admin')).toBe(true);
  });

  it('stands in docs/api.md with its roles', () => {
    const rows = tableOf('docs/api.md', 'call');
    const documented = rows.map(([call, role]) => [call?.match(/^`([A-Z]+ [^`]+)`/)?.[1], role]);
    const wanted = Object.values<Route>(routes).map(({ method, path, role }) => [
      `${method} ${path}`,
      role ?? 'anybody',
    ]);
    expect(documented.sort()).toEqual(wanted.sort());
  });
});

describe('docs/problems.md', () => {
  it('tells every problem with its status, in the order of the catalogue, and what to do about it', () => {
    const rows = tableOf('docs/problems.md', 'type');
    const documented = rows.map(([type, status]) => [type, status]);
    expect(documented).toEqual(
      Object.entries(catalogue).map(([slug, [status]]) => [`\`/problems/${slug}\``, String(status)]),
    );
    for (const [, , meaning, remedy] of rows) expect(meaning && remedy).toMatch(/\.$/);
  });
});

/** Cells of the table in a document whose first heading is that one. */
function tableOf(file: string, heading: string): string[][] {
  const lines = readFileSync(file, 'utf8').split('\n');
  const start = lines.findIndex((line) => new RegExp(`^\\| ${heading} +\\|`).test(line));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  return lines.slice(start + 2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
