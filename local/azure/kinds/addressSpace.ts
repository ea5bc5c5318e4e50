import { isIPv6 } from 'node:net';
import type { Cloud } from '../cloud';
import { networkError } from '../errors';
import { contains, formatRange, overlaps, parseRange, touchesForbidden } from '../ipv4';
import type { Range } from '../ipv4';
import { asArray, at } from '../json';
import type { ArmResource } from '../types';
import type { Call } from './kind';
import { rangeOf } from './subnets';

export function childrenOf(cloud: Cloud, vnet: ArmResource): ArmResource[] {
  return cloud.store.list('Microsoft.Network/virtualNetworks/subnets', { parent: vnet.id });
}

/** The address space of a stored network. */
export function rangesOf(vnet: ArmResource): Range[] {
  return asArray(at(vnet.properties, 'addressSpace', 'addressPrefixes')).flatMap(
    (prefix) => parseRange(String(prefix)) ?? [],
  );
}

/** Reads a prefix as Azure does: CIDR notation, without host bits. */
export function checkedRange(text: string, resource: string): Range {
  const range = parseRange(text);
  if (!range) {
    throw networkError(
      400,
      'InvalidAddressPrefixFormat',
      `Address prefix ${text} of resource ${resource} is not formatted correctly. It should follow CIDR notation, ` +
        'for example 10.0.0.0/24.',
    );
  }
  if (formatRange(range) !== text) {
    throw networkError(
      400,
      'InvalidCIDRNotation',
      `The address prefix ${text} in resource ${resource} has an invalid CIDR notation. For the given prefix ` +
        `length, the address prefix should be ${formatRange(range)}.`,
    );
  }
  return range;
}

/** Throws what Azure answers to an address space that cannot be, or that its subnets no longer fit into. */
export function checkAddressSpace(call: Call): void {
  const prefixes = asArray(at(call.body.properties, 'addressSpace', 'addressPrefixes')).map(String);
  if (prefixes.length === 0) {
    throw networkError(
      400,
      'InvalidRequestFormat',
      'Cannot parse the request. Required property addressSpace.addressPrefixes is missing or empty.',
    );
  }
  // IPv6 ranges are stored as they come and routed nowhere.
  const plain = prefixes.filter((prefix) => !isIPv6(prefix.split('/')[0] ?? ''));
  const ranges = plain.map((prefix) => checkedRange(prefix, call.id));
  for (const [index, range] of ranges.entries()) {
    const forbidden = touchesForbidden(range);
    // Unverified: code and text of both rejections; that they are rejected is documented.
    if (forbidden !== undefined || range.length < 2) {
      throw networkError(
        400,
        'NetcfgInvalidVirtualNetworkSite',
        `Address prefix ${plain[index]} of virtual network '${call.target.names[0]}' is not allowed` +
          `${forbidden === undefined ? '' : `: it overlaps the reserved range ${forbidden}`}.`,
      );
    }
    if (ranges.slice(0, index).some((other) => overlaps(other, range))) {
      throw networkError(
        400,
        'NetcfgInvalidVirtualNetworkSite',
        `Address prefix ${plain[index]} of virtual network '${call.target.names[0]}' overlaps another of its prefixes.`,
      );
    }
  }
  for (const subnet of call.existing ? childrenOf(call.cloud, call.existing) : []) {
    const own = rangeOf(subnet);
    if (own && !ranges.some((range) => contains(range, own))) {
      throw networkError(
        400,
        'InUsePrefixCannotBeDeleted',
        `IpPrefix ${formatRange(own)} on Vnet ${call.id} is in use and cannot be deleted.`,
      );
    }
  }
}
