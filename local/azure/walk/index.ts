import { key } from '../ids';
import { holds, parseAddress } from '../ipv4';
import { arrive, leave, pass, platformAddress } from './fabric';
import { fromPremises } from './gateways';
import { guestsOf } from './guests';
import { adapterFor, fromGuest, throughHost } from './host';
import type { Arrival, Journey, Packet, Place, Step } from './journey';
import { topologyOf } from './topology';
import type { Nic, Topology, Vm } from './topology';
import type { Broken, Endpoint, Hop, WalkOptions, WalkResult, WalkView } from './types';

export type { Broken, Endpoint, Hop, WalkOptions, WalkResult, WalkView } from './types';

/** Stands for any address of the internet (RFC 5737). */
const internetAddress = '203.0.113.10';

interface Origin {
  place: Place;
  address: string;
  dns: string;
}

/**
 * Follows one packet from `from` to `to` and its answer back, hop by hop, over Azure's routes, security groups and
 * NIC settings and the routing tables, forwarding and NAT of the hosts. Pure. Throws RangeError if an endpoint names
 * nothing that exists; an endpoint that exists but cannot send or be found is a broken path.
 */
export function walk(view: WalkView, from: Endpoint, to: Endpoint, options: WalkOptions = {}): WalkResult {
  const topology = topologyOf(view);
  const origin = originOf(topology, from);
  if ('broken' in origin) return failed(origin.broken);
  const destination = addressOf(topology, to, origin);
  if (typeof destination !== 'string') return failed(destination.broken);
  const packet: Packet = {
    source: origin.address,
    sourcePort: 50_000,
    destination,
    protocol: options.protocol ?? (to === 'dns' ? 'udp' : 'tcp'),
    port: options.port ?? (to === 'dns' ? 53 : 443),
  };
  const journey: Journey = { topology, packet, hops: [], translations: [], admitted: new Set() };
  const there = travel(journey, origin.place);
  const hops = journey.hops;
  if ('broken' in there) return { ok: false, sourceSeen: '', hops, returnHops: [], brokenBy: there.broken };
  const sourceSeen = journey.packet.source;
  const returnHops: Hop[] = [];
  journey.hops = returnHops;
  journey.packet = answerTo(journey.packet);
  const back = travel(journey, answerFrom(there.arrived));
  const problem = 'broken' in back ? back.broken : misdelivered(journey, back.arrived, origin, packet);
  if (problem === undefined) return { ok: true, sourceSeen, hops, returnHops };
  const brokenBy = { ...problem, reason: `on the way back: ${problem.reason}` };
  return { ok: false, sourceSeen, hops, returnHops, brokenBy };
}

function answerTo({ source, sourcePort, destination, port, protocol }: Packet): Packet {
  return { source: destination, sourcePort: port, destination: source, port: sourcePort, protocol };
}

function failed(brokenBy: Broken): WalkResult {
  return { ok: false, sourceSeen: '', hops: [], returnHops: [], brokenBy };
}

type End = { arrived: Arrival } | { broken: Broken };

/** Step by step until it arrives, breaks, or is where it has been before. */
function travel(journey: Journey, start: Place): End {
  const seen = new Set<string>();
  for (let place = start; ;) {
    const { source, destination } = journey.packet;
    const name = nameOf(place);
    const mark = `${place.kind} ${name} ${source} ${destination}`;
    if (seen.has(mark)) return { broken: { element: name, reason: 'the packet goes round in a loop' } };
    seen.add(mark);
    const result = step(journey, place);
    if (!('next' in result)) return result;
    place = result.next;
  }
}

function step(journey: Journey, place: Place): Step {
  switch (place.kind) {
    case 'guest':
      return fromGuest(journey, place.vm, place.address);
    case 'host':
      return throughHost(journey, place.vm, place.ingress);
    case 'leaving':
      return leave(journey, place.nic);
    case 'arriving':
      return arrive(journey, place.nic);
    case 'gateway':
      return pass(journey, place.gateway);
    case 'premises':
      return fromPremises(journey, place.address);
  }
}

function nameOf(place: Place): string {
  switch (place.kind) {
    case 'guest':
      return `guest of ${place.vm.name}`;
    case 'host':
      return `host ${place.vm.name}`;
    case 'gateway':
      return `gateway ${place.gateway.name}`;
    case 'premises':
      return 'on premises';
    default:
      return `NIC ${place.nic.name}`;
  }
}

/** Whoever received the packet answers; what came from outside comes back to the interface it left by. */
function answerFrom(arrival: Arrival): Place {
  if (arrival.kind === 'guest') return { kind: 'guest', vm: arrival.vm, address: arrival.address };
  if (arrival.kind === 'premises') return arrival;
  return arrival.kind === 'outside' ? { kind: 'arriving', nic: arrival.nic } : fromMachine(arrival.nic);
}

