import { contains, covers, parseAddress, type Prefix } from '../ipv4';
import { closedToGuests } from '../reserved';
import { interfaceOf, readPrefix, subnetWithId, within } from './lookup';
import { breaks, hostLabel, translate, translateBack, type Packet, type Step, type Trace } from './packet';
import type { HostFacts, HostNic, InterfaceFacts, NetworkView } from './view';

type Port = HostNic | 'vEthernet';

const portLabel = (port: Port): string => (port === 'vEthernet' ? 'the switch' : `NIC ${port}`);

interface HostRoute {
  prefix: Prefix;
  text: string;
  /** 0: another adapter, from where nothing goes on. */
  port: Port | 0;
  /** Absent: the destination is on the link. */
  gateway?: string;
  metric: number;
}

/** Longest prefix first, then the smaller metric, as Windows chooses. */
export function routingTable(view: NetworkView, host: HostFacts): HostRoute[] {
  const links = ([1, 2] as const).flatMap((port) => {
    const nic = interfaceOf(view, host, port);
    const prefixes = (nic && subnetWithId(view, nic.subnetId)?.prefixes) ?? [];
    return prefixes.flatMap((text) => route(text, port, 0));
  });
  const { vEthernet, defaultRoute } = host;
  return [
    ...links,
    ...(vEthernet ? route(`${vEthernet.address}/${vEthernet.prefixLength}`, 'vEthernet', 0) : []),
    ...host.routes.flatMap(({ prefix, nic, gateway, metric }) => route(prefix, nic, metric, gateway)),
    ...(defaultRoute === undefined ? [] : route('0.0.0.0/0', defaultRoute, 0, 'the gateway of its subnet')),
  ].sort((a, b) => b.prefix.length - a.prefix.length || a.metric - b.metric);
}

function route(text: string, port: Port | 0, metric: number, gateway?: string): HostRoute[] {
  const prefix = readPrefix(text);
  return prefix ? [{ prefix, text, port, metric, ...(gateway === undefined ? {} : { gateway }) }] : [];
}

/** A packet in the host's operating system: its own, an answer to what it translated, or one to forward. */
export function throughHost(trace: Trace, host: HostFacts, from: Port | undefined): Step {
  const { view, hops } = trace;
  const me = hostLabel(host);
  translateBack(trace, host.name, me);
  const { destination } = trace.packet;
  const nics = ([1, 2] as const).flatMap((port) => interfaceOf(view, host, port) ?? []);
  if (from !== undefined && isOwn(host, nics, destination)) {
    const nic = nics.find(({ addresses }) => addresses.includes(destination)) ?? nics[1] ?? nics[0];
    return nic ? { end: { at: 'machine', nic } } : breaks('host', me, 'its interfaces are not known');
  }
  const way = routingTable(view, host).find(({ prefix }) => contains(prefix, parseAddress(destination)));
  if (!way) return breaks('host', me, `its routing table has no route to ${destination}`);
  if (way.port === 0) {
    return breaks('host', me, `its route ${way.text} via ${way.gateway} keeps ${destination} off both NICs`);
  }
  if (from !== undefined) {
    const obstacle = refusesToForward(host, from, way.port);
    if (obstacle !== undefined) return breaks('host', me, obstacle);
    const filtered = filteredOut(host, from, trace.packet);
    if (filtered) return filtered;
    translateOut(trace, host, from, way.port);
  }
  const rule = `${way.text} ${way.gateway === undefined ? 'on the link' : `via ${way.gateway}`} on ${portLabel(way.port)}`;
  hops.push({
    at: me,
    action: from === undefined ? 'sends' : 'forwards',
    nextHop: way.gateway ?? destination,
    rule,
  });
  if (way.port === 'vEthernet') return { end: { at: 'guest', host, address: destination } };
  const nic = interfaceOf(view, host, way.port);
  return nic
    ? { next: { in: 'leaving', nic } }
    : breaks('host', me, `Azure has no interface that is its NIC ${way.port}`);
}

function isOwn(host: HostFacts, nics: InterfaceFacts[], address: string): boolean {
  return host.vEthernet?.address === address || nics.some(({ addresses }) => addresses.includes(address));
}

