import type { Subnet, VirtualNetwork } from '@azure/arm-network';
import { sameId } from '../ids';
import type { HostLayout } from '../layout';
import { desiredSubnet, subnetWishes, type SubnetWish } from '../resources/subnet';
import type { ObservedRouting } from '../routing';

/** What Azure will show of a resource once a body was written that made it. */
export const made = <T extends object>(id: string, body: T) => ({
  ...body,
  id,
  name: id.slice(id.lastIndexOf('/') + 1),
  provisioningState: 'Succeeded' as const,
});

/** Routing as it will be found after the step createSubnets: with the subnets that the app makes. */
export function expectedRouting(layout: HostLayout, observed: ObservedRouting): ObservedRouting {
  const { own } = observed;
  if (!own) return observed;
  const added = Object.values(subnetWishes(layout)).flatMap((wish) => newSubnet(wish, own));
  const after = { ...own, subnets: [...(own.subnets ?? []), ...added] };
  return {
    ...observed,
    own: after,
    networks: observed.networks.map((network) => (sameId(network.id, own.id) ? after : network)),
  };
}

function newSubnet(wish: SubnetWish, network: VirtualNetwork): Subnet[] {
  const decision = desiredSubnet(wish, network);
  return decision.action === 'put' && decision.change === 'created' ? [made(wish.id, decision.body)] : [];
}