function fromMachine(nic: Nic): Place {
  const { vm } = nic;
  return vm?.guest && adapterFor(vm, vm.guest, nic)
    ? { kind: 'host', vm, ingress: undefined }
    : { kind: 'leaving', nic };
}

/** The answer has to reach the one who asked, and to come from the one who was asked. */
function misdelivered(
  { packet: answer, translations }: Journey,
  end: Arrival,
  { place, address }: Origin,
  asked: Packet,
): Broken | undefined {
  const element = nameOf(place);
  if (end.kind === 'outside' || answer.destination !== address || ownerOf(end) !== ownerOf(place)) {
    return { element, reason: `the answer to ${address} ends elsewhere` };
  }
  if (answer.source !== asked.destination) {
    const translator = translations.findLast(({ outside }) => outside === answer.source)?.vm;
    return {
      element: translator ? `host ${translator.name}` : element,
      reason: `the answer comes from ${answer.source}, not from ${asked.destination}`,
    };
  }
  return undefined;
}

/** The machine of a place or arrival; undefined on premises and at gateways. */
function ownerOf(where: Place | Arrival): Vm | undefined {
  if ('vm' in where) return where.vm;
  return 'nic' in where ? where.nic.vm : undefined;
}

function hostNamed(topology: Topology, name: string): Vm {
  const vm = topology.vms.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!vm) throw new RangeError(`There is no virtual machine ${name}`);
  return vm;
}

function nicIn(topology: Topology, name: string): Nic | { broken: Broken } {
  const subnet = topology.subnets.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!subnet) throw new RangeError(`There is no subnet ${name}`);
  const members = topology.nics.filter((nic) => key(nic.subnet.id) === key(subnet.id));
  const nic = members.find(({ vm }) => vm?.power === 'running');
  return (
    nic ?? {
      broken: { element: `subnet ${subnet.name}`, reason: 'no machine is running in it', id: subnet.id },
    }
  );
}

function guestOn(vm: Vm): ReturnType<typeof guestsOf>['guests'][number] | { broken: Broken } {
  const { guests, problem } = guestsOf(vm);
  const [first] = guests;
  return (
    first ?? { broken: { element: `host ${vm.name}`, reason: `a guest gets no address: ${problem ?? ''}` } }
  );
}

function originOf(topology: Topology, from: Endpoint): Origin | { broken: Broken } {
  if (from === 'internet' || from === 'dns') {
    return { broken: { element: from, reason: 'nothing here can be reached from outside unasked' } };
  }
  if ('onPremises' in from) return premisesOrigin(from.onPremises);
  if ('guestOf' in from) {
    const vm = hostNamed(topology, from.guestOf);
    const guest = guestOn(vm);
    return 'broken' in guest ? guest : guestOrigin(vm, guest.address, guest.dns[0]);
  }
  if ('subnet' in from) {
    const nic = nicIn(topology, from.subnet);
    return 'broken' in nic ? nic : machineOrigin(nic);
  }
  const nic = topology.nics.find(({ address }) => address === from.address);
  if (nic) return machineOrigin(nic);
  for (const vm of topology.vms) {
    const guest = vm.guest && guestsOf(vm).guests.find(({ address }) => address === from.address);
    if (guest) return guestOrigin(vm, guest.address, guest.dns[0]);
  }
  const value = parseAddress(from.address) ?? 0;
  const behind = topology.gateways.some(({ prefixes }) => prefixes.some((range) => holds(range, value)));
  if (behind) return premisesOrigin(from.address);
  throw new RangeError(`Nobody has the address ${from.address}`);
}

function premisesOrigin(address: string): Origin {
  return { place: { kind: 'premises', address }, address, dns: platformAddress };
}

function guestOrigin(vm: Vm, address: string, dns = platformAddress): Origin {
  return { place: { kind: 'guest', vm, address }, address, dns };
}

function machineOrigin(nic: Nic): Origin {
  return { place: fromMachine(nic), address: nic.address, dns: platformAddress };
}

function addressOf(topology: Topology, to: Endpoint, origin: Origin): string | { broken: Broken } {
  if (to === 'internet') return internetAddress;
  if (to === 'dns') return origin.dns;
  if ('address' in to) return to.address;
  if ('onPremises' in to) return to.onPremises;
  const found = 'guestOf' in to ? guestOn(hostNamed(topology, to.guestOf)) : nicIn(topology, to.subnet);
  return 'broken' in found ? found : found.address;
}
