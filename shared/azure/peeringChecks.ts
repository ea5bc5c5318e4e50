import type { VirtualNetwork, VirtualNetworkPeering } from '@azure/arm-network';
import { sameId } from './ids';
import type { RoutedSubnetLayout } from './layout';

/** What two VNets have to let through, so that a routed subnet of the other one and guests reach each other. */
export function judgePeering(wish: RoutedSubnetLayout, own: VirtualNetwork, other: VirtualNetwork): string[] {
  const there = peeringTo(own, other);
  const back = peeringTo(other, own);
  if (!there || !back) {
    const missing = !there && !back ? '' : ` in the direction from ${there ? other.name : own.name}`;
    return [`${own.name} and ${other.name} are not peered directly${missing}. Peer them in both directions.`];
  }
  const found: string[] = [];
  const expect = (holds: boolean, problem: string) => {
    if (!holds) found.push(problem);
  };
  for (const [peering, from] of [
    [there, own],
    [back, other],
  ] as const) {
    const name = `The peering ${peering.name} of ${from.name}`;
    expect(peering.peeringState === 'Connected', `${name} is ${peering.peeringState}, not Connected.`);
    expect(peering.allowVirtualNetworkAccess !== false, `${name} does not allow access to the VNet.`);
  }
  // Guests' packets are forwarded by the host: the other VNet takes them only if it takes forwarded traffic.
  expect(
    back.allowForwardedTraffic === true,
    `The peering ${back.name} of ${other.name} does not allow forwarded traffic, which is what guests send.`,
  );
  if (wish.via === 'appliance') {
    expect(
      there.allowForwardedTraffic === true,
      `The peering ${there.name} of ${own.name} does not allow forwarded traffic, which is what an appliance sends.`,
    );
  }
  if (wish.name.toLowerCase() === 'gatewaysubnet') {
    expect(
      there.useRemoteGateways === true,
      `The peering ${there.name} of ${own.name} does not use the gateways of ${other.name}.`,
    );
    expect(
      back.allowGatewayTransit === true,
      `The peering ${back.name} of ${other.name} does not allow gateway transit.`,
    );
  }
  return found;
}

const peeringTo = (from: VirtualNetwork, to: VirtualNetwork): VirtualNetworkPeering | undefined =>
  from.virtualNetworkPeerings?.find(({ remoteVirtualNetwork }) => sameId(remoteVirtualNetwork?.id, to.id));
