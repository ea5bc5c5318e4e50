import type { Endpoint, WalkOptions } from '../../../../local/azure/walk';

const g1: Endpoint = { guestOf: 'hv-01' };
const g2: Endpoint = { guestOf: 'hv-02' };
const vm: Endpoint = { subnet: 'Azure-VMs' };
const peer: Endpoint = { subnet: 'Spoke-VMs' };
const site: Endpoint = { onPremises: '192.168.7.7' };
const bastion: Endpoint = { subnet: 'AzureBastionSubnet' };

interface WayFacts {
  from: Endpoint;
  to: Endpoint;
  /** Source that the destination sees. Absent: this way is closed on purpose. */
  seen?: string;
  options?: WalkOptions;
}

/** Every way of the estate, in both directions, by a short name. */
export const ways = {
  'g1>net': { from: g1, to: 'internet', seen: '10.0.0.4' },
  'g1>dns': { from: g1, to: 'dns', seen: '10.0.0.4' },
  'g1>vm': { from: g1, to: vm, seen: '10.0.2.2' },
  'vm>g1': { from: vm, to: g1, seen: '10.0.3.4' },
  'g1>g2': { from: g1, to: g2, seen: '10.0.2.2' },
  'g2>g1': { from: g2, to: g1, seen: '10.10.0.2' },
  'g2>net': { from: g2, to: 'internet', seen: '10.0.0.5' },
  'g2>vm': { from: g2, to: vm, seen: '10.10.0.2' },
  'vm>g2': { from: vm, to: g2, seen: '10.0.3.4' },
  'lan1>g2': { from: { address: '10.0.1.4' }, to: g2, seen: '10.0.1.4' },
  'g1>own': { from: g1, to: { address: '10.0.2.3' }, seen: '10.0.2.2' },
  'g1>peer': { from: g1, to: peer, seen: '10.0.2.2' },
  'peer>g1': { from: peer, to: g1, seen: '10.20.0.4' },
  'g1>site': { from: g1, to: site, seen: '10.0.2.2' },
  'site>g1': { from: site, to: g1, seen: '192.168.7.7' },
  'g1>nat': { from: g1, to: bastion, seen: '10.0.0.4' },
  'g2>peer': { from: g2, to: peer, seen: '10.10.0.2' },
  'site>g2': { from: site, to: g2, seen: '192.168.7.7' },
  // Its subnet carries no route table, so nothing leads from there to guests.
  'nat>g1': { from: bastion, to: g1 },
  // Metadata and wire server would take a guest for its host.
  'g1>meta': { from: g1, to: { address: '169.254.169.254' }, options: { port: 80 } },
  'g1>wire': { from: g1, to: { address: '168.63.129.16' }, options: { port: 80 } },
  'g1>plugin': { from: g1, to: { address: '168.63.129.16' }, options: { port: 32526 } },
  // Nobody outside finds a guest unasked.
  'net>g1': { from: 'internet', to: g1 },
} satisfies Record<string, WayFacts>;
export type Way = keyof typeof ways;

export const names = Object.keys(ways) as Way[];
export const wayOf = (name: Way): WayFacts => ways[name];
/** Ways that work on an estate without defects. */
export const promised = names.filter((name) => wayOf(name).seen !== undefined);

/** Guests of hv-01 among networks, each side asking; nothing is translated. */
export const plain: Way[] = ['g1>vm', 'vm>g1', 'g1>g2', 'g2>g1', 'g1>peer', 'peer>g1', 'g1>site', 'site>g1'];
/** Where guests of hv-01 are asked by others. */
export const asked: Way[] = ['vm>g1', 'g2>g1', 'peer>g1', 'site>g1'];
/** Guests of hv-01 under the address of NIC 1. */
export const translated: Way[] = ['g1>net', 'g1>dns', 'g1>nat'];
/** Everything that hv-01 routes for its guests. */
export const routed: Way[] = [...translated, ...plain];
