import type { Disk, ResourceSku, Usage, VirtualMachine } from '@azure/arm-compute';
import type {
  NatGateway,
  NetworkInterface,
  NetworkSecurityGroup,
  PublicIPAddress,
  RouteTable,
} from '@azure/arm-network';
import type { AzureClients } from '../clients';
import type { SeenOccupied } from '../../records/occupied';
import type { LedgerEntry } from '../../records/types';
import { nameOf, parseId } from '../ids';
import type { HostLayout } from '../layout';
import { observeOccupied, subnetsOf } from '../occupied';
import { readNetworkInterface } from '../resources/networkInterface';
import { readPublicIp } from '../resources/publicIp';
import { readRouteTable } from '../resources/routeTable';
import { findSubnet } from '../resources/subnet';
import { readVirtualMachine } from '../resources/virtualMachine';
import { observeRouting, type ObservedRouting } from '../routing';
import { AzureFailure, list, read } from '../send';
import { isVerifiedAsPlanned } from '../verification';

/** Everything in Azure that the plan of a host depends on; what is absent is undefined. */
export interface ObservedHost {
  routing: ObservedRouting;
  nic1: NetworkInterface | undefined;
  nic2: NetworkInterface | undefined;
  virtualMachine: VirtualMachine | undefined;
  publicIp: PublicIPAddress | undefined;
  osDisk: Disk | undefined;
  dataDisk: Disk | undefined;
  natGateway: NatGateway | undefined;
  /** Table on the NAT subnet. */
  natTable: RouteTable | undefined;
  skus: ResourceSku[];
  usages: Usage[];
  /** Security groups on Hyper-V-LAN and the routed subnets; a text where one may not be read. */
  groups: (NetworkSecurityGroup | string)[];
  /** What others have where the network promises. */
  occupied: SeenOccupied;
  /** Windows said at its last verification that it is as it should be now. */
  verified: boolean;
}

/**
 * Reads it. `ready`: the host is in use, so Windows is not configured again where it is as it should be. `promises` gives
 * those of the VNet as they are then. Throws AzureFailure.
 */
export async function observeHost(
  clients: AzureClients,
  layout: HostLayout,
  { ready }: { ready: boolean },
  promises: () => Promise<LedgerEntry[]>,
): Promise<ObservedHost> {
  const before = await promises();
  const routing = await observeRouting(clients, layout);
  const tableId = routing.own && findSubnet(routing.own, layout.natSubnet.id)?.routeTable?.id;
  const [nic1, nic2, virtualMachine, publicIp, osDisk, dataDisk, natGateway, natTable, size, groups] =
    await Promise.all([
      readNetworkInterface(clients, layout.nic1.id),
      readNetworkInterface(clients, layout.nic2.id),
      readVirtualMachine(clients, layout.virtualMachine.id),
      layout.publicIp && readPublicIp(clients, layout.publicIp.id),
      readDisk(clients, layout.osDisk.id),
      layout.dataDisk && readDisk(clients, layout.dataDisk.id),
      readNatGateway(clients, layout),
      tableId === undefined ? undefined : readRouteTable(clients, tableId),
      readSizes(clients, layout),
      readGroups(clients, layout, routing),
    ]);
  const self = { host: layout.host, ghostedSubnet: layout.ghostedSubnet.name };
  const occupied = await observeOccupied(clients, layout.definition, subnetsOf(routing.own), {
    before,
    after: promises,
    self,
  });
  const verified =
    ready && routing.own && virtualMachine ? await isVerifiedAsPlanned(clients, layout, routing.own) : false;
  const disks = { osDisk, dataDisk };
  return {
    routing,
    nic1,
    nic2,
    virtualMachine,
    publicIp,
    ...disks,
    natGateway,
    natTable,
    ...size,
    groups,
    occupied,
    verified,
  };
}

async function readDisk(clients: AzureClients, id: string) {
  const { subscriptionId, resourceGroup } = parseId(id);
  const client = await clients.compute(subscriptionId);
  return read((options) => client.disks.get(resourceGroup, nameOf(id), options));
}

async function readSizes(clients: AzureClients, layout: HostLayout) {
  const client = await clients.compute(layout.definition.subscriptionId);
  const location = layout.location.replaceAll(' ', '').toLowerCase();
  const [skus, usages] = await Promise.all([
    list((options) => client.resourceSkus.list({ ...options, filter: `location eq '${location}'` })),
    list((options) => client.usage.list(location, options)),
  ]);
  return { skus, usages };
}

async function readNatGateway(clients: AzureClients, { definition: { outbound } }: HostLayout) {
  if (outbound.kind !== 'natGateway') return undefined;
  const { subscriptionId, resourceGroup, names } = parseId(outbound.id);
  const client = await clients.network(subscriptionId);
  return read((options) => client.natGateways.get(resourceGroup, names[0] ?? '', options));
}

async function readGroups(clients: AzureClients, layout: HostLayout, { networks }: ObservedRouting) {
  const routed = new Set(layout.routedSubnets.map(({ id }) => id.toLowerCase()));
  const ids = networks.flatMap(({ subnets = [] }) =>
    subnets.flatMap(({ id, networkSecurityGroup }) =>
      networkSecurityGroup?.id && routed.has(id?.toLowerCase() ?? '') ? [networkSecurityGroup.id] : [],
    ),
  );
  const distinct = [...new Map(ids.map((id) => [id.toLowerCase(), id])).values()];
  return Promise.all(distinct.map((id) => readGroup(clients, id)));
}

/** A group that the app may not read stops nobody from being provisioned; that it is unknown is said. */
async function readGroup(clients: AzureClients, id: string): Promise<NetworkSecurityGroup | string> {
  const { subscriptionId, resourceGroup } = parseId(id);
  const client = await clients.network(subscriptionId);
  try {
    const group = await read((options) =>
      client.networkSecurityGroups.get(resourceGroup, nameOf(id), options),
    );
    return group ?? `The security group ${nameOf(id)} is gone.`;
  } catch (error) {
    if (!(error instanceof AzureFailure) || error.failed.class !== 'denied') throw error;
    return `The security group ${nameOf(id)} may not be read: what it blocks is unknown.`;
  }
}
