import fc from 'fast-check';
import { ghostedRange } from '../../../shared/network/ghosted';
import { hostRoutes, type HostRouteFacts } from '../../../shared/network/hostRoutes';
import {
  contains,
  covers,
  formatPrefix,
  parseAddress,
  parsePrefix,
  prefixAround,
} from '../../../shared/network/ipv4';

const facts: HostRouteFacts = {
  vnetRanges: ['10.0.0.0/22', '10.10.0.0/16'],
  natPrefix: '10.0.0.0/24',
  lanPrefix: '10.0.1.0/24',
  ghostedPrefix: '10.0.2.0/24',
  dnsServers: ['168.63.129.16'],
};
const brief = (more: Partial<HostRouteFacts> = {}) =>
  hostRoutes({ ...facts, ...more }).map(({ prefix, gateway, nic }) => `${prefix} ${gateway} ${nic}`);

describe('hostRoutes', () => {
  it('sends what is translated over NIC 1 and the VNet over NIC 2', () => {
    expect(hostRoutes(facts)).toEqual([
      { prefix: '10.0.0.0/24', gateway: '10.0.0.1', nic: 1, metric: 256 },
      { prefix: '168.63.129.16/32', gateway: '10.0.0.1', nic: 1, metric: 256 },
      { prefix: '10.0.0.0/22', gateway: '10.0.1.1', nic: 2, metric: 256 },
      { prefix: '10.10.0.0/16', gateway: '10.0.1.1', nic: 2, metric: 256 },
    ]);
  });

  it.each([
    ['equal to the ghosted prefix', '10.0.2.0/24'],
    ['inside the ghosted prefix', '10.0.2.128/25'],
    ['equal to NAT', '10.0.0.0/24'],
    ['inside LAN', '10.0.1.64/26'],
    ['everything', '0.0.0.0/0'],
    ['holding the platform address', '168.63.0.0/16'],
    ['holding link-local addresses', '169.254.0.0/15'],
  ])('leaves out a range %s', (_what, range) => {
    expect(brief({ vnetRanges: [...facts.vnetRanges, range] })).toEqual(brief());
  });

  it('takes NAT prefixes over NIC 1 and names a range once', () => {
    expect(brief({ natPrefixes: ['10.0.4.0/26'], vnetRanges: ['10.0.0.0/22', '10.0.0.0/22'] })).toEqual([
      '10.0.0.0/24 10.0.0.1 1',
      '168.63.129.16/32 10.0.0.1 1',
      '10.0.4.0/26 10.0.0.1 1',
      '10.0.0.0/22 10.0.1.1 2',
    ]);
  });

  it('takes ranges beyond the VNet over NIC 2, unless NIC 1 translates them', () => {
    const more = {
      extraRanges: ['192.168.0.0/16', '10.20.0.0/16'],
      natPrefixes: ['192.168.7.0/24', '10.20.0.0/16'],
    };
    expect(brief(more).slice(2)).toEqual([
      '192.168.7.0/24 10.0.0.1 1',
      '10.20.0.0/16 10.0.0.1 1',
      '10.0.0.0/22 10.0.1.1 2',
      '10.10.0.0/16 10.0.1.1 2',
      '192.168.0.0/16 10.0.1.1 2',
    ]);
  });

  it('sends every address of the VNet that is not the host’s own over NIC 2, the platform over NIC 1', () => {
    const range = fc
      .tuple(fc.nat({ max: 0xffffff }), fc.integer({ min: 10, max: 29 }))
      .map(([low, bits]) => formatPrefix(prefixAround(0x0a000000 + low, bits)));
    const own = [facts.natPrefix, facts.lanPrefix, facts.ghostedPrefix].map((text) => parsePrefix(text));
    fc.assert(
      fc.property(fc.array(range, { minLength: 1, maxLength: 6 }), fc.nat(), (ranges, pick) => {
        const routes = hostRoutes({ ...facts, vnetRanges: ranges });
        const nicFor = (address: number) =>
          routes
            .filter((route) => contains(parsePrefix(route.prefix), address))
            .sort((a, b) => parsePrefix(b.prefix).length - parsePrefix(a.prefix).length)[0]?.nic;
        const block = parsePrefix(ranges[pick % ranges.length]!);
        const address = block.base + (pick % 2 ** (32 - block.length));
        if (!own.some((prefix) => contains(prefix, address))) expect(nicFor(address)).toBe(2);
        expect(nicFor(parseAddress('168.63.129.16'))).toBe(1);
        for (const { prefix, nic } of routes.filter((route) => route.nic === 2)) {
          expect({ nic, inside: own.some((mine) => covers(mine, parsePrefix(prefix))) }).toEqual({
            nic: 2,
            inside: false,
          });
        }
      }),
    );
  });
});

describe('ghostedRange', () => {
  it.each([
    ['10.0.2.0/24', '10.0.2.1', '10.0.2.2', '10.0.2.254'],
    ['10.10.0.0/16', '10.10.0.1', '10.10.0.2', '10.10.255.254'],
    ['10.0.2.8/29', '10.0.2.9', '10.0.2.10', '10.0.2.14'],
  ])('of %s', (prefix, gateway, dhcpStart, dhcpEnd) => {
    expect(ghostedRange(prefix)).toEqual({ prefix, gateway, dhcpStart, dhcpEnd });
  });

  it('refuses what Azure could not reserve', () => {
    expect(() => ghostedRange('10.0.2.0/30')).toThrow('too small');
  });
});
