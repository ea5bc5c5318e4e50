import { InvalidIpv4, overlaps, parsePrefix, type Prefix } from '../../network/ipv4';
import type { HostAddresses } from '../../records/types';
import { isIpv4, lower } from '../facts';
import type { Scope } from '../scope';
import type { LostHost } from './types';

export type Claimant = HostAddresses & { host: string };

export const inRecords = ({ promised }: Scope, host: string): Claimant[] =>
  promised.hosts.flatMap(({ name, addresses }) =>
    addresses && lower(name) !== host ? [{ ...addresses, host: name }] : [],
  );

export const claimedBy = (found: LostHost[], self: LostHost): Claimant[] =>
  found.flatMap((one) => (one !== self && one.addresses ? [{ ...one.addresses, host: one.host }] : []));

export function clashes({ addresses }: LostHost, others: Claimant[], how: string): string[] {
  const prefix = prefixOf(addresses?.ghostedPrefix);
  if (!addresses || !prefix) return [];
  return others.flatMap((other) => {
    const theirs = prefixOf(other.ghostedPrefix);
    const shared = [addresses.natAddress, addresses.lanAddress].filter(
      (address) => address === other.natAddress || address === other.lanAddress,
    );
    return [...(theirs && overlaps(theirs, prefix) ? [other.ghostedPrefix] : []), ...shared].map(
      (range) => `${range} ${how} ${other.host}`,
    );
  });
}

/** Tags say what anybody wrote into them. */
export function prefixOf(text: string | undefined): Prefix | undefined {
  if (text === undefined || !isIpv4(text)) return undefined;
  try {
    return parsePrefix(text);
  } catch (error) {
    if (!(error instanceof InvalidIpv4)) throw error;
    return undefined;
  }
}
