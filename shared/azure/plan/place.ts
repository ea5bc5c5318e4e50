import { chooseAddresses, prefixesIn } from '../../admission/addresses';
import { Problem } from '../../api/problems';
import { overlaps, parsePrefix } from '../../network/ipv4';
import type { HostAddresses, LedgerEntry } from '../../records/types';
import type { HostLayout } from '../layout';
import { limitReached, type Obstacle } from '../obstacle';
import { findSubnet } from '../resources/subnet';
import type { ObservedHost } from './observe';

/** Where a host is to be, by what was read. */
export interface Place {
  addresses: HostAddresses;
  /** These are not the ones that it was promised. */
  moved: boolean;
  /** Why it cannot have others, if it needs some. */
  obstacles: Obstacle[];
}

/**
 * Gives a host the next prefix or address where somebody else has the one that it was promised. Only a host of which Azure
 * has nothing yet is moved, and a prefix that was asked for never: what stands in the way is then an obstacle of its plan.
 * `others` are the promises to other hosts.
 */
export function placeHost(
  layout: HostLayout,
  observed: ObservedHost,
  others: LedgerEntry[],
  movable: boolean,
): Place {
  const present: HostAddresses = {
    ghostedPrefix: layout.route.prefix,
    natAddress: layout.nic1.address,
    lanAddress: layout.nic2.address,
  };
  const { occupied } = observed;
  const prefix = parsePrefix(present.ghostedPrefix);
  const has = (address: string) => occupied.addresses.some((one) => one.address === address);
  const lost = {
    ghostedPrefix:
      layout.spec.ghostedPrefix === undefined &&
      occupied.ranges.some((one) => overlaps(parsePrefix(one.prefix, 'clear'), prefix)),
    natAddress: has(present.natAddress),
    lanAddress: has(present.lanAddress),
  };
  const keys = (['ghostedPrefix', 'natAddress', 'lanAddress'] as const).filter((key) => lost[key]);
  const stays: Place = { addresses: present, moved: false, obstacles: [] };
  if (keys.length === 0 || !movable || !isUnbegun(layout, observed)) return stays;
  try {
    const wish = lost.ghostedPrefix ? undefined : present.ghostedPrefix;
    const next = chooseAddresses(layout.definition, others, wish, occupied);
    const addresses = Object.fromEntries(keys.map((key) => [key, next[key]]));
    return { addresses: { ...present, ...addresses }, moved: true, obstacles: [] };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ...stays, obstacles: [nothingLeft(layout, observed, others, error)] };
  }
}

function nothingLeft(
  { definition }: HostLayout,
  { occupied }: ObservedHost,
  others: LedgerEntry[],
  { slug, detail }: Problem,
): Obstacle {
  if (slug !== 'pool-exhausted') return { class: 'quota', code: 'SubnetIsFull', message: detail };
  const { total: limit, used } = prefixesIn(definition, others, occupied);
  const { pools, prefixLength } = definition.ghosted;
  const what = `The pools ${pools.join(', ')} hold ${limit} /${prefixLength} prefixes: all are promised to other hosts or lie in subnets of others.`;
  const remedy = 'Tear hosts down or add a pool.';
  return limitReached('quota', 'PoolExhausted', what, { limit, used, needed: 1, remedy });
}

/** Nothing of the host is in Azure: neither subnet, NIC, VM, disk, public address nor route. */
function isUnbegun({ ghostedSubnet, route }: HostLayout, observed: ObservedHost): boolean {
  const { nic1, nic2, virtualMachine, publicIp, osDisk, dataDisk, routing } = observed;
  const resources = [nic1, nic2, virtualMachine, publicIp, osDisk, dataDisk];
  const routes = routing.tables.flatMap((table) => table.routes ?? []);
  return (
    resources.every((one) => one === undefined) &&
    !(routing.own && findSubnet(routing.own, ghostedSubnet.id)) &&
    !routes.some(({ name }) => name?.toLowerCase() === route.name.toLowerCase())
  );
}
