import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import * as ipv4 from '../../../shared/network/ipv4';

const address = fc.nat({ max: 0xffffffff });
const length = fc.nat({ max: 32 });
const prefix = fc.tuple(address, length).map(([base, bits]) => ipv4.prefixAround(base, bits));
const reference = (block: ipv4.Prefix) => ipaddr.IPv4.parseCIDR(ipv4.formatPrefix(block));

describe('addresses', () => {
  it.each(['10.0.2.1', '0.0.0.0', '255.255.255.255', '168.63.129.16'])('reads %s', (text) => {
    expect(ipv4.formatAddress(ipv4.parseAddress(text))).toBe(text);
  });

  it.each([
    '',
    '10.0.2',
    '10.0.2.1.5',
    '010.0.2.1',
    '10.0.2.256',
    '10.0.2.-1',
    '0x0a.0.0.1',
    ' 10.0.2.1',
    '10.0.2.1 ',
    '1e1.0.0.0',
    '١.0.0.0',
  ])('refuses %p', (text) => {
    expect(() => ipv4.parseAddress(text)).toThrow(ipv4.InvalidIpv4);
  });

  it('agree with ipaddr.js', () => {
    fc.assert(
      fc.property(address, (value) => {
        expect(ipv4.formatAddress(value)).toBe(
          new ipaddr.IPv4([24, 16, 8, 0].map((s) => (value >>> s) & 255)).toString(),
        );
        expect(ipv4.parseAddress(ipv4.formatAddress(value))).toBe(value);
      }),
    );
  });
});

describe('prefixes', () => {
  it.each([
    '10.0.2.0',
    '10.0.2.0/',
    '10.0.2.0/33',
    '10.0.2.0/024',
    '10.0.2.0/24/1',
    '10.0.2.0/-1',
    '10.0.2.0/ 24',
  ])('refuses %p', (text) => {
    expect(() => ipv4.parsePrefix(text)).toThrow(ipv4.InvalidIpv4);
  });

  it('refuses host bits and names the prefix meant, or clears them when asked', () => {
    expect(() => ipv4.parsePrefix('10.0.2.7/24')).toThrow('10.0.2.0/24');
    expect(ipv4.formatPrefix(ipv4.parsePrefix('10.0.2.7/24', 'clear'))).toBe('10.0.2.0/24');
  });

  it('contain what ipaddr.js says they contain', () => {
    fc.assert(
      fc.property(prefix, address, fc.boolean(), (block, other, near) => {
        const value = near ? block.base + (other % ipv4.size(block)) : other;
        const parsed = ipaddr.IPv4.parse(ipv4.formatAddress(value));
        expect(ipv4.contains(block, value)).toBe(parsed.match(reference(block)));
      }),
    );
  });

  it('begin and end where ipaddr.js says', () => {
    fc.assert(
      fc.property(prefix, (block) => {
        const text = ipv4.formatPrefix(block);
        expect(ipv4.formatAddress(block.base)).toBe(ipaddr.IPv4.networkAddressFromCIDR(text).toString());
        expect(ipv4.formatAddress(ipv4.lastAddress(block))).toBe(
          ipaddr.IPv4.broadcastAddressFromCIDR(text).toString(),
        );
        expect(ipv4.formatAddress(ipv4.mask(block.length))).toBe(
          ipaddr.IPv4.subnetMaskFromPrefixLength(block.length).toString(),
        );
      }),
    );
  });

  it('overlap exactly if they share an address, in either order', () => {
    const small = fc
      .tuple(fc.nat({ max: 255 }), fc.integer({ min: 24, max: 32 }))
      .map(([low, bits]) => ipv4.prefixAround(0x0a000000 + low, bits));
    fc.assert(
      fc.property(small, small, (a, b) => {
        const shared = [...ipv4.addresses(a)].some((value) => ipv4.contains(b, value));
        expect(ipv4.overlaps(a, b)).toBe(shared);
        expect(ipv4.overlaps(b, a)).toBe(shared);
        expect(ipv4.covers(a, b)).toBe([...ipv4.addresses(b)].every((value) => ipv4.contains(a, value)));
      }),
    );
  });

  it('cover another together exactly if each of its addresses is in one of them', () => {
    const small = fc
      .tuple(fc.nat({ max: 63 }), fc.integer({ min: 26, max: 32 }))
      .map(([low, bits]) => ipv4.prefixAround(0x0a000000 + low, bits));
    fc.assert(
      fc.property(fc.array(small, { maxLength: 6 }), small, (blocks, inner) => {
        const every = [...ipv4.addresses(inner)].every((value) =>
          blocks.some((block) => ipv4.contains(block, value)),
        );
        expect(ipv4.coverTogether(blocks, inner)).toBe(every);
      }),
    );
  });

  it('leave network and broadcast address to nobody', () => {
    const block = ipv4.parsePrefix('10.0.2.0/29');
    expect(ipv4.formatAddress(ipv4.firstHost(block))).toBe('10.0.2.1');
    expect(ipv4.formatAddress(ipv4.lastHost(block))).toBe('10.0.2.6');
    expect(() => ipv4.firstHost(ipv4.parsePrefix('10.0.2.0/31'))).toThrow('no host');
  });
});
