import { formatAddress } from '../ipv4';
import { startsIn, wayTo, waysIn } from '../routing/ways';
import { selectRoute, type EffectiveRoute } from '../walk';

/** What a host needs of the routes that Azure has in force at one network interface. */
export type Expectation =
  /** All of a ghosted prefix goes to this address: of NIC 2, or of the appliance that inspects on the way. */
  | { kind: 'ghosted'; prefix: string; nextHop: string }
  /** Ranges that guests reach under their own address lead somewhere wherever the tables say that they do. */
  | { kind: 'carried'; ranges: string[]; tables: EffectiveRoute[] }
  /** What leaves for the internet gets out. `translated`: Azure has an address for it, should it leave straight. */
  | { kind: 'out'; translated: boolean };

/** The interface that was asked, in words. */
export interface Place {
  nic: string;
  subnet: string;
}

export interface Opinion {
  /** Contradictions: what was promised does not hold. Each says what to do. */
  problems: string[];
  /** Worth knowing; nothing that was promised. */
  notes: string[];
}

/** Holds the routes in force at an interface against what is expected of them. Pure. */
export function judgeEffective(
  place: Place,
  expectations: readonly Expectation[],
  routes: EffectiveRoute[],
): Opinion {
  const opinions = expectations.map((expectation) => judge(place, expectation, routes));
  return {
    problems: opinions.flatMap(({ problems }) => problems),
    notes: opinions.flatMap(({ notes }) => notes),
  };
}

function judge(place: Place, expectation: Expectation, routes: EffectiveRoute[]): Opinion {
  switch (expectation.kind) {
    case 'ghosted':
      return { problems: ghosted(place, expectation, routes), notes: [] };
    case 'carried':
      return carried(place, expectation, routes);
    case 'out':
      return { problems: out(place, expectation.translated, routes), notes: [] };
  }
}

function ghosted(
  { nic, subnet }: Place,
  { prefix, nextHop }: { prefix: string; nextHop: string },
  routes: EffectiveRoute[],
): string[] {
  return waysIn(routes, prefix)
    .filter((way) => way?.nextHopType !== 'VirtualAppliance' || way.nextHopAddress !== nextHop)
    .map(
      (way) =>
        `The routes in force at ${nic} in ${subnet} send ${prefix} to ${described(way)}, not to ${nextHop}. ${remedyFor(way, subnet)}`,
    );
}

const remedyFor = (way: EffectiveRoute | undefined, subnet: string): string =>
  way?.source === 'User'
    ? `Take that route off ${subnet}.`
    : `The table of ${subnet} is not in force there: see whether the subnet still has it.`;

function carried(
  { nic, subnet }: Place,
  { ranges, tables }: { ranges: string[]; tables: EffectiveRoute[] },
  routes: EffectiveRoute[],
): Opinion {
  const problems = new Set<string>();
  const notes = new Set<string>();
  for (const range of ranges) {
    const pairs = startsIn([...routes, ...tables], range).map((start) => {
      const address = formatAddress(start);
      return { way: selectRoute(routes, address), meant: selectRoute(tables, address) };
    });
    const lost = pairs.filter(({ way }) => drops(way));
    for (const { way, meant } of lost.filter((pair) => !drops(pair.meant))) {
      problems.add(
        `The routes in force at ${nic} in ${subnet} lose part of ${range}: ${described(way)}, where the tables say ${described(meant)}. ${remedyFor(way, subnet)}`,
      );
    }
    const meant = lost.filter((pair) => drops(pair.meant));
    if (meant.length === pairs.length)
      notes.add(`Guests do not reach ${range}: no route at ${nic} leads there.`);
    else {
      for (const { way } of meant.filter((pair) => pair.way?.source === 'User'))
        notes.add(`Guests do not reach all of ${range}: ${described(way)} at ${nic}.`);
    }
  }
  return { problems: [...problems], notes: [...notes] };
}

/** Guests go out of NIC 2 under addresses of their own, for which Azure has no way to the internet. */
const drops = (way: EffectiveRoute | undefined): boolean =>
  way === undefined || way.nextHopType === 'None' || way.nextHopType === 'Internet';

/** A default route may come in two halves, which go before a whole one. */
const halves = ['0.0.0.0/1', '128.0.0.0/1'];

function out({ nic, subnet }: Place, translated: boolean, routes: EffectiveRoute[]): string[] {
  const ways = new Set(halves.map((half) => wayTo(routes, half)));
  return [...ways].flatMap((way): string[] => {
    switch (way?.nextHopType) {
      case 'VirtualAppliance':
      case 'VirtualNetworkGateway':
      case 'Unknown':
        return [];
      case 'Internet':
        if (translated) return [];
        return [
          `${nic} sends what guests send to the internet straight there, but ${subnet} is private and has no NAT gateway. Give it one.`,
        ];
      case undefined:
      case 'None':
      case 'VnetLocal':
      case 'VNetPeering':
        return [
          `${nic} has no way to the internet: the routes in force at it in ${subnet} send it to ${described(way)}. Give ${subnet} a way out: a NAT gateway, or a default route to an appliance.`,
        ];
    }
  });
}

function described(way: EffectiveRoute | undefined): string {
  if (!way) return 'nowhere, for want of a route';
  const { name, prefix, nextHopType, nextHopAddress } = way;
  const hop = nextHopAddress === undefined ? nextHopType : `${nextHopType} ${nextHopAddress}`;
  return `${hop} (${name === undefined ? 'route' : `route ${name}`} ${prefix})`;
}
