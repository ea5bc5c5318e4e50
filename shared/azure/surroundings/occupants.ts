import type { Subnet, VirtualNetwork } from '@azure/arm-network';
import { parseId } from '../ids';

/** Resources that live in subnets, by what they are; ids as Azure spells them, each once. */
export interface Occupants {
  networkInterfaces: string[];
  gateways: string[];
  firewalls: string[];
}

const kinds: Record<string, keyof Occupants> = {
  networkinterfaces: 'networkInterfaces',
  virtualnetworkgateways: 'gateways',
  azurefirewalls: 'firewalls',
};

/** A subnet lists the IP configurations in it; each belongs to the resource that its id begins with. */
export function occupantsOf(subnets: readonly Subnet[]): Occupants {
  const found: Occupants = { networkInterfaces: [], gateways: [], firewalls: [] };
  const seen = new Set<string>();
  for (const { id } of subnets.flatMap(({ ipConfigurations }) => ipConfigurations ?? [])) {
    const [, owner, type] = /^(.+\/providers\/microsoft\.network\/([^/]+)\/[^/]+)\//i.exec(id ?? '') ?? [];
    const kind = kinds[type?.toLowerCase() ?? ''];
    if (owner === undefined || kind === undefined || seen.has(owner.toLowerCase())) continue;
    seen.add(owner.toLowerCase());
    found[kind].push(owner);
  }
  return found;
}

export interface Group {
  subscriptionId: string;
  resourceGroup: string;
}

/** Resource groups of these resources, each once. */
export function groupsOf(ids: readonly string[], first: Group): Group[] {
  const groups = [first, ...ids.map((id): Group => parseId(id))];
  return [
    ...new Map(
      groups.map(({ subscriptionId, resourceGroup }) => [
        `${subscriptionId}/${resourceGroup}`.toLowerCase(),
        { subscriptionId, resourceGroup },
      ]),
    ).values(),
  ];
}

/** Ids of the VNets on the other side of connected peerings. */
export const connectedPeers = ({ virtualNetworkPeerings = [] }: VirtualNetwork): string[] =>
  virtualNetworkPeerings.flatMap(({ peeringState, remoteVirtualNetwork }) =>
    peeringState === 'Connected' && remoteVirtualNetwork?.id ? [remoteVirtualNetwork.id] : [],
  );

export function distinct(ids: readonly (string | undefined)[]): string[] {
  const known = ids.filter((id): id is string => id !== undefined && id !== '');
  return [...new Map(known.map((id) => [id.toLowerCase(), id])).values()];
}