const nicKey = (nic: HostNic) => (nic === 1 ? 'nic1' : 'nic2');

function refusesToForward({ router, forwarding }: HostFacts, from: Port, to: Port): string | undefined {
  if (!router) return 'RRAS does not route';
  const off = [from, to].find((port) => !forwarding[port === 'vEthernet' ? port : nicKey(port)]);
  return off === undefined ? undefined : `forwarding is off on ${portLabel(off)}`;
}

/** RRAS looks at the filters of the switch before it routes. */
function filteredOut(host: HostFacts, from: Port, packet: Packet): Step | undefined {
  if (from !== 'vEthernet') return undefined;
  const { destination, destinationPort, protocol } = packet;
  const named = closedToGuests.find(
    (what) => what === destination || (protocol === 'tcp' && what === `${destination}:${destinationPort}`),
  );
  const dropped = host.letsInNamed
    ? named === undefined
    : named !== undefined && !host.openPlatform.includes(named);
  const reason = `a filter on the switch drops ${protocol} to ${destination}`;
  return dropped ? breaks(host.letsInNamed ? 'host' : 'protection', hostLabel(host), reason) : undefined;
}

/** RRAS translates by the interface that a packet leaves by, WinNAT by the prefix that it comes from. */
function translateOut(trace: Trace, host: HostFacts, from: Port, to: Port): void {
  if (to === 'vEthernet' || to === from) return;
  const { source, destination } = trace.packet;
  const router = host.nat.includes(to);
  const winNat = host.winNat.find((text) => within([text], source) && !within([text], destination));
  const outside = interfaceOf(trace.view, host, to)?.addresses[0];
  if ((!router && winNat === undefined) || outside === undefined) return;
  const rule = router ? `RRAS NAT on ${portLabel(to)}` : `NetNat ${winNat}`;
  translate(trace, host.name, outside, hostLabel(host), rule);
}

/** A guest hands its packet to a neighbour on the switch, or to the gateway that DHCP gave it. */
export function fromGuest(trace: Trace, host: HostFacts, address: string): Step {
  const { view, packet, hops } = trace;
  const me = `guest of ${host.name}`;
  const { vEthernet, dhcp } = host;
  const machine = interfaceOf(view, host, 1)?.machine ?? interfaceOf(view, host, 2)?.machine;
  if (!machine?.running) return breaks('machine', `VM ${host.name}`, 'it is not running', machine?.id);
  if (!vEthernet) return breaks('host', hostLabel(host), 'there is no switch with an address for guests');
  const link = readPrefix(`${vEthernet.address}/${vEthernet.prefixLength}`);
  const onLink = link !== undefined && contains(link, parseAddress(packet.destination));
  if (onLink && packet.destination !== vEthernet.address) {
    hops.push({ at: me, action: 'sends', nextHop: packet.destination, rule: 'on the switch' });
    return { end: { at: 'guest', host, address: packet.destination } };
  }
  // A guest with an address of its own choice was presumably given the host as gateway, too.
  const leased = dhcp.problem === undefined && dhcp.start === address;
  const gateway = leased && !onLink ? dhcp.router[0] : vEthernet.address;
  if (gateway === undefined) return breaks('guest', me, 'DHCP hands out no gateway');
  if (gateway !== vEthernet.address) {
    return breaks('guest', me, `nobody answers at ${gateway}, the gateway that DHCP hands out`);
  }
  hops.push({ at: me, action: 'sends', nextHop: gateway });
  return { next: { in: 'host', host, from: 'vEthernet' } };
}

/** Address and DNS server of the first guest that asks for them; a text says why it gets none. */
export function firstGuest(host: HostFacts): { address: string; dns: string | undefined } | string {
  const { vEthernet, dhcp } = host;
  if (!vEthernet) return 'there is no switch with an address for guests';
  if (dhcp.problem !== undefined) return `a guest gets no address: ${dhcp.problem}`;
  const link = readPrefix(`${vEthernet.address}/${vEthernet.prefixLength}`);
  const lease = readPrefix(dhcp.start);
  if (!link || !lease || !covers(link, lease)) return 'DHCP hands out addresses of another network';
  return { address: dhcp.start, dns: dhcp.dns[0] };
}
