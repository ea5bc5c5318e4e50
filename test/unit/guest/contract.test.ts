import fc from 'fast-check';
import { buildParameters, encodeParameters, guestPhases, parseResult, sentinel } from '../../../shared/guest';
import type { GuestResult } from '../../../shared/guest';
import { decodePlan } from '../../../local/azure/guest/parameters';
import { firstHost } from './host';

const address = fc.ipV4();
const mac = fc.uint8Array({ minLength: 6, maxLength: 6 }).map((bytes) =>
  Buffer.from(bytes)
    .toString('hex')
    .toUpperCase()
    .replace(/(..)(?=.)/g, '$1-'),
);
const prefix = fc.tuple(fc.nat(0xffff), fc.integer({ min: 8, max: 29 })).map(([seed, length]) => {
  const size = 2 ** (32 - length);
  const first = Math.floor(((10 * 256 + (seed % 256)) * 65536 + seed * 8) / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${length}`;
});
const facts = fc.record({
  phase: fc.constantFrom(...guestPhases),
  host: fc.stringMatching(/^[a-z0-9-]{1,15}$/),
  operation: fc.stringMatching(/^[a-z2-7]{32}$/),
  nic1: fc.record({ mac, address }),
  nic2: fc.record({ mac, address }),
  ghostedPrefix: prefix,
  dnsServers: fc.array(address, { minLength: 1, maxLength: 4 }),
  routes: fc.array(
    fc.record({
      prefix,
      gateway: address,
      nic: fc.constantFrom<1 | 2>(1, 2),
      metric: fc.integer({ min: 1, max: 9999 }),
    }),
    { maxLength: 20 },
  ),
});

describe('parameters', () => {
  it('arrive in the guest as they were sent', () => {
    fc.assert(
      fc.property(facts, (plan) => {
        const built = buildParameters(plan);
        const encoded = encodeParameters(built);
        expect(encoded).toMatch(/^[A-Za-z0-9+/]+=*$/);
        expect(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'))).toEqual(built);
        expect(decodePlan(encoded, plan.phase)).toMatchObject({
          ghosted: built.ghosted,
          routes: plan.routes,
        });
      }),
    );
  });

  it('derive gateway and DHCP range from the prefix', () => {
    const ghosted = (ghostedPrefix: string) =>
      buildParameters({ ...firstHost, phase: 'network', ghostedPrefix }).ghosted;
    expect(ghosted('10.0.2.0/24')).toEqual({
      prefix: '10.0.2.0/24',
      gateway: '10.0.2.1',
      dhcpStart: '10.0.2.2',
      dhcpEnd: '10.0.2.254',
    });
    expect(ghosted('192.168.255.248/29')).toMatchObject({
      gateway: '192.168.255.249',
      dhcpEnd: '192.168.255.254',
    });
    expect(ghosted('10.16.0.0/16')).toMatchObject({ gateway: '10.16.0.1', dhcpEnd: '10.16.255.254' });
  });

  it.each<[string, Partial<typeof firstHost>]>([
    ['a prefix with host bits', { ghostedPrefix: '10.0.2.1/24' }],
    ['a prefix without room', { ghostedPrefix: '10.0.2.0/30' }],
    ['text for a prefix', { ghostedPrefix: "10.0.2.0/24'; Remove-Item C:" }],
    ['no MAC', { nic1: { mac: '', address: '10.0.0.4' } }],
    ['a host name with a quote', { host: 'hv"01' }],
    ['a switch name with code', { switchName: 'a$(b)' }],
    ['no DNS server', { dnsServers: [] }],
    ['a DNS name', { dnsServers: ['dns.example'] }],
    ['a suffix with code', { dnsSuffix: 'corp.example; Stop-Computer' }],
    ['a default route', { routes: [{ prefix: '0.0.0.0/0', gateway: '10.0.1.1', nic: 2, metric: 1 }] }],
    ['a boot time that is none', { notBootedAt: 'yesterday' }],
  ])('refuse %s', (_, wrong) => {
    expect(() => buildParameters({ ...firstHost, ...wrong, phase: 'network' })).toThrow();
  });

  it.each(['', '!!!', 'bm8ganNvbg==', encodeParameters(buildParameters({ ...firstHost, phase: 'verify' }))])(
    'are refused in the guest when they are %s',
    (encoded) => expect(decodePlan(encoded, 'network')).toBeUndefined(),
  );
});

const check = fc.record(
  { name: fc.string(), ok: fc.boolean(), detail: fc.string() },
  { requiredKeys: ['name', 'ok'] },
);
const result: fc.Arbitrary<GuestResult> = fc.record(
  {
    schema: fc.constant(1 as const),
    phase: fc.constantFrom(...guestPhases),
    ok: fc.boolean(),
    changed: fc.array(fc.string()),
    restartNeeded: fc.boolean(),
    bootTime: fc.constant('2026-01-01T00:00:00Z'),
    os: fc.string({ unit: 'grapheme' }),
    // Reading leaves out __proto__ on purpose.
    facts: fc
      .dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        fc.integer(),
      )
      .map((facts) => ({ ...facts })),
    checks: fc.array(check),
    error: fc.record({ code: fc.string(), message: fc.string() }),
  },
  {
    requiredKeys: ['schema', 'phase', 'ok', 'changed', 'restartNeeded', 'bootTime', 'os', 'facts', 'checks'],
  },
);
const line = (value: unknown): string => `${sentinel.begin}${JSON.stringify(value)}${sentinel.end}`;

describe('result', () => {
  it('is read from whatever stands around it', () => {
    fc.assert(
      fc.property(result, fc.string(), fc.string(), (value, before, after) => {
        const clean = (text: string) => text.replaceAll('##', '#');
        expect(parseResult(`${clean(before)}\r\n${line(value)}\r\n${clean(after)}`)).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  it('is the last one, if there are several', () => {
    fc.assert(
      fc.property(result, result, (first, last) => {
        expect(parseResult(`${line(first)}\n${line(last)}\n`)).toEqual(JSON.parse(JSON.stringify(last)));
      }),
    );
  });

  it('is unknown when cut at either end', () => {
    fc.assert(
      fc.property(result, fc.nat(), fc.boolean(), (value, at, fromStart) => {
        const whole = line(value);
        const cut = 1 + (at % (whole.length - 1));
        expect(parseResult(fromStart ? whole.slice(cut) : whole.slice(0, -cut))).toBeUndefined();
      }),
    );
  });

  it.each([
    ['', 'nothing'],
    ['Access is denied.', 'no sentinel'],
    [`${sentinel.begin}{}${sentinel.end}`, 'an empty object'],
    [`${sentinel.begin}[1${sentinel.end}`, 'broken JSON'],
    [sentinel.begin + sentinel.end, 'nothing between'],
    [line({ schema: 2, ok: true }), 'another schema'],
  ])('is unknown from %j (%s)', (output) => expect(parseResult(output)).toBeUndefined());

  it('of an earlier line counts when the last is garbage', () => {
    const good = {
      schema: 1,
      phase: 'verify',
      ok: true,
      changed: [],
      restartNeeded: false,
      bootTime: '',
      os: '',
      facts: {},
      checks: [],
    };
    expect(parseResult(`${line(good)}\n${sentinel.begin}{"schema":1${sentinel.end}`)).toEqual(good);
  });
});
