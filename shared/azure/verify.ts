import type { NetworkInterface, RouteTable, VirtualNetwork } from '@azure/arm-network';
import { sameId } from './ids';
import type { HostLayout } from './layout';
import { findSubnet } from './resources/subnet';

export interface Observed {
  network: VirtualNetwork | undefined;
  nic1: NetworkInterface | undefined;
  nic2: NetworkInterface | undefined;
  tables: RouteTable[];
}

/** Every way in which Azure, as read back, falls short of what the host was promised; empty if nothing does. */
export function verifyRouting(layout: HostLayout, { network, nic1, nic2, tables }: Observed): string[] {
  const problems: string[] = [];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) problems.push(problem);
  };
  expect(nic1?.ipConfigurations?.[0]?.privateIPAddress === layout.nic1.address, 'NIC 1 has another address.');
  expect(nic2?.ipConfigurations?.[0]?.privateIPAddress === layout.nic2.address, 'NIC 2 has another address.');
  expect(nic1?.enableIPForwarding !== true, 'IP forwarding is on at NIC 1.');
  expect(nic2?.enableIPForwarding === true, 'IP forwarding is off at NIC 2.');
  expect(nic1?.primary === true, 'NIC 1 is not the primary NIC.');
  expect(
    !!network && !!findSubnet(network, layout.ghostedSubnet.id),
    `${layout.ghostedSubnet.name} is missing.`,
  );
  const [stranger] = (network && findSubnet(network, layout.ghostedSubnet.id)?.ipConfigurations) ?? [];
  expect(
    !stranger,
    `${stranger?.id} lives in ${layout.ghostedSubnet.name}. Remove it: guests own that range.`,
  );
  for (const subnet of layout.routedSubnets) {
    const tableId = network && findSubnet(network, subnet.id)?.routeTable?.id;
    const table = tables.find(({ id }) => sameId(id, tableId));
    const route = table?.routes?.find(({ addressPrefix }) => addressPrefix === layout.route.prefix);
    expect(
      route?.nextHopType === 'VirtualAppliance' && route.nextHopIpAddress === layout.route.nextHop,
      `${subnet.name} has no route for ${layout.route.prefix} to ${layout.route.nextHop}.`,
    );
  }
  return problems;
}
