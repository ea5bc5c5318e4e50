import type { ResourceSku, Usage } from '@azure/arm-compute';
import type { NatGateway, Route, RouteTable, Subnet } from '@azure/arm-network';
import type { NetworkDefinition } from '../records/types';
import { limitReached, type Obstacle } from './obstacle';
import { failed, type Failed } from './outcome';

/**
 * Can this size be had in this location, with two NICs, within the vCPU quota? A size without any restriction may still
 * fail for capacity later.
 */
export function judgeSize(
  size: string,
  location: string,
  skus: readonly ResourceSku[],
  usages: readonly Usage[],
): Obstacle[] {
  const sku = skus.find(
    (candidate) =>
      candidate.resourceType === 'virtualMachines' && candidate.name?.toLowerCase() === size.toLowerCase(),
  );
  if (!sku) {
    return [
      { class: 'invalid', code: 'SizeNotFound', message: `The size ${size} does not exist in ${location}.` },
    ];
  }
  return [...offered(sku, size, location), ...quotaLeft(sku, size, location, usages)];
}

function offered(sku: ResourceSku, size: string, location: string): Obstacle[] {
  if (sku.restrictions?.some((restriction) => restriction.type === 'Location')) {
    const message = `The size ${size} is not offered to this subscription in ${location}.`;
    return [{ class: 'capacity', code: 'SkuNotAvailable', message }];
  }
  const nics = Number(capability(sku, 'MaxNetworkInterfaces') ?? 2);
  if (nics >= 2) return [];
  const limit = { limit: nics, used: 0, needed: 2, remedy: 'Choose a larger size.' };
  const what = `The size ${size} takes ${nics} network interface; two are needed.`;
  return [limitReached('invalid', 'TooFewNics', what, limit)];
}

function quotaLeft(sku: ResourceSku, size: string, location: string, usages: readonly Usage[]): Obstacle[] {
  const needed = Number(capability(sku, 'vCPUs') ?? 0);
  return [sku.family, 'cores'].flatMap((name) => {
    const usage = usages.find((candidate) => candidate.name.value?.toLowerCase() === name?.toLowerCase());
    if (!usage || usage.currentValue + needed <= usage.limit) return [];
    const { currentValue: used, limit } = usage;
    const what = `${size} needs ${needed} vCPUs; ${usage.name.localizedValue ?? name} has ${used} of ${limit} in use in ${location}.`;
    const remedy = 'Raise the quota or choose a smaller size.';
    return [limitReached('quota', 'QuotaExceeded', what, { limit, used, needed, remedy })];
  });
}

function capability(sku: ResourceSku, name: string): string | undefined {
  return sku.capabilities?.find((entry) => entry.name === name)?.value;
}

/** Guests and host need a way out through NIC 1: new subnets have none of their own any more. */
export function judgeOutbound(
  definition: NetworkDefinition,
  natSubnet: Subnet | undefined,
  natGateway: NatGateway | undefined,
  natTable?: RouteTable,
): Failed | undefined {
  const { outbound, natSubnet: wish } = definition;
  // The address is NIC 1's own, whatever the subnet has.
  if (outbound.kind === 'publicIp') return undefined;
  if (natSubnet) return wayOut(wish.name, natSubnet, natTable);
  if (outbound.kind === 'natGateway') {
    return natGateway
      ? undefined
      : failed(
          'invalid',
          'NatGatewayNotFound',
          `The NAT gateway ${outbound.id} does not exist. Create it first.`,
        );
  }
  return failed(
    'invalid',
    'NoOutbound',
    `The subnet ${wish.name} is to be created but would have no way out. Name a NAT gateway in the definition.`,
  );
}

function wayOut(name: string, subnet: Subnet, table: RouteTable | undefined): Failed | undefined {
  const refuse = (message: string) => failed('invalid', 'NoOutbound', message);
  const byDefault = table?.routes?.find(({ addressPrefix }) => addressPrefix === '0.0.0.0/0');
  if (byDefault?.nextHopType === 'None') {
    return refuse(
      `The route ${byDefault.name} drops everything that ${name} sends to the internet. Give it a way out.`,
    );
  }
  if (subnet.natGateway || subnet.defaultOutboundAccess !== false) return undefined;
  if (!subnet.routeTable) {
    return refuse(
      `The subnet ${name} is private and has neither NAT gateway nor route table. Give it a NAT gateway.`,
    );
  }
  // Without a default route of its own a table may still get one from a gateway, unless it takes none.
  if (!table || leadsOut(byDefault) || (!byDefault && table.disableBgpRoutePropagation !== true)) {
    return undefined;
  }
  return refuse(
    `The subnet ${name} is private and its route table leads nowhere outside. Give it a NAT gateway.`,
  );
}

const leadsOut = (route: Route | undefined) =>
  route?.nextHopType === 'VirtualAppliance' || route?.nextHopType === 'VirtualNetworkGateway';
