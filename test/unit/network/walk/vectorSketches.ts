import { Sketch } from './views';

/** One sentence of Microsoft's documentation and a small network that shows it. */
export interface Vector {
  page: string;
  says: string;
  sketch: Sketch;
  /** Default: subnet a1. */
  at?: { interfaceId: string } | { subnetId: string };
  /** Routes by source, state, prefix, next hop. */
  has?: string[];
  exactly?: string[];
  lacks?: string[];
  /** Where packets to an address go. */
  sends?: Record<string, string>;
}

export const udr = 'virtual-networks-udr-overview';
export const managePeering = 'virtual-network-manage-peering';
export const peering = 'virtual-network-peering-overview';
export const diagnose = 'diagnose-network-routing-problem';
export const transit = 'vpn-gateway-peering-gateway-transit';

/** Network `a` with subnets a1 (table t, if there is one) and a2. */
export const one = (...ranges: string[]): Sketch =>
  new Sketch()
    .network('a', ...(ranges.length > 0 ? ranges : ['10.0.0.0/16']))
    .subnet('a1', 'a', '10.0.0.0/24', { routeTableId: 't' })
    .subnet('a2', 'a', '10.0.1.0/24');

/** The same with network `b` beside it. */
export const two = (): Sketch =>
  one().network('b', '10.1.0.0/16', '10.2.0.0/16').subnet('b1', 'b', '10.1.0.0/24');

/** The documentation's own example: two networks, an on-premises network, an appliance. */
export const example = (): Sketch =>
  two()
    .peer('a', 'b')
    .subnet('gateways', 'a', '10.0.255.0/27')
    .gateway('vpn', 'gateways', ['10.10.0.0/16'])
    .table('t', [
      ['10.0.0.0/16', 'VirtualAppliance', '10.0.100.4'],
      ['10.0.0.0/24', 'VnetLocal'],
      ['10.1.0.0/16', 'None'],
      ['10.2.0.0/16', 'None'],
      ['10.10.0.0/16', 'VirtualAppliance', '10.0.100.4'],
      ['0.0.0.0/0', 'VirtualAppliance', '10.0.100.4'],
    ]);

/** A spoke `b` that may use the gateway of the hub `a`. */
export const hub = (ofHub: object, ofSpoke: object): Sketch =>
  two()
    .subnet('gateways', 'a', '10.0.255.0/27')
    .gateway('vpn', 'gateways', ['192.168.0.0/24'])
    .peer('a', 'b', ofHub, ofSpoke);
