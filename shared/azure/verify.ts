import type { NetworkInterface, RouteTable, VirtualNetwork } from '@azure/arm-network';
import { nameOf, sameId } from './ids';
import type { HostLayout } from './layout';
import { brokenPeerings, hopTable, peeredNetwork } from './peeringChecks';
import { findSubnet } from './resources/subnet';
import { hostRouting, networkIdOf, type ObservedRouting } from './routing';

export interface Observed extends ObservedRouting {
  nic1: NetworkInterface | undefined;
  nic2: NetworkInterface | undefined;
}

/** Every way in which Azure, as read back, falls short of what the host was promised; empty if nothing does. */
export function verifyRouting(layout: HostLayout, observed: Observed): string[] {
  const { own, nic1, nic2 } = observed;
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  expect(nic1?.ipConfigurations?.[0]?.privateIPAddress === layout.nic1.address, 'NIC 1 has another address.');
  expect(nic2?.ipConfigurations?.[0]?.privateIPAddress === layout.nic2.address, 'NIC 2 has another address.');
  expect(nic1?.enableIPForwarding !== true, 'IP forwarding is on at NIC 1.');
  expect(nic2?.enableIPForwarding === true, 'IP forwarding is off at NIC 2.');
  expect(nic1?.primary === true, 'NIC 1 is not the primary NIC.');
  const ghosted = own && findSubnet(own, layout.ghostedSubnet.id);
  expect(!!ghosted, `${layout.ghostedSubnet.name} is missing.`);
  const [stranger] = ghosted?.ipConfigurations ?? [];
  expect(
    !stranger,
    `${stranger?.id} lives in ${layout.ghostedSubnet.name}. Remove it: guests own that range.`,
  );
  const routing = hostRouting(layout, observed);
  // A subnet that is gone is told by the route that it lacks.
  const refused = routing.problems.filter(({ code }) => code !== 'SubnetNotFound');
  problems.push(...new Set(refused.map(({ detail }) => detail)));
  problems.push(
    ...brokenPeerings(layout, observed.networks.map(peeredNetwork), observed.tables.map(hopTable)).map(
      ({ detail }) => detail,
    ),
  );
  const direct = layout.routedSubnets.filter(({ via }) => via === 'host').map(({ id }) => id);
  const onTheWay = routing.subnets.filter((id) => !direct.some((subnet) => sameId(subnet, id)));
  for (const id of [...direct, ...onTheWay]) {
    expect(
      hasRoute(layout, observed, id),
      `${nameOf(id)} has no route for ${layout.route.prefix} to ${layout.route.nextHop}.`,
    );
  }
  return problems;
}

function hasRoute(
  { route }: HostLayout,
  { networks, tables }: { networks: VirtualNetwork[]; tables: RouteTable[] },
  subnetId: string,
): boolean {
  const network = networks.find(({ id }) => sameId(id, networkIdOf(subnetId)));
  const tableId = network && findSubnet(network, subnetId)?.routeTable?.id;
  const found = tables
    .find(({ id }) => sameId(id, tableId))
    ?.routes?.find(({ addressPrefix }) => addressPrefix === route.prefix);
  return found?.nextHopType === 'VirtualAppliance' && found.nextHopIpAddress === route.nextHop;
}
