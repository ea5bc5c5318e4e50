import ipaddr from 'ipaddr.js';

/**
 * The one spelling of an IPv6 range: lower case, no leading zeros, the longest run of zeros left out (RFC 5952). What is no
 * such range comes back as it is.
 */
export function canonicalRange(text: string): string {
  const [address = '', length = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(length) || !/^[\da-f:]+$/i.test(address)) return text;
  return ipaddr.IPv6.isValid(address) ? `${ipaddr.IPv6.parse(address).toRFC5952String()}/${length}` : text;
}
