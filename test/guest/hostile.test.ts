import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { z } from 'zod';
import { decodePlan } from '../../local/azure/guest/parameters';
import { buildParameters, decodeParameters, parseResult, scriptOf } from '../../shared/guest';
import type { GuestPhase } from '../../shared/guest';
import { parameterSchema } from '../../shared/guest/parameters';
import { TestHost, firstHost } from '../unit/guest/host';
import { Engine, findEngine } from './engine';

const command = findEngine();
const suite = command ? describe : describe.skip;
const canary = join(tmpdir(), `canary-${process.pid}`);
const act = `[IO.File]::WriteAllText('${canary}','x')`;

/** What would run, or break out of quotes, if it were ever part of a script or a command line. */
const code = fc.constantFrom(
  act,
  `$(${act})`,
  `'; ${act}; '`,
  `"; ${act}; "`,
  `\u2019; ${act}; \u2018`,
  `'@\n${act}\n@'`,
  `\n${act}\n`,
  `\`n${act}`,
  `| & { ${act} }`,
  `-Parameters x; ${act}`,
  `%ProgramData%`,
  `\u0000`,
);
/** Alone, or after what would be right; PowerShell's `$` also matches before a line feed at the end. */
const hostile = (good: string) =>
  fc.oneof(
    code,
    code.map((text) => `${good}${text}`),
    code.map((text) => `${text}${good}`),
    fc.constant(`${good}\n`),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom<unknown>(null, true, -1, 1e9, [], {}, [good]),
  );

const plan = buildParameters({
  ...firstHost,
  phase: 'network',
  dnsSuffix: 'corp.example',
  protectMetadata: true,
  routesHere: 0,
  notBootedAt: '2025-01-01T00:00:00Z',
  log: false,
  mayInterrupt: true,
  bootVersion: '0123456789abcdef',
  dataDisk: { lun: 0 },
});
const [route] = plan.routes;
const { nic1, ghosted } = plan;

/** The plan with one value replaced. */
const spoiled: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  ...(
    [
      'host',
      'operation',
      'switchName',
      'scopeName',
      'dnsSuffix',
      'phase',
      'bootVersion',
      'notBootedAt',
    ] as const
  ).map((field) => hostile(plan[field] ?? '').map((value) => ({ ...plan, [field]: value }))),
  ...(
    [
      'schema',
      'routesHere',
      'protectMetadata',
      'log',
      'dataDisk',
      'nic1',
      'ghosted',
      'dnsServers',
      'routes',
    ] as const
  ).map((field) => hostile('1').map((value) => ({ ...plan, [field]: value }))),
  hostile(nic1.mac).map((mac) => ({ ...plan, nic1: { ...nic1, mac } })),
  hostile(nic1.address).map((address) => ({ ...plan, nic1: { ...nic1, address } })),
  ...(['prefix', 'gateway', 'dhcpStart', 'dhcpEnd'] as const).map((field) =>
    hostile(ghosted[field]).map((value) => ({ ...plan, ghosted: { ...ghosted, [field]: value } })),
  ),
  hostile('0').map((lun) => ({ ...plan, dataDisk: { lun } })),
  hostile('10.9.0.4').map((server) => ({ ...plan, dnsServers: ['10.9.0.4', server] })),
  ...(['prefix', 'gateway', 'nic', 'metric'] as const).map((field) =>
    hostile(String(route?.[field])).map((value) => ({ ...plan, routes: [{ ...route, [field]: value }] })),
  ),
);

interface Shape {
  properties?: Record<string, Shape>;
  items?: Shape;
}

/** Paths of all fields of the contract: `nic1`, `nic1.mac`, `routes.0.prefix`. */
function fieldsOf({ properties = {}, items }: Shape): string[] {
  const children = items === undefined ? properties : { '0': items };
  return Object.entries(children).flatMap(([name, shape]) => [
    name,
    ...fieldsOf(shape).map((path) => `${name}.${path}`),
  ]);
}

type Tree = Record<string, unknown>;

