import { routeNameIn } from '../network/routing';
import { nameOf, parseId } from './ids';
import type { HostLayout, NicLayout, SubnetLayout } from './layout';
import type { RemovalSpec } from './remove';
import { readNetworkInterface } from './resources/networkInterface';
import { readPublicIp } from './resources/publicIp';
import { readRouteTable } from './resources/routeTable';
import { readVirtualMachine } from './resources/virtualMachine';
import { readVirtualNetwork } from './resources/virtualNetwork';
import { read } from './send';
import {
  judgeDisk,
  judgeGhostedSubnet,
  judgeNetworkInterface,
  judgeNetworkSubnet,
  judgePublicIp,
  judgeRoute,
  judgeRouteTable,
  judgeVirtualMachine,
} from './warrant';

/** How each kind of resource of a host is read, judged and deleted. */

export function virtualMachineRemoval(layout: HostLayout): RemovalSpec {
  const { id, name } = layout.virtualMachine;
  const { subscriptionId, resourceGroup } = parseId(id);
  return {
    id,
    judge: async (clients, claims) => judgeVirtualMachine(claims, await readVirtualMachine(clients, id)),
    async remover(clients) {
      const client = await clients.compute(subscriptionId);
      return (options) => client.virtualMachines.delete(resourceGroup, name, options);
    },
  };
}

export function networkInterfaceRemoval(nic: NicLayout): RemovalSpec {
  const { subscriptionId, resourceGroup } = parseId(nic.id);
  return {
    id: nic.id,
    judge: async (clients, claims) =>
      judgeNetworkInterface(claims, nic.id, await readNetworkInterface(clients, nic.id)),
    async remover(clients) {
      const client = await clients.network(subscriptionId);
      return (options) => client.networkInterfaces.delete(resourceGroup, nic.name, options);
    },
  };
}

/** Of an address that is the host's own; NIC 1, which uses it, has gone before. */
export function publicIpRemoval({ id, name }: { id: string; name: string }): RemovalSpec {
  const { subscriptionId, resourceGroup } = parseId(id);
  return {
    id,
    judge: async (clients, claims) => judgePublicIp(claims, id, await readPublicIp(clients, id)),
    async remover(clients) {
      const client = await clients.network(subscriptionId);
      return (options) => client.publicIPAddresses.delete(resourceGroup, name, options);
    },
  };
}

export function diskRemoval({ id, name }: { id: string; name: string }): RemovalSpec {
  const { subscriptionId, resourceGroup } = parseId(id);
  return {
    id,
    async judge(clients, claims) {
      const client = await clients.compute(subscriptionId);
      return judgeDisk(claims, await read((options) => client.disks.get(resourceGroup, name, options)), id);
    },
    async remover(clients) {
      const client = await clients.compute(subscriptionId);
      return (options) => client.disks.delete(resourceGroup, name, options);
    },
  };
}

function subnetRemoval(subnet: SubnetLayout, judge: RemovalSpec['judge']): RemovalSpec {
  const { subscriptionId, resourceGroup, names } = parseId(subnet.id);
  const [networkName = '', subnetName = ''] = names;
  return {
    id: subnet.id,
    judge,
    async remover(clients) {
      const client = await clients.network(subscriptionId);
      return (options) => client.subnets.delete(resourceGroup, networkName, subnetName, options);
    },
  };
}

export function ghostedSubnetRemoval(layout: HostLayout): RemovalSpec {
  return subnetRemoval(layout.ghostedSubnet, async (clients, claims) =>
    judgeGhostedSubnet(claims, await readVirtualNetwork(clients, layout.virtualNetworkId)),
  );
}

export function networkSubnetRemoval(layout: HostLayout, subnet: SubnetLayout): RemovalSpec {
  return subnetRemoval(subnet, async (clients, claims) =>
    judgeNetworkSubnet(claims, subnet, await readVirtualNetwork(clients, layout.virtualNetworkId)),
  );
}

export function routeRemoval(layout: HostLayout, tableId: string): RemovalSpec {
  const { subscriptionId, resourceGroup } = parseId(tableId);
  const name = routeNameIn(layout.route, tableId);
  return {
    id: `${tableId}/routes/${name}`,
    judge: async (clients, claims) => judgeRoute(claims, await readRouteTable(clients, tableId)),
    async remover(clients) {
      const client = await clients.network(subscriptionId);
      return (options) => client.routes.delete(resourceGroup, nameOf(tableId), name, options);
    },
  };
}

export function routeTableRemoval(layout: HostLayout, id = layout.routeTable.id): RemovalSpec {
  const { subscriptionId, resourceGroup } = parseId(id);
  return {
    id,
    judge: async (clients, claims) => judgeRouteTable(claims, await readRouteTable(clients, id), id),
    async remover(clients) {
      const client = await clients.network(subscriptionId);
      return (options) => client.routeTables.delete(resourceGroup, nameOf(id), options);
    },
  };
}
