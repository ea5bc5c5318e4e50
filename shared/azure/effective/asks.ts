import type { NetworkInterface, RouteTable, VirtualNetwork } from '@azure/arm-network';
import type { Expectation, Opinion, Place } from '../../network/effective';
import { applianceOf, waysIn } from '../../network/routing/ways';
import { effectiveRoutes, type EffectiveRoute } from '../../network/walk';
import type { HostLayout, RoutedSubnetLayout } from '../layout';
import { guestRouting } from '../resources/runCommand';
import { findSubnet } from '../resources/subnet';
import { viewOf } from '../view';

/** One interface whose routes in force are asked for, and what has become of the question. */
export interface Ask extends Place {
  id: string;
  expect: Expectation[];
  /** Where Azure leaves the answer; absent: not asked yet. */
  operation?: string;
  /** Absent: not answered yet. */
  opinion?: Opinion;
}

/** A running machine's interface in a routed subnet. */
export interface Witness {
  id: string;
  name: string;
  subnet: RoutedSubnetLayout;
}

/** What the tables were when they were found to be right. */
export interface Verified {
  own: VirtualNetwork;
  networks: VirtualNetwork[];
  tables: RouteTable[];
  nic1: NetworkInterface | undefined;
}

/** Most interfaces that one verification asks about: the host's own first, then one of each routed subnet. */
export const mostAsks = 5;

/**
 * Whose routes in force are asked for, and what they have to be. NIC 2 stands for Hyper-V-LAN, in which it lives. NIC 1
 * proves a way to the internet that the definition only says to exist. Pure.
 */
export function planAsks(layout: HostLayout, verified: Verified, witnesses: readonly Witness[]): Ask[] {
  const { nic1, nic2, natSubnet, lanSubnet, route, definition } = layout;
  const routesOf = (subnetId: string) =>
    effectiveRoutes(viewOf(verified), { subnetId: subnetId.toLowerCase() });
  const ranges = guestRouting(layout, verified.own).routes.flatMap(({ nic, prefix }) =>
    nic === 2 ? [prefix] : [],
  );
  const lan: Ask = {
    id: nic2.id,
    nic: nic2.name,
    subnet: lanSubnet.name,
    expect: [
      { kind: 'ghosted', prefix: route.prefix, nextHop: route.nextHop },
      { kind: 'carried', ranges, tables: routesOf(lanSubnet.id) },
    ],
  };
  const nat: Ask = {
    id: nic1.id,
    nic: nic1.name,
    subnet: natSubnet.name,
    expect: [{ kind: 'out', translated: isTranslated(layout, verified) }],
  };
  const others = witnesses.flatMap(({ id, name, subnet }): Ask[] => {
    const nextHop = subnet.via === 'appliance' ? applianceIn(routesOf(subnet.id), route) : route.nextHop;
    if (nextHop === undefined) return [];
    const expect: Expectation[] = [{ kind: 'ghosted', prefix: route.prefix, nextHop }];
    return [{ id, nic: name, subnet: subnet.name, expect }];
  });
  return [lan, ...(definition.outbound.kind === 'existing' ? [nat] : []), ...others].slice(0, mostAsks);
}

/** The appliance that all of the prefix goes to, as the tables were verified to say. */
const applianceIn = (
  routes: EffectiveRoute[],
  { prefix, nextHop }: HostLayout['route'],
): string | undefined => waysIn(routes, prefix).flatMap((way) => applianceOf(way, nextHop) ?? [])[0];

/** Whether Azure gives what leaves NIC 1 for the internet an address that is known there. */
function isTranslated({ natSubnet }: HostLayout, { own, nic1 }: Verified): boolean {
  const subnet = findSubnet(own, natSubnet.id);
  const publicly = nic1?.ipConfigurations?.some(({ publicIPAddress }) => publicIPAddress !== undefined);
  return !!subnet?.natGateway || publicly === true || subnet?.defaultOutboundAccess !== false;
}
