import { contains, formatRange, parseRange } from '../../ipv4';
import type { Range } from '../../ipv4';
import { addressesOf, adapterAt, isActive, onLink } from '../interfaces';
import type { Session } from '../session';
import type { Adapter, Route, WindowsState } from '../types';

/** Adapters by the name that reports have for them. */
export interface Labelled {
  nic1: Adapter;
  nic2: Adapter;
  vEthernet: Adapter | undefined;
}

interface Way {
  range: Range;
  gateway: string;
  index: number;
}

const everything: Range = { first: 0, last: 2 ** 32 - 1, length: 0 };
/** What lies above is multicast and broadcast, which nobody routes. */
const multicast = 224 * 2 ** 24;

/** One for each planned route, each subnet of the host's own adapters, and the default route of NIC 1. */
export function meantWays({ state, plan }: Session, adapters: Labelled): Way[] {
  const { nic1, nic2, vEthernet } = adapters;
  const way = (prefix: string, gateway: string, index: number): Way[] => {
    const range = parseRange(prefix);
    return range ? [{ range, gateway, index }] : [];
  };
  const own = [nic1, nic2, ...(vEthernet ? [vEthernet] : [])].flatMap(({ index }) =>
    addressesOf(state, index).flatMap(({ address, prefixLength }) =>
      way(`${address}/${prefixLength}`, onLink, index),
    ),
  );
  const defaults = state.routes.filter(
    (route) => route.prefix === '0.0.0.0/0' && route.index === nic1.index && isActive(state, route),
  );
  return [
    ...plan.routes.flatMap(({ prefix, gateway, nic }) =>
      way(prefix, gateway, nic === 1 ? nic1.index : nic2.index),
    ),
    ...own,
    { range: everything, gateway: '', index: nic1.index },
    ...defaults.map(({ nextHop, index }) => ({ range: everything, gateway: nextHop, index })),
  ];
}

/** All of the narrowest that take in a range. */
export function narrowest(ways: Way[], range: Range): Way[] {
  const around = ways.filter((way) => contains(way.range, range));
  const longest = Math.max(...around.map((way) => way.range.length));
  return around.filter((way) => way.range.length === longest);
}

export interface Stray extends Pick<Route, 'prefix' | 'nextHop' | 'index' | 'metric'> {
  /** The route and its adapter, as a report says it. */
  text: string;
  /** False: only from the next start on. */
  active: boolean;
  /** The range whose packets it takes. */
  of: string;
}

/** Routes that take packets from the way meant for them, now or after the next start. */
export function strayRoutes(session: Session, adapters: Labelled): Stray[] {
  const { state } = session;
  const ways = meantWays(session, adapters);
  return [...standing(state), ...links(state)].flatMap((route) => {
    const range = parseRange(route.prefix);
    if (!range || range.length === 0 || range.first >= multicast) return [];
    const meant = narrowest(ways, range);
    const of = meant[0]?.range ?? everything;
    const good = meant.some(({ index, gateway }) => index === route.index && gateway === route.nextHop);
    // Outside planned ranges the owner may send what he likes, but no large piece of the internet.
    if (good || (of.length === 0 && range.length >= 8)) return [];
    const text = `${route.prefix} via ${route.nextHop} on ${labelOf(adapters, route.index)}`;
    const { prefix, nextHop, index, metric } = route;
    return [{ prefix, nextHop, index, metric, text, active: isActive(state, route), of: formatRange(of) }];
  });
}

/** In force now, or stored for an adapter that is there, so that they will be after the next start. */
export function standing(state: WindowsState): Route[] {
  const stored = (route: Route): boolean => route.persistent && adapterAt(state, route.index) !== undefined;
  return state.routes.filter((route) => isActive(state, route) || stored(route));
}

/** What Windows has on the link by itself. */
function links(state: WindowsState): Route[] {
  return state.addresses.flatMap(({ index, address, prefixLength }) => {
    const range = parseRange(`${address}/${prefixLength}`);
    return range && adapterAt(state, index)
      ? [{ prefix: formatRange(range), nextHop: onLink, index, metric: 256, persistent: false }]
      : [];
  });
}

export function labelOf({ nic1, nic2, vEthernet }: Labelled, index: number): string {
  if (index === nic1.index) return 'NIC 1';
  if (index === nic2.index) return 'NIC 2';
  return index === vEthernet?.index ? 'the switch' : `adapter ${index}`;
}

/** An address in the range that no narrower way takes; undefined if its ends are both taken. */
export function sampleOf(ways: Way[], prefix: string): number | undefined {
  const range = parseRange(prefix);
  if (!range) return undefined;
  const ends = range.length < 31 ? [range.last - 1, range.first + 1] : [range.first];
  return ends.find((one) => narrowest(ways, single(one))[0]?.range.length === range.length);
}

export const single = (address: number): Range => ({ first: address, last: address, length: 32 });
