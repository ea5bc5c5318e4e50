import type { NetworkSecurityGroup, VirtualNetwork } from '@azure/arm-network';
import type { AzureClients } from '../../shared/azure/clients';
import { nameOf, parseId } from '../../shared/azure/ids';
import type { HostLayout } from '../../shared/azure/layout';
import { failed, type Failed } from '../../shared/azure/outcome';
import { judgeOutbound, judgeSize } from '../../shared/azure/preflight';
import { readRouteTable } from '../../shared/azure/resources/routeTable';
import { findSubnet } from '../../shared/azure/resources/subnet';
import { judgeRoom } from '../../shared/azure/room';
import { hostRouting, routingWish, type ObservedRouting } from '../../shared/azure/routing';
import { AzureFailure, list, read } from '../../shared/azure/send';
import { viewOf } from '../../shared/azure/view';
import { blockingRules } from '../../shared/network/routing';
import { canNest } from '../../shared/network/sizes';
import { refusal } from './routing';

/** The first thing that makes the host impossible, asked before anything is written. Throws AzureFailure. */
export async function findObstacle(
  clients: AzureClients,
  layout: HostLayout,
  observed: ObservedRouting,
): Promise<Failed | undefined> {
  const { own } = observed;
  if (!own) return failed('invalid', 'VirtualNetworkNotFound', `The VNet of ${layout.network} is gone.`);
  const nesting = canNest(layout.spec.size);
  if (!nesting.ok) return failed('invalid', 'SizeCannotNest', nesting.reason);
  return (
    judgeRouting(layout, observed) ??
    judgeRoom(layout, own) ??
    (await checkSize(clients, layout)) ??
    (await checkOutbound(clients, layout, own))
  );
}

/** Hyper-V-LAN comes with the first host; any other routed subnet must be there. */
function judgeRouting(layout: HostLayout, observed: ObservedRouting): Failed | undefined {
  const toCome = layout.lanSubnet.create ? layout.lanSubnet.id.toLowerCase() : undefined;
  const problems = hostRouting(layout, observed).problems.filter(
    ({ code, subnet }) => code !== 'SubnetNotFound' || subnet !== toCome,
  );
  return problems.length > 0 ? refusal(problems) : undefined;
}

async function checkSize(clients: AzureClients, layout: HostLayout) {
  const { subscriptionId } = layout.definition;
  const client = await clients.compute(subscriptionId);
  const location = layout.location.replaceAll(' ', '').toLowerCase();
  const [skus, usages] = await Promise.all([
    list((options) => client.resourceSkus.list({ ...options, filter: `location eq '${location}'` })),
    list((options) => client.usage.list(location, options)),
  ]);
  return judgeSize(layout.spec.size, location, skus, usages);
}

async function checkOutbound(clients: AzureClients, layout: HostLayout, network: VirtualNetwork) {
  const subnet = findSubnet(network, layout.natSubnet.id);
  const tableId = subnet?.routeTable?.id;
  const [gateway, table] = await Promise.all([
    readNatGateway(clients, layout),
    tableId === undefined ? undefined : readRouteTable(clients, tableId),
  ]);
  return judgeOutbound(layout.definition, subnet, gateway, table);
}

async function readNatGateway(clients: AzureClients, layout: HostLayout) {
  const { outbound } = layout.definition;
  if (outbound.kind !== 'natGateway') return undefined;
  const { subscriptionId, resourceGroup, names } = parseId(outbound.id);
  const client = await clients.network(subscriptionId);
  return read((options) => client.natGateways.get(resourceGroup, names[0] ?? '', options));
}

/** Rules of security groups that stop traffic to or from guests: told, never changed. */
export async function findBlockingRules(
  clients: AzureClients,
  layout: HostLayout,
  { networks, tables }: ObservedRouting,
): Promise<string[]> {
  const wish = routingWish(layout, networks);
  const ids = networks.flatMap(({ subnets = [] }) =>
    subnets.flatMap(({ id, networkSecurityGroup }) =>
      networkSecurityGroup?.id && wish.routed.some((routed) => routed.id === id?.toLowerCase())
        ? [networkSecurityGroup.id]
        : [],
    ),
  );
  const distinct = [...new Map(ids.map((id) => [id.toLowerCase(), id])).values()];
  const read = await Promise.all(distinct.map((id) => readGroup(clients, id)));
  const groups = read.filter((group) => typeof group !== 'string');
  const unknown = read.filter((group) => typeof group === 'string');
  return [...unknown, ...blockingRules(viewOf({ networks, tables, groups }), wish)];
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
