import type { PublicIPAddress } from '@azure/arm-network';
import type { AzureClients } from '../clients';
import type { Decision, ResourceSpec } from '../ensure';
import { nameOf, parseId } from '../ids';
import { isTaggedFor, type HostLayout } from '../layout';
import { failed } from '../outcome';
import { read, send } from '../send';

export async function readPublicIp(clients: AzureClients, id: string): Promise<PublicIPAddress | undefined> {
  const { subscriptionId, resourceGroup } = parseId(id);
  const client = await clients.network(subscriptionId);
  return read((options) => client.publicIPAddresses.get(resourceGroup, nameOf(id), options));
}

/** Desired public address of NIC 1: Standard and static, in the zone of the host if it has one. */
export function desiredPublicIp(
  layout: HostLayout,
  existing: PublicIPAddress | undefined,
): Decision<PublicIPAddress> {
  if (!existing) {
    return {
      action: 'put',
      change: 'created',
      body: {
        location: layout.location,
        tags: layout.tags,
        sku: { name: 'Standard' },
        publicIPAllocationMethod: 'Static',
        publicIPAddressVersion: 'IPv4',
        ...(layout.spec.zone === undefined ? {} : { zones: [layout.spec.zone] }),
      },
    };
  }
  if (!isTaggedFor(existing.tags, layout)) {
    const message = `A public address named ${layout.host}-nat-ip exists that this app did not make. Rename the host or remove it.`;
    return { action: 'refuse', failure: failed('fatal', 'ForeignPublicIp', message) };
  }
  return existing.provisioningState === 'Updating' ? { action: 'wait' } : { action: 'none' };
}

export function publicIpSpec(layout: HostLayout, id: string): ResourceSpec<PublicIPAddress> {
  const { subscriptionId, resourceGroup } = parseId(id);
  return {
    id,
    read: (clients) => readPublicIp(clients, id),
    desired: (existing) => desiredPublicIp(layout, existing),
    async write(clients, body) {
      const client = await clients.network(subscriptionId);
      return send((options) =>
        client.publicIPAddresses.createOrUpdate(resourceGroup, nameOf(id), body, options),
      );
    },
  };
}