/** A copy of the plan in which the value at this path is another one; `undefined` removes it. */
function withValue(path: string, value: (old: unknown) => unknown): Tree {
  const copy = structuredClone(plan) as unknown as Tree;
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  const parent = steps.reduce<Tree>((tree, step) => tree[step] as Tree, copy);
  parent[last] = value(parent[last]);
  return copy;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64');

const fields = fieldsOf(z.toJSONSchema(parameterSchema, { unrepresentable: 'any' }) as Shape);

describe('the contract of parameters', () => {
  it('has the same fields here, in the script and in the guest model', () => {
    const source = readFileSync(join(__dirname, '../../shared/guest/parameters.ps1'), 'utf8');
    const table = /^\$KnownFields = @\{\n([^}]*)^\}/m.exec(source)?.[1] ?? '';
    const kinds = Object.fromEntries(
      [...table.matchAll(/^ {4}(\w+)\s*= @\(([^)]*)\)/gm)].map(([, kind = '', names = '']) => [
        kind,
        [...names.matchAll(/'(\w+)'/g)].map(([, name]) => name).sort(),
      ]),
    );
    const below = (path: string) =>
      fields
        .filter((field) => field.startsWith(path) && !field.slice(path.length).includes('.'))
        .map((field) => field.slice(path.length))
        .sort();
    expect(fields.length).toBeGreaterThan(25);
    expect(kinds).toEqual({
      plan: below(''),
      nic: below('nic1.'),
      ghosted: below('ghosted.'),
      route: below('routes.0.'),
      dataDisk: below('dataDisk.'),
    });
    expect(below('nic2.')).toEqual(below('nic1.'));
    expect(Object.keys(plan).sort()).toEqual(below(''));
    expect(decodePlan(encode(plan), 'network')).toEqual(plan);
  });
});

