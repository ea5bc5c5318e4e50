import { arrive } from './arrival';
import { addressOf, originOf, placeOf, type Origin } from './endpoints';
import { leave, leaveGateway } from './fabric';
import { fromGuest, throughHost } from './host';
import {
  breaks,
  hostLabel,
  nicLabel,
  type End,
  type Packet,
  type Place,
  type Step,
  type Trace,
} from './packet';
import type { Broken, Endpoint, Hop, WalkOptions, WalkResult } from './result';
import type { NetworkView } from './view';

/** Source port of whoever asks: any that no service listens on. */
const ephemeralPort = 50_000;

/**
 * Follows one packet and its answer hop by hop over Azure's routes, security groups, peerings and interfaces and over
 * the routing tables, forwarding and NAT of the hosts. Pure. An endpoint that exists but cannot send or be found is a
 * broken way; throws RangeError if it names nothing that is known, InvalidIpv4 if an address is none.
 *
 * Not looked at: firewalls inside machines, what appliances let through (they are taken to pass everything), and
 * what lies behind a gateway beyond the routes that the gateway has.
 */
export function walk(view: NetworkView, from: Endpoint, to: Endpoint, options: WalkOptions = {}): WalkResult {
  const origin = originOf(view, from);
  if ('broken' in origin) return unsent('', '', origin.broken);
  const destination = addressOf(view, to, origin);
  if (typeof destination !== 'string') return unsent(origin.address, '', destination.broken);
  const asked: Packet = {
    source: origin.address,
    sourcePort: ephemeralPort,
    destination,
    destinationPort: options.port ?? (to === 'dns' ? 53 : 443),
    protocol: options.protocol ?? (to === 'dns' ? 'udp' : 'tcp'),
  };
  const there: Trace = {
    view,
    packet: asked,
    hops: [],
    translations: [],
    flows: new Set(),
    appliances: new Set(),
  };
  const arrival = follow(there, origin.place);
  const known = { source: origin.address, destination, hops: there.hops };
  if ('broken' in arrival) return failed(known, '', [], arrival.broken, 'there');
  const sourceSeen = there.packet.source;
  const back: Trace = { ...there, packet: reversed(there.packet), hops: [], appliances: new Set() };
  const end = follow(back, answeringPlace(view, arrival.end));
  const problem = 'broken' in end ? end.broken : misdelivered(back, end.end, origin, asked);
  if (problem) return failed(known, sourceSeen, back.hops, problem, 'back');
  const oneSided = notInBoth(there.appliances, back.appliances);
  return { ok: true, ...known, sourceSeen, returnHops: back.hops, oneSided };
}

function notInBoth(a: Set<string>, b: Set<string>): string[] {
  return [...a, ...b].filter((name) => !a.has(name) || !b.has(name));
}

function unsent(source: string, destination: string, broken: Broken): WalkResult {
  return failed({ source, destination, hops: [] }, '', [], broken, 'there');
}

function failed(
  known: { source: string; destination: string; hops: Hop[] },
  sourceSeen: string,
  returnHops: Hop[],
  broken: Broken,
  leg: 'there' | 'back',
): WalkResult {
  return { ok: false, ...known, sourceSeen, returnHops, oneSided: [], brokenBy: { ...broken, leg } };
}

function reversed(packet: Packet): Packet {
  const { source, sourcePort, destination, destinationPort } = packet;
  return {
    ...packet,
    source: destination,
    sourcePort: destinationPort,
    destination: source,
    destinationPort: sourcePort,
  };
}

/** Step by step to an end; a packet that is where it was before goes round for ever. */
function follow(trace: Trace, start: Place): { end: End } | { broken: Broken } {
  const been = new Set<string>();
  for (let place = start; ;) {
    const at = labelOf(place);
    const mark = `${place.in} ${at} ${trace.packet.source} ${trace.packet.destination}`;
    if (been.has(mark)) return loop(trace, place);
    been.add(mark);
    const step = take(trace, place);
    if (!('next' in step)) return step;
    place = step.next;
  }
}

function loop({ hops }: Trace, place: Place): { broken: Broken } {
  const way = hops.findLast(({ rule }) => rule !== undefined)?.rule;
  const reason = `the packet goes round in a loop${way === undefined ? '' : ` by ${way}`}`;
  return breaks(place.in === 'host' ? 'host' : 'interface', labelOf(place), reason);
}

function take(trace: Trace, place: Place): Step {
  switch (place.in) {
    case 'guest':
      return fromGuest(trace, place.host, place.address);
    case 'host':
      return throughHost(trace, place.host, place.from);
    case 'leaving':
      return leave(trace, place.nic);
    case 'arriving':
      return arrive(trace, place.nic);
    case 'gateway':
      return leaveGateway(trace, place.gateway);
  }
}

function labelOf(place: Place): string {
  switch (place.in) {
    case 'guest':
      return `guest of ${place.host.name}`;
    case 'host':
      return hostLabel(place.host);
    case 'gateway':
      return `gateway ${place.gateway.name}`;
    case 'leaving':
    case 'arriving':
      return nicLabel(place.nic);
  }
}

/** Whoever received the packet answers; what left to the outside comes back to where it left. */
function answeringPlace(view: NetworkView, end: End): Place {
  switch (end.at) {
    case 'guest':
      return { in: 'guest', host: end.host, address: end.address };
    case 'machine':
      return placeOf(view, end.nic);
    case 'outside':
      return { in: 'arriving', nic: end.nic };
    case 'onPremises':
      return { in: 'gateway', gateway: end.gateway };
  }
}

/** An answer counts only at the one who asked, and only from the one who was asked. */
function misdelivered(
  { packet: answer, translations }: Trace,
  end: End,
  origin: Origin,
  asked: Packet,
): Broken | undefined {
  if (answer.destination !== origin.address || !isAt(end, origin.place)) {
    return breaks('endpoint', labelOf(origin.place), `the answer to ${origin.address} ends elsewhere`).broken;
  }
  if (answer.source === asked.destination) return undefined;
  const culprit = translations.findLast(({ outside }) => outside === answer.source);
  const reason = `the answer comes from ${answer.source}, not from ${asked.destination}`;
  return culprit
    ? breaks('host', culprit.label, `${reason} (${culprit.rule})`).broken
    : breaks('endpoint', labelOf(origin.place), reason).broken;
}

function isAt(end: End, place: Place): boolean {
  switch (place.in) {
    case 'guest':
      return end.at === 'guest' && end.host === place.host;
    case 'host':
      return end.at === 'machine' && [place.host.nic1, place.host.nic2].includes(end.nic.id);
    case 'gateway':
      return end.at === 'onPremises';
    case 'leaving':
    case 'arriving':
      return end.at === 'machine' && end.nic.machine?.id === place.nic.machine?.id;
  }
}
