import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { decodePlan } from '../../local/azure/guest/parameters';
import { buildParameters, decodeParameters, parseResult, scriptOf } from '../../shared/guest';
import type { GuestPhase } from '../../shared/guest';
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
  bootVersion: '0123456789abcdef',
  dataDisk: { lun: 0 },
});
const [route] = plan.routes;
const { nic1, ghosted } = plan;

/** The plan with one value replaced. */
const spoiled: fc.Arbitrary<Record<string, unknown>> = fc.oneof(
  ...(['host', 'switchName', 'scopeName', 'dnsSuffix', 'phase', 'bootVersion'] as const).map((field) =>
    hostile(plan[field] ?? '').map((value) => ({ ...plan, [field]: value })),
  ),
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

suite('parameters that mean harm', () => {
  let engine: Engine;
  beforeAll(() => (engine = new Engine(command ?? [])));
  afterAll(() => engine.close());

  async function run(phase: GuestPhase, parameters: string) {
    const { state } = new TestHost();
    const result = await engine.run({ name: phase, script: scriptOf(phase), parameters, state });
    return { ...result, said: parseResult(result.output) };
  }

  it('are refused on both sides, or are harmless on both', async () => {
    await fc.assert(
      fc.asyncProperty(spoiled, async (value) => {
        const encoded = Buffer.from(JSON.stringify(value), 'utf8').toString('base64');
        const { said, changes } = await run('network', encoded);
        const refused = said?.error?.code === 'badParameters';
        // Without features the phase refuses whatever it accepts, so nothing is ever changed here.
        expect(refused ? 'badParameters' : said?.error?.code).toBe(
          refused ? 'badParameters' : 'featuresNotReady',
        );
        if (decodeParameters(encoded)?.phase === 'network') expect(refused).toBe(false);
        expect(decodePlan(encoded, 'network') === undefined).toBe(refused);
        expect(changes.filter((change) => !/^(acl|file )/.test(change))).toEqual([]);
        expect(existsSync(canary)).toBe(false);
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  it('are refused when they are no base64 of JSON, by every phase', async () => {
    for (const text of ['!', "'; exit 1; '", 'bm8ganNvbg==', 'bnVsbA==', 'W10=', 'stored']) {
      for (const phase of ['features', 'network', 'verify', 'inventory', 'deconfigure'] as const) {
        const { said, changes } = await run(phase, text);
        expect(said).toMatchObject({ ok: false, changed: [], error: { code: 'badParameters' } });
        expect(changes.filter((change) => !/^(acl|file )/.test(change))).toEqual([]);
      }
    }
  }, 120_000);
});