suite('parameters that mean harm', () => {
  let engine: Engine;
  beforeAll(() => (engine = new Engine(command ?? [])));
  afterAll(() => engine.close());

  async function run(phase: GuestPhase, parameters: string) {
    const { state } = new TestHost();
    const result = await engine.run({ name: phase, script: scriptOf(phase), parameters, state });
    return { ...result, said: parseResult(result.output) };
  }

  /** What the script's own check says of each, without the phase around it. */
  async function judge(values: readonly unknown[]): Promise<boolean[]> {
    const script = scriptOf('network');
    const check = `${script.slice(0, script.indexOf("Invoke-Phase 'network' {"))}
foreach ($each in $Parameters.Split(',')) {
    try {
        [void](Read-Parameters $each 'network')
        Write-OsLine 'accepted'
    }
    catch {
        Write-OsLine ([string]$_.Exception.Data['code'])
    }
}
exit 0
`;
    const { state } = new TestHost();
    const parameters = values.map(encode).join(',');
    const { output, changes } = await engine.run({ name: 'check', script: check, parameters, state });
    const said = output.trim().split(/\r?\n/);
    expect(changes).toEqual([]);
    expect(said.filter((word) => !['accepted', 'badParameters'].includes(word))).toEqual([]);
    expect(said).toHaveLength(values.length);
    return said.map((word) => word === 'accepted');
  }

  const refusals = (values: readonly unknown[], accepted: readonly boolean[]) =>
    values.map((value, index) => ({ value, accepted: accepted[index] }));

  it.each<[string, (old: unknown) => unknown]>([
    ['a list of one that would be right', (old) => [old]],
    ['an object', () => ({ x: 1 })],
    ['null', () => null],
    ['a number that nothing is', () => -1],
    ['code', () => `$(${act})`],
    ['nothing between quotes', () => ''],
  ])('in every field of the contract %s is refused on both sides', async (_, spoil) => {
    const values = fields.map((field) => withValue(field, spoil));
    const accepted = await judge(values);
    expect(fields.filter((_field, index) => accepted[index])).toEqual([]);
    expect(fields.filter((_field, index) => decodeParameters(encode(values[index])))).toEqual([]);
    expect(fields.filter((_field, index) => decodePlan(encode(values[index]), 'network'))).toEqual([]);
    expect(existsSync(canary)).toBe(false);
  });

  it('fields that nobody knows are refused wherever they are, and both sides agree on what may be missing', async () => {
    const places = ['', 'nic1.', 'nic2.', 'ghosted.', 'routes.0.', 'dataDisk.'];
    const unknown = places.map((place) => withValue(`${place}Mac`, () => 'x'));
    expect(refusals(unknown, await judge(unknown)).filter(({ accepted }) => accepted)).toEqual([]);
    expect(unknown.filter((value) => decodeParameters(encode(value)))).toEqual([]);
    expect(unknown.filter((value) => decodePlan(encode(value), 'network'))).toEqual([]);
    const without = fields.map((field) => withValue(field, () => undefined));
    const accepted = fields.filter((_, index) => decodeParameters(encode(without[index])));
    const missing = await judge(without);
    expect(fields.filter((_, index) => missing[index])).toEqual(accepted);
    expect(fields.filter((_, index) => decodePlan(encode(without[index]), 'network'))).toEqual(accepted);
  });

  it.each<[string, string[], string[]]>([
    [
      'notBootedAt',
      ['2026-02-28T23:59:59Z', '2028-02-29T00:00:00Z', '2026-01-01T00:00:00.000Z'],
      [
        '2026-02-29T00:00:00Z',
        '2026-13-01T00:00:00Z',
        '2026-01-01T24:00:00Z',
        '2026-01-01T00:00:00z',
        '2026-01-01T00:00:00Z\n',
        '2026-01-01T00:00:00',
        '2026-01-01 00:00:00Z',
        '0001-01-01T00:00:00Z',
        '2026-01-01T00:00:00.1Z',
        'yesterday',
      ],
    ],
    ['operation', ['op-1', 'a'.repeat(128)], ['a'.repeat(129), '-x', '../x', 'a b', 'a\n', "a'b", 'a;b']],
  ])('%s has one form', async (field, good, bad) => {
    const values = [...good, ...bad].map((value) => ({ ...plan, [field]: value }));
    const wanted = [...good.map(() => true), ...bad.map(() => false)];
    expect(await judge(values)).toEqual(wanted);
    expect(values.map((value) => decodeParameters(encode(value)) !== undefined)).toEqual(wanted);
    expect(values.map((value) => decodePlan(encode(value), 'network') !== undefined)).toEqual(wanted);
  });

  it('both sides and the guest model agree on hundreds of them', async () => {
    const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
    const values = fc.sample(spoiled, { numRuns: 400, seed });
    const accepted = await judge(values);
    const other = refusals(values, accepted).filter(({ value, accepted: there }) => {
      const encoded = encode(value);
      const here = decodeParameters(encoded)?.phase === 'network';
      return (here && there !== true) || (decodePlan(encoded, 'network') !== undefined) !== there;
    });
    expect({ seed, other }).toEqual({ seed, other: [] });
    expect(existsSync(canary)).toBe(false);
  });

  it('nothing is touched where they are refused, and nothing runs of those that are not', async () => {
    await fc.assert(
      fc.asyncProperty(spoiled, async (value) => {
        const { said, changes } = await run('network', encode(value));
        // Without features the phase refuses whatever it accepts, so nothing is ever changed here.
        expect(['badParameters', 'featuresNotReady']).toContain(said?.error?.code);
        expect(changes.filter((change) => !/^(acl|file )/.test(change))).toEqual([]);
        expect(existsSync(canary)).toBe(false);
      }),
      { numRuns: 25 },
    );
  }, 300_000);

  it('are refused when they are no base64 of JSON, by every phase', async () => {
    for (const phase of ['features', 'network', 'verify', 'inventory', 'deconfigure'] as const) {
      for (const text of ['!', 'bm8ganNvbg==', 'stored']) {
        const { said, changes } = await run(phase, text);
        expect(said).toMatchObject({ ok: false, changed: [], error: { code: 'badParameters' } });
        expect(changes.filter((change) => !/^(acl|file )/.test(change))).toEqual([]);
      }
    }
  }, 300_000);
});
