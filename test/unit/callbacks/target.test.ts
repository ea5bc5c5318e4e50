import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { addressRefusal, hostPattern, judgeTarget } from '../../../shared/callbacks/target';

const rules = {
  hosts: ['hooks.contoso.com', '*.service-now.com', 'jira.contoso.com:8443'],
  privateHosts: ['localhost:9443'],
};
const verdict = (url: string) => {
  const judged = judgeTarget(url, rules);
  return typeof judged === 'string' ? judged : judged.mayBePrivate ? 'private' : 'public';
};

describe('targets by their URL', () => {
  it.each([
    ['https://hooks.contoso.com/a?b=c', 'public'],
    ['https://HOOKS.contoso.com:443/', 'public'],
    ['https://acme.service-now.com/api', 'public'],
    ['https://a.b.service-now.com/', 'public'],
    ['https://jira.contoso.com:8443/', 'public'],
    ['https://localhost:9443/', 'private'],
  ])('%s may be called', (url, kind) => expect(verdict(url)).toBe(kind));

  it.each([
    ['http://hooks.contoso.com/', /https/],
    ['ftp://hooks.contoso.com/', /https/],
    ['hooks.contoso.com', /not a URL/],
    ['https://', /not a URL/],
    ['https://user@hooks.contoso.com/', /user name/],
    ['https://user:pass@hooks.contoso.com/', /user name/],
    ['https://hooks.contoso.com:8443/', /not allowed/],
    ['https://jira.contoso.com/', /not allowed/],
    ['https://service-now.com/', /not allowed/],
    ['https://evilservice-now.com/', /not allowed/],
    ['https://hooks.contoso.com.evil.example/', /not allowed/],
    ['https://hooks.contoso.com./', /not allowed/],
    ['https://localhost/', /not allowed/],
    ['https://169.254.169.254/', /DNS name/],
    ['https://2130706433/', /DNS name/],
    ['https://0x7f.1/', /DNS name/],
    ['https://017700000001/', /DNS name/],
    ['https://[::1]/', /DNS name/],
    ['https://[::ffff:10.0.0.1]/', /DNS name/],
    ['https://hooks.contoso.com\\@127.0.0.1/', /not allowed|DNS name|user name/],
  ])('%s may not', (url, why) => {
    // A backslash is a slash in URLs: what is called then is the first host.
    if (url.includes('\\')) expect(verdict(url)).toBe('public');
    else expect(verdict(url)).toMatch(why);
  });

  it('allows nothing where nothing is listed', () => {
    expect(typeof judgeTarget('https://hooks.contoso.com/', { hosts: [], privateHosts: [] })).toBe('string');
  });

  it.each(['hooks.contoso.com', '*.contoso.com', 'a:8443', 'localhost'])('%s is a pattern', (text) =>
    expect(text).toMatch(hostPattern),
  );
  it.each(['*', '*.', 'https://a', 'a/b', '10.0.0.1', 'a*.com', '*:443', 'a:', '*.*.com'])(
    '%s is none',
    (text) => expect(text).not.toMatch(hostPattern),
  );
});

const forbidden = [
  ['168.63.129.16', 'the wire server'],
  ['::ffff:168.63.129.16', 'the wire server, mapped'],
  ['::ffff:a83f:8110', 'the wire server, mapped, in hex'],
  ['169.254.169.254', 'instance metadata'],
  ['169.254.0.1', 'link local'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['0.0.0.0', 'this host'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['192.0.0.8', 'reserved'],
  ['192.0.2.1', 'documentation'],
  ['198.18.0.1', 'benchmarks'],
  ['224.0.0.1', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::ffff:10.0.0.1', 'private, mapped'],
  ['::ffff:169.254.169.254', 'metadata, mapped'],
  ['::ffff:0:10.0.0.1', 'private, translated'],
  ['::10.0.0.1', 'private, compatible'],
  ['64:ff9b::a00:1', 'private behind NAT64'],
  ['2002:a00:1::', 'private behind 6to4'],
  ['2001:0:a00:1::', 'Teredo'],
  ['fe80::1', 'link local'],
  ['fec0::1', 'site local'],
  ['fc00::1', 'unique local'],
  ['fd00:ec2::254', 'unique local'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['4000::1', 'not given out'],
  ['nonsense', 'no address'],
] as const;

describe('addresses', () => {
  it.each(forbidden)('%s (%s) is refused', (address) => expect(addressRefusal(address)).toBeDefined());

  it.each(['20.61.0.1', '8.8.8.8', '168.63.129.17', '2603:1020::1', '2a00:1450::5', '::ffff:8.8.8.8'])(
    '%s may be called',
    (address) => expect(addressRefusal(address)).toBeUndefined(),
  );

  it('of development hosts may be loopback and private, never the platform or link local', () => {
    const allowed = forbidden.map(([address]) => address).filter((one) => !addressRefusal(one, true));
    expect(allowed).toEqual([
      '127.0.0.1',
      '127.255.255.254',
      '10.0.0.1',
      '172.16.0.1',
      '172.31.255.255',
      '192.168.1.1',
      '::1',
      '::ffff:10.0.0.1',
      '::10.0.0.1',
      'fc00::1',
      'fd00:ec2::254',
    ]);
  });

  it('are judged the same when they are mapped into IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const mapped = ipaddr.IPv4.parse(address).toIPv4MappedAddress().toNormalizedString();
        expect(addressRefusal(mapped) === undefined).toBe(addressRefusal(address) === undefined);
      }),
      { numRuns: 500 },
    );
  });
});
