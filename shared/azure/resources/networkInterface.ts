import type { NetworkInterface } from '@azure/arm-network';
import type { AzureClients } from '../clients';
import type { Decision, ResourceSpec } from '../ensure';
import { parseId, sameId } from '../ids';
import { ownershipOf, type HostLayout, type NicLayout } from '../layout';
import { failed } from '../outcome';
import { read, send } from '../send';

export async function readNetworkInterface(
  clients: AzureClients,
  id: string,
): Promise<NetworkInterface | undefined> {
  const { subscriptionId, resourceGroup, names } = parseId(id);
  const client = await clients.network(subscriptionId);
  return read((options) => client.networkInterfaces.get(resourceGroup, names[0] ?? '', options));
}

/** Desired NIC: static address from the ledger, in its subnet, tagged as the host's. */
export function desiredNetworkInterface(
  layout: HostLayout,
  nic: NicLayout,
  existing: NetworkInterface | undefined,
): Decision<NetworkInterface> {
  if (!existing) {
    return {
      action: 'put',
      change: 'created',
      body: {
        location: layout.location,
        tags: layout.tags,
        ...(layout.spec.acceleratedNetworking ? { enableAcceleratedNetworking: true } : {}),
        ipConfigurations: [
          {
            name: 'ipconfig1',
            primary: true,
            privateIPAddressVersion: 'IPv4',
            privateIPAllocationMethod: 'Static',
            privateIPAddress: nic.address,
            subnet: { id: nic.subnetId },
            ...(nic.publicIpId ? { publicIPAddress: { id: nic.publicIpId } } : {}),
          },
        ],
      },
    };
  }
  return foreign(layout, nic, existing) ?? settled(existing);
}

/**
 * Desired forwarding of an existing NIC; everything else on it goes back as it was read. On an attached NIC this is an
 * update in place, without interruption.
 */
export function desiredForwarding(
  layout: HostLayout,
  nic: NicLayout,
  enabled: boolean,
  existing: NetworkInterface | undefined,
): Decision<NetworkInterface> {
  if (!existing) return refuse('NetworkInterfaceNotFound', `The network interface ${nic.name} is gone.`);
  const wrong = foreign(layout, nic, existing);
  if (wrong) return wrong;
  if ((existing.enableIPForwarding ?? false) === enabled) return settled(existing);
  return {
    action: 'put',
    change: 'updated',
    body: { ...withPlainReferences(existing), enableIPForwarding: enabled },
  };
}

/**
 * Desired public address of an existing NIC, put back if it has none; in place, without interruption. One that somebody
 * gave it instead stays.
 */
export function desiredPublicAddress(
  layout: HostLayout,
  nic: NicLayout,
  existing: NetworkInterface | undefined,
): Decision<NetworkInterface> {
  if (!existing) return refuse('NetworkInterfaceNotFound', `The network interface ${nic.name} is gone.`);
  const wrong = foreign(layout, nic, existing);
  if (wrong) return wrong;
  const [config, ...others] = existing.ipConfigurations ?? [];
  if (!nic.publicIpId || config?.publicIPAddress?.id) return settled(existing);
  const body = withPlainReferences({
    ...existing,
    ipConfigurations: [{ ...config, publicIPAddress: { id: nic.publicIpId } }, ...others],
  });
  return { action: 'put', change: 'updated', body };
}

/**
 * Desired allocation of an existing NIC: the address that it has, for good, because routes and the ledger name it. The
 * address itself stays, so nothing is interrupted.
 */
export function desiredStaticAddress(
  layout: HostLayout,
  nic: NicLayout,
  existing: NetworkInterface | undefined,
): Decision<NetworkInterface> {
  if (!existing) return refuse('NetworkInterfaceNotFound', `The network interface ${nic.name} is gone.`);
  const wrong = foreign(layout, nic, existing);
  if (wrong) return wrong;
  if (existing.ipConfigurations?.[0]?.privateIPAllocationMethod !== 'Dynamic') return settled(existing);
  const body = withPlainReferences(existing);
  const [first, ...rest] = body.ipConfigurations ?? [];
  return {
    action: 'put',
    change: 'updated',
    body: { ...body, ipConfigurations: [{ ...first, privateIPAllocationMethod: 'Static' }, ...rest] },
  };
}

/** The SDK's models expand a referenced subnet or address into a whole one; Azure wants the id alone. */
function withPlainReferences(nic: NetworkInterface): NetworkInterface {
  const ipConfigurations = (nic.ipConfigurations ?? []).map((config) => ({
    ...config,
    ...(config.subnet?.id ? { subnet: { id: config.subnet.id } } : {}),
    ...(config.publicIPAddress?.id ? { publicIPAddress: { id: config.publicIPAddress.id } } : {}),
  }));
  return { ...nic, ipConfigurations };
}

function foreign(
  layout: HostLayout,
  nic: NicLayout,
  existing: NetworkInterface,
): Decision<never> | undefined {
  if (ownershipOf(layout, { ...existing, uniqueId: existing.resourceGuid }) === undefined) {
    return refuse(
      'ForeignNetworkInterface',
      `A network interface named ${nic.name} exists that this app did not make. Rename the host or remove it.`,
    );
  }
  const [config] = existing.ipConfigurations ?? [];
  if (config?.privateIPAddress !== nic.address || !sameId(config.subnet?.id, nic.subnetId)) {
    return refuse(
      'NetworkInterfaceDiffers',
      `${nic.name} has ${config?.privateIPAddress} in ${config?.subnet?.id}; promised is ${nic.address}. A repair must change it.`,
    );
  }
  return undefined;
}

function settled(existing: NetworkInterface): Decision<never> {
  return existing.provisioningState === 'Updating' ? { action: 'wait' } : { action: 'none' };
}

const refuse = (code: string, message: string): Decision<never> => ({
  action: 'refuse',
  failure: failed('fatal', code, message),
});

function spec(
  nic: NicLayout,
  desired: (existing: NetworkInterface | undefined) => Decision<NetworkInterface>,
): ResourceSpec<NetworkInterface> {
  const { subscriptionId, resourceGroup, names } = parseId(nic.id);
  return {
    id: nic.id,
    read: (clients) => readNetworkInterface(clients, nic.id),
    desired,
    async write(clients, body) {
      const client = await clients.network(subscriptionId);
      return send((options) =>
        client.networkInterfaces.createOrUpdate(resourceGroup, names[0] ?? '', body, options),
      );
    },
  };
}

export const networkInterfaceSpec = (layout: HostLayout, nic: NicLayout) =>
  spec(nic, (existing) => desiredNetworkInterface(layout, nic, existing));

export const staticAddressSpec = (layout: HostLayout, nic: NicLayout) =>
  spec(nic, (existing) => desiredStaticAddress(layout, nic, existing));

export const forwardingSpec = (layout: HostLayout, nic: NicLayout, enabled: boolean) =>
  spec(nic, (existing) => desiredForwarding(layout, nic, enabled, existing));

export const publicAddressSpec = (layout: HostLayout, nic: NicLayout) =>
  spec(nic, (existing) => desiredPublicAddress(layout, nic, existing));
