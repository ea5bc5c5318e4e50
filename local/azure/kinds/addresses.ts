import type { Cloud } from '../cloud';
import { networkError } from '../errors';
import { formatAddress, holds, parseAddress } from '../ipv4';
import { sameId } from '../ids';
import type { ArmResource } from '../types';
import { rangeOf } from './subnets';
import { occupants } from './writing';

/** Azure keeps the first four and the last address of every subnet. */
const reservedAtStart = 4;

/** An IP configuration that asks for an address. */
export interface AddressWish {
  id: string;
  subnet: ArmResource;
  /** The address asked for; undefined lets Azure choose. */
  fixed?: string;
  /** The address it has in that subnet already. */
  held?: string;
}

/** Addresses in use in a subnet, with the IP configuration that uses each. */
export function addressesIn(cloud: Cloud, subnet: ArmResource, except: string): Map<string, string> {
  return new Map(
    occupants(cloud, subnet.id)
      .filter(({ owner }) => !sameId(owner, except))
      .map(({ address, id }) => [address, id] as const),
  );
}

/**
 * The address that the configuration gets.
 * @param taken addresses of the subnet in use by others
 */
export function allocate(wish: AddressWish, taken: ReadonlyMap<string, string>): string {
  const range = rangeOf(wish.subnet);
  if (!range) throw new Error(`Subnet ${wish.subnet.id} has no readable range.`);
  const first = range.first + reservedAtStart;
  if (wish.fixed === undefined) {
    if (wish.held !== undefined && !taken.has(wish.held)) return wish.held;
    for (let value = first; value < range.last; value += 1) {
      if (!taken.has(formatAddress(value))) return formatAddress(value);
    }
    throw networkError(
      400,
      'SubnetIsFull',
      `Subnet ${wish.subnet.name} with address prefix ${String(wish.subnet.properties.addressPrefix)} does not have ` +
        'enough capacity for 1 IP addresses.',
    );
  }
  const value = parseAddress(wish.fixed);
  if (value === undefined || !holds(range, value)) {
    throw networkError(
      400,
      'PrivateIPAddressNotInSubnet',
      `Private static IP address ${wish.fixed} does not belong to the range of subnet prefix ` +
        `${String(wish.subnet.properties.addressPrefix)}.`,
    );
  }
  if (value < first || value === range.last) {
    throw networkError(
      400,
      'PrivateIPAddressInReservedRange',
      `Private static IP address ${wish.fixed} falls within reserved IP range of subnet prefix ` +
        `${String(wish.subnet.properties.addressPrefix)}.`,
    );
  }
  const holder = taken.get(wish.fixed);
  if (holder !== undefined) {
    throw networkError(
      400,
      'PrivateIPAddressIsAllocated',
      `IP configuration ${wish.id} is using the private IP address ${wish.fixed} which is already allocated to ` +
        `resource ${holder}.`,
    );
  }
  return wish.fixed;
}
