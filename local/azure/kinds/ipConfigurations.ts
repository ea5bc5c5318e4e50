import type { Cloud } from '../cloud';
import { networkError, notProvisioned } from '../errors';
import { parentId, sameId } from '../ids';
import { asArray, asObject, asString, at } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource } from '../types';
import { addressesIn, allocate } from './addresses';
import type { Call } from './kind';
import { ipConfigurations, referenced } from './writing';

/**
 * The IP configurations that a PUT asks for, with their addresses, as they are stored. Throws what Azure answers to a
 * subnet or an address that it cannot give.
 */
export function configured(
  call: Call,
  nicId: string,
  location: string,
  existing: ArmResource | undefined,
): JsonObject[] {
  const { cloud } = call;
  const entries = asArray(at(call.body.properties, 'ipConfigurations'));
  if (entries.length === 0) {
    throw networkError(
      400,
      'NetworkInterfaceMustHaveAtLeastOneIpConfiguration',
      `Network interface ${nicId} must have at least one IP configuration.`,
    );
  }
  const own = new Map<string, string>();
  return entries.map((entry, index) => {
    const name = asString(at(entry, 'name')) ?? '';
    const id = `${nicId}/ipConfigurations/${name}`;
    const sent = asObject(at(entry, 'properties'));
    const subnet = referenced(cloud, sent.subnet ?? {}, 'Microsoft.Network/virtualNetworks/subnets', { id });
    const vnet = subnet && cloud.store.get(parentId(subnet.id));
    if (!subnet || !vnet) throw new Error(`No subnet for ${id}.`);
    referenced(cloud, { id: vnet.id }, vnet.type, { id: nicId, location });
    if (subnet.properties.provisioningState === 'Updating') {
      throw notProvisioned(subnet.id, nicId, 'PutSubnetOperation');
    }
    const publicIp = publicAddress(cloud, sent.publicIPAddress, { id, location });
    const before = existing && ipConfigurations(existing).find((old) => sameId(old.id, id))?.properties;
    const stays = before !== undefined && sameId(asString(at(before, 'subnet', 'id')) ?? '', subnet.id);
    const fixed = sent.privateIPAllocationMethod === 'Static';
    const address = allocate(
      {
        id,
        subnet,
        ...(fixed ? { fixed: asString(sent.privateIPAddress) ?? '' } : {}),
        ...(stays ? { held: asString(before.privateIPAddress) ?? '' } : {}),
      },
      new Map([...addressesIn(cloud, subnet, nicId), ...own]),
    );
    own.set(address, id);
    return {
      name,
      id,
      properties: {
        provisioningState: 'Succeeded',
        privateIPAddress: address,
        privateIPAllocationMethod: fixed ? 'Static' : 'Dynamic',
        ...(publicIp ? { publicIPAddress: { id: publicIp.id, ...deleteOption(sent.publicIPAddress) } } : {}),
        subnet: { id: subnet.id },
        primary: entries.length === 1 || (sent.primary === undefined ? index === 0 : sent.primary === true),
        privateIPAddressVersion: 'IPv4',
      },
    };
  });
}

/** Whether the address goes along with the machine. */
function deleteOption(reference: unknown): JsonObject {
  const option = at(reference, 'properties', 'deleteOption') ?? at(reference, 'deleteOption');
  return option === undefined ? {} : { properties: { deleteOption: option } };
}

function publicAddress(
  cloud: Cloud,
  reference: unknown,
  by: { id: string; location: string },
): ArmResource | undefined {
  const address = referenced(cloud, reference, 'Microsoft.Network/publicIPAddresses', by);
  if (!address) return undefined;
  const holder = cloud.store
    .naming('Microsoft.Network/networkInterfaces', address.id)
    .flatMap((nic) => ipConfigurations(nic))
    .find(
      (entry) =>
        !sameId(entry.id, by.id) &&
        sameId(asString(at(entry.properties, 'publicIPAddress', 'id')) ?? '', address.id),
    );
  if (holder) {
    throw networkError(
      400,
      'PublicIPAddressInUse',
      `Resource ${by.id} is referencing public IP address ${address.id} that is already allocated to resource ${holder.id}.`,
    );
  }
  return address;
}
