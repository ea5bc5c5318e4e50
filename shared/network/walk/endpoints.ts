import { parseAddress } from '../ipv4';
import { platformAddress } from '../reserved';
import { firstGuest } from './host';
import { hostOf, within } from './lookup';
import { breaks, type Place } from './packet';
import type { Broken, Endpoint } from './result';
import type { HostFacts, InterfaceFacts, NetworkView } from './view';

/** Stands for any address of the internet (RFC 5737). */
const internetAddress = '203.0.113.10';

export interface Origin {
  place: Place;
  address: string;
  /** DNS server that it was given. */
  dns: string;
}

type Found<T> = T | { broken: Broken };

/** Who sends. Throws RangeError if the endpoint names nothing that is known. */
export function originOf(view: NetworkView, from: Endpoint): Found<Origin> {
  if (from === 'internet' || from === 'dns') {
    return breaks('endpoint', from, 'nothing here answers what comes unasked from outside');
  }
  if ('guestOf' in from) {
    const host = hostNamed(view, from.guestOf);
    const guest = guestOn(host);
    return 'broken' in guest ? guest : guestOrigin(host, guest.address, guest.dns);
  }
  if ('subnet' in from) {
    const nic = runningIn(view, from.subnet);
    return 'broken' in nic ? nic : machineOrigin(view, nic, nic.addresses[0] ?? '');
  }
  return 'onPremises' in from ? originBehind(view, from.onPremises) : originAt(view, from.address);
}

function originAt(view: NetworkView, address: string): Origin {
  const nic = view.interfaces.find(({ addresses }) => addresses.includes(address));
  if (nic) return machineOrigin(view, nic, address);
  const host = view.hosts.find(({ ghostedPrefix }) => within([ghostedPrefix], address));
  if (host) return guestOrigin(host, address, undefined);
  return originBehind(view, address);
}

function originBehind(view: NetworkView, address: string): Origin {
  const gateway = view.gateways.find(({ routes }) => within(routes, address));
  if (gateway) return { place: { in: 'gateway', gateway }, address, dns: platformAddress };
  throw new RangeError(`Nobody is known to have the address ${address}.`);
}

/** The address that is sent to. Throws RangeError if the endpoint names nothing that is known. */
export function addressOf(view: NetworkView, to: Endpoint, origin: Origin): string | { broken: Broken } {
  if (to === 'internet') return internetAddress;
  if (to === 'dns') return origin.dns;
  if ('guestOf' in to) {
    const guest = guestOn(hostNamed(view, to.guestOf));
    return 'broken' in guest ? guest : guest.address;
  }
  if ('subnet' in to) {
    const nic = runningIn(view, to.subnet);
    return 'broken' in nic ? nic : (nic.addresses[0] ?? '');
  }
  const address = 'onPremises' in to ? to.onPremises : to.address;
  parseAddress(address);
  return address;
}

/** A machine sends by its interface; a host's operating system chooses by its own routing table. */
export function placeOf(view: NetworkView, nic: InterfaceFacts): Place {
  const here = hostOf(view, nic);
  return here ? { in: 'host', host: here.host } : { in: 'leaving', nic };
}

function machineOrigin(view: NetworkView, nic: InterfaceFacts, address: string): Origin {
  return { place: placeOf(view, nic), address, dns: platformAddress };
}

function guestOrigin(host: HostFacts, address: string, dns: string | undefined): Origin {
  return { place: { in: 'guest', host, address }, address, dns: dns ?? platformAddress };
}

function hostNamed(view: NetworkView, name: string): HostFacts {
  const host = view.hosts.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!host) throw new RangeError(`There is no host ${name}.`);
  return host;
}

function guestOn(host: HostFacts): Found<{ address: string; dns: string | undefined }> {
  const guest = firstGuest(host);
  return typeof guest === 'string' ? breaks('host', `host ${host.name}`, guest) : guest;
}

function runningIn(view: NetworkView, nameOrId: string): Found<InterfaceFacts> {
  const wanted = nameOrId.toLowerCase();
  const subnet = view.subnets.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted);
  if (!subnet) throw new RangeError(`There is no subnet ${nameOrId}.`);
  const nic = view.interfaces.find((one) => one.subnetId === subnet.id && one.machine?.running === true);
  return nic ?? breaks('subnet', `subnet ${subnet.name}`, 'no machine is running in it', subnet.id);
}
