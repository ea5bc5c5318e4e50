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

  /** The routing table of Windows: what is on link, the static routes, the default route; the longest prefix wins. */
  const wayOut = (all: HostRouteFacts, address: number): string => {
    const table = [
      { prefix: '0.0.0.0/0', out: 'NIC 1' },
      ...hostRoutes(all).map(({ prefix, nic }) => ({ prefix, out: `NIC ${nic}` })),
      { prefix: all.natPrefix, out: 'NIC 1' },
      { prefix: all.lanPrefix, out: 'NIC 2' },
      { prefix: all.ghostedPrefix, out: 'switch' },
    ].map(({ prefix, out }) => ({ prefix: parsePrefix(prefix), out }));
    const fitting = table.filter(({ prefix }) => contains(prefix, address));
    const longest = Math.max(...fitting.map(({ prefix }) => prefix.length));
    const ways = new Set(fitting.filter(({ prefix }) => prefix.length === longest).map(({ out }) => out));
    return [...ways].join(' or ');
  };

  it('every address leaves by one way, and by the right one, also where a range of the VNet is one of its own prefixes', () => {
    const { natPrefix, lanPrefix, ghostedPrefix } = facts;
    const any = fc
      .tuple(fc.nat({ max: 0xfffff }), fc.integer({ min: 12, max: 29 }))
      .map(([low, bits]) => formatPrefix(prefixAround(0x0a000000 + low, bits)));
    const own = fc.constantFrom(
      natPrefix,
      lanPrefix,
      ghostedPrefix,
      '10.0.2.0/25',
      '10.0.0.0/23',
      '10.0.2.0/23',
    );
    const ranges = fc.array(fc.oneof(any, own), { minLength: 1, maxLength: 6 });
    const beyond = fc.array(fc.constantFrom('172.16.0.0/12', '192.168.0.0/16', '168.63.0.0/16'), {
      maxLength: 2,
    });
    // Inside a range of the VNet, around one, and beyond; a definition has none inside Hyper-V-LAN or a pool.
    const natPrefixes = fc.array(
      fc
        .oneof(any, fc.constantFrom('10.0.3.192/26', '10.10.254.0/26', '10.10.0.0/16', '192.168.7.0/24'))
        .filter(
          (text) => ![lanPrefix, ghostedPrefix].some((own) => covers(parsePrefix(own), parsePrefix(text))),
        ),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(
        ranges,
        beyond,
        natPrefixes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (vnetRanges, extraRanges, natPrefixes, where) => {
          const all = { ...facts, vnetRanges, extraRanges, natPrefixes };
          for (const text of [
            ...vnetRanges,
            ...extraRanges,
            ...natPrefixes,
            natPrefix,
            lanPrefix,
            ghostedPrefix,
          ]) {
            const block = parsePrefix(text);
            const address = block.base + Math.floor(where * (2 ** (32 - block.length) - 1));
            const inside = (prefix: string) => contains(parsePrefix(prefix), address);
            const right = inside(ghostedPrefix)
              ? 'switch'
              : inside(lanPrefix)
                ? 'NIC 2'
                : [natPrefix, ...natPrefixes].some(inside) || text === '168.63.0.0/16'
                  ? 'NIC 1'
                  : 'NIC 2';
            expect({ address, way: wayOut(all, address) }).toEqual({ address, way: right });
          }
          expect(wayOut(all, parseAddress('168.63.129.16'))).toBe('NIC 1');
          expect(wayOut(all, parseAddress('8.8.8.8'))).toBe('NIC 1');
        },
      ),
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
