import type { Subnet, VirtualNetwork } from '@azure/arm-network';
import type { SubnetDefinition } from '../../records/types';
import type { Decision, ResourceSpec } from '../ensure';
import { nameOf, parseId, sameId } from '../ids';
import type { HostLayout } from '../layout';
import { failed } from '../outcome';
import { send } from '../send';
import { readVirtualNetwork } from './virtualNetwork';

/** What the app may put on a subnet that it creates; an existing subnet is never altered. */
export interface SubnetWish extends SubnetDefinition {
  id: string;
  /** NAT gateway that gives the subnet its way out. */
  natGatewayId?: string;
  /** A ghosted subnet is a reservation: a NIC in it would shadow a guest. */
  ghosted?: boolean;
}

/** What the app would make of the subnets of a host that do not exist yet. */
export function subnetWishes({
  natSubnet,
  lanSubnet,
  ghostedSubnet,
  definition: { outbound },
}: HostLayout): Record<'natSubnet' | 'lanSubnet' | 'ghostedSubnet', SubnetWish> {
  return {
    natSubnet: { ...natSubnet, ...(outbound.kind === 'natGateway' ? { natGatewayId: outbound.id } : {}) },
    lanSubnet,
    ghostedSubnet: { ...ghostedSubnet, ghosted: true },
  };
}

export const prefixesOf = (subnet: Subnet): string[] =>
  subnet.addressPrefixes?.length
    ? subnet.addressPrefixes
    : subnet.addressPrefix
      ? [subnet.addressPrefix]
      : [];

export function findSubnet(network: VirtualNetwork, id: string): Subnet | undefined {
  return network.subnets?.find((subnet) => sameId(subnet.id, id) || sameId(subnet.name, nameOf(id)));
}

/**
 * Desired subnet, seen inside its VNet: done only when subnet and VNet both settled, because the VNet refuses the next
 * child while it is updating. New VNets no longer give default outbound access, so the body says it in so many words.
 */
export function desiredSubnet(wish: SubnetWish, network: VirtualNetwork | undefined): Decision<Subnet> {
  if (!network) return refuse('VirtualNetworkNotFound', `The VNet of ${wish.name} does not exist.`);
  const existing = findSubnet(network, wish.id);
  if (existing) return compareSubnet(wish, existing, network);
  if (!wish.create) {
    return refuse('SubnetNotFound', `The subnet ${wish.name} does not exist. Create it or say create: true.`);
  }
  if (network.provisioningState === 'Updating') return { action: 'wait' };
  return { action: 'put', change: 'created', body: bodyOf(wish) };
}

/** True of a subnet that the app may make, and that is not there, or not for long. */
export function isTaken(wish: SubnetWish, network: VirtualNetwork | undefined): boolean {
  const existing = network && findSubnet(network, wish.id);
  return wish.create && network !== undefined && (!existing || existing.provisioningState === 'Deleting');
}

function bodyOf(wish: SubnetWish): Subnet {
  return {
    addressPrefix: wish.prefix,
    defaultOutboundAccess: false,
    ...(wish.natGatewayId ? { natGateway: { id: wish.natGatewayId } } : {}),
    ...(wish.networkSecurityGroupId ? { networkSecurityGroup: { id: wish.networkSecurityGroupId } } : {}),
  };
}

function compareSubnet(wish: SubnetWish, existing: Subnet, network: VirtualNetwork): Decision<Subnet> {
  if (!prefixesOf(existing).includes(wish.prefix)) {
    return refuse(
      'SubnetPrefixDiffers',
      `The subnet ${wish.name} exists with ${prefixesOf(existing).join(', ')}, not ${wish.prefix}. It is left as it is${wish.ghosted ? '; choose another name for the host' : ''}.`,
    );
  }
  if (wish.ghosted && existing.ipConfigurations?.length) {
    return refuse(
      'GhostedSubnetInUse',
      `A network interface lives in ${wish.name} (${existing.ipConfigurations[0]?.id}). Remove it: guests own that range.`,
    );
  }
  if (existing.provisioningState === 'Failed') {
    // A write that failed leaves the subnet behind; as long as nobody uses it, the same body again mends it.
    if (wish.create && isUntouched(wish, existing)) {
      return network.provisioningState === 'Updating'
        ? { action: 'wait' }
        : { action: 'put', change: 'updated', body: bodyOf(wish) };
    }
    return refuse('SubnetFailed', `The subnet ${wish.name} is in state Failed. Repair it in Azure.`);
  }
  const settled = existing.provisioningState === 'Succeeded' && network.provisioningState === 'Succeeded';
  return settled ? { action: 'none' } : { action: 'wait' };
}

/** Nothing lives in it, and nothing is on it that the wish does not name. */
function isUntouched(wish: SubnetWish, subnet: Subnet): boolean {
  const used = [
    subnet.ipConfigurations,
    subnet.delegations,
    subnet.serviceAssociationLinks,
    subnet.serviceEndpoints,
    subnet.privateEndpoints,
  ].some((list) => list?.length);
  const foreign = (id: string | undefined, wished: string | undefined) =>
    id !== undefined && !sameId(id, wished);
  return !(
    used ||
    subnet.routeTable ||
    foreign(subnet.natGateway?.id, wish.natGatewayId) ||
    foreign(subnet.networkSecurityGroup?.id, wish.networkSecurityGroupId)
  );
}

const refuse = (code: string, message: string): Decision<never> => ({
  action: 'refuse',
  failure: failed('invalid', code, message),
});

export function subnetSpec(wish: SubnetWish): ResourceSpec<VirtualNetwork, Subnet> {
  const { subscriptionId, resourceGroup, names } = parseId(wish.id);
  const [networkName = '', subnetName = ''] = names;
  return {
    id: wish.id,
    read: (clients) => readVirtualNetwork(clients, wish.id.slice(0, wish.id.lastIndexOf('/subnets/'))),
    desired: (network) => desiredSubnet(wish, network),
    async write(clients, body) {
      const client = await clients.network(subscriptionId);
      return send((options) =>
        client.subnets.createOrUpdate(resourceGroup, networkName, subnetName, body, options),
      );
    },
  };
}
