import { firstHost, formatAddress, formatPrefix, lastHost, parsePrefix, InvalidIpv4 } from './ipv4';

/** A ghosted prefix as the guest scripts want it: the host's own address in it and the range that DHCP serves. */
export interface GhostedRange {
  prefix: string;
  gateway: string;
  dhcpStart: string;
  dhcpEnd: string;
}

/** The smallest subnet that Azure accepts; it also leaves room for a gateway and several guests. */
export const longestGhostedPrefix = 29;

/** The gateway has the first host address; guests get the second to the last. */
export function ghostedRange(prefix: string): GhostedRange {
  const range = parsePrefix(prefix);
  if (range.length > longestGhostedPrefix) {
    throw new InvalidIpv4(
      `${prefix} is too small for a ghosted subnet; the smallest is a /${longestGhostedPrefix}.`,
    );
  }
  return {
    prefix: formatPrefix(range),
    gateway: formatAddress(firstHost(range)),
    dhcpStart: formatAddress(firstHost(range) + 1),
    dhcpEnd: formatAddress(lastHost(range)),
  };
}
