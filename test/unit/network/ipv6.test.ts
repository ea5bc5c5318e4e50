import { canonicalRange } from '../../../shared/network/ipv6';

it.each([
  ['FD00:1:0::/48', 'fd00:1::/48'],
  ['fd00:0001:0000:0000:0000:0000:0000:0000/48', 'fd00:1::/48'],
  ['fd00:1::/48', 'fd00:1::/48'],
  ['2001:DB8:0:1:1:1:1:1/128', '2001:db8:0:1:1:1:1:1/128'],
  ['::/0', '::/0'],
  // Not for this function to judge.
  ['10.0.0.0/22', '10.0.0.0/22'],
  ['10.000.0.0/22', '10.000.0.0/22'],
  ['fd00:1::', 'fd00:1::'],
  ['fd00:1::/48/1', 'fd00:1::/48/1'],
  ['FD00::g/48', 'FD00::g/48'],
])('%s is written %s', (text, canonical) => {
  expect(canonicalRange(text)).toBe(canonical);
  expect(canonicalRange(canonicalRange(text))).toBe(canonical);
});
