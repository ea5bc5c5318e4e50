import type { Cloud } from '../cloud';
import { invalidReference, networkError } from '../errors';
import { sameId } from '../ids';
import { overlaps, parseRange } from '../ipv4';
import { asString, at } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource } from '../types';
import { gatewaysIn } from './gateways';
import type { Call } from './kind';
import { peeringsOf, remoteOf, spaceOf } from './peerings';

const refused = (code: string, message: string): Error => networkError(400, code, message);

/**
 * Throws what Azure answers to a peering that cannot be.
 * @returns the remote network
 */
export function checkPeering(call: Call, vnet: ArmResource, sent: JsonObject): ArmResource {
  const { cloud, existing, id } = call;
  const remoteId = asString(at(sent, 'remoteVirtualNetwork', 'id')) ?? '';
  const remote = cloud.store.ofType(remoteId, 'Microsoft.Network/virtualNetworks');
  if (!remote) throw invalidReference(remoteId, id);
  if (sameId(remote.id, vnet.id)) {
    // Unverified: the code.
    throw refused('InvalidRemoteVnet', `Peering ${id} cannot reference its own virtual network.`);
  }
  if (existing && !sameId(remoteOf(existing), remote.id)) {
    throw refused(
      'ChangingRemoteVirtualNetworkNotAllowed',
      `Remote virtual network of peering ${id} cannot be changed.`,
    );
  }
  const siblings = peeringsOf(cloud, vnet).filter((other) => !sameId(other.id, id));
  const twin = siblings.find((other) => sameId(remoteOf(other), remote.id));
  if (twin) {
    throw refused(
      'AnotherPeeringAlreadyReferencesRemoteVnet',
      `Peering ${twin.id} already references remote virtual network ${remote.id}. Cannot add another peering ` +
        'referencing the same remote virtual network.',
    );
  }
  if (remote.properties.provisioningState === 'Updating') {
    throw refused(
      'ReferencedResourceNotProvisioned',
      `Cannot proceed with operation because resource ${remote.id} used by resource ${id} is not in Succeeded state. ` +
        'Resource is in Updating state.',
    );
  }
  const other = cloud.store
    .list('Microsoft.Network/virtualNetworks/virtualNetworkPeerings', { parent: remote.id })
    .find((peering) => sameId(remoteOf(peering), vnet.id));
  if (other?.properties.peeringState === 'Disconnected' && !existing) {
    throw refused(
      'RemotePeeringIsDisconnected',
      `Cannot create or update peering ${id} because remote peering ${other.id} referencing parent virtual network ` +
        `${vnet.id} is in Disconnected state. Update or re-create the remote peering to get it back to Initiated state. ` +
        'Peering gets Disconnected when remote vnet or remote peering is deleted and re-created.',
    );
  }
  checkSpaces(cloud, id, vnet, remote, siblings);
  checkGateways(cloud, id, vnet, remote, sent);
  return remote;
}

function shared(a: string[], b: string[]): string[] {
  return a.filter((text) => {
    const range = parseRange(text);
    return (
      range && b.some((other) => overlaps(range, parseRange(other) ?? { first: -2, last: -1, length: 0 }))
    );
  });
}

function checkSpaces(
  cloud: Cloud,
  id: string,
  vnet: ArmResource,
  remote: ArmResource,
  siblings: ArmResource[],
): void {
  const both = shared(spaceOf(vnet), spaceOf(remote));
  if (both.length > 0) {
    throw refused(
      'VnetAddressSpacesOverlap',
      `Cannot create or update peering ${id}. Virtual networks ${vnet.id} and ${remote.id} cannot be peered because ` +
        `their address spaces overlap. Overlapping address prefixes: ${both.join(', ')}`,
    );
  }
  const around: [ArmResource, ArmResource[]][] = [
    [remote, siblings],
    [vnet, peeringsOf(cloud, remote).filter((peering) => !sameId(remoteOf(peering), vnet.id))],
  ];
  for (const [newcomer, peered] of around) {
    const clash = peered.find(
      (peering) => shared(spaceOf(newcomer), spaceOf(cloud.store.get(remoteOf(peering)))).length > 0,
    );
    if (clash) throw alreadyPeered(id, newcomer, clash);
  }
}

function alreadyPeered(id: string, newcomer: ArmResource, clash: ArmResource): Error {
  return refused(
    'VnetAddressSpaceOverlapsWithAlreadyPeeredVnet',
    `Cannot create or update peering ${id}. Virtual networks cannot be peered because address space of virtual ` +
      `network ${newcomer.id} overlaps with address space of virtual network ${remoteOf(clash)} already peered.`,
  );
}

/** Throws what Azure answers to a new address space that overlaps one of the peers. */
export function checkSpaceOfPeers(cloud: Cloud, vnet: ArmResource, wanted: string[]): void {
  for (const peering of peeringsOf(cloud, vnet)) {
    if (shared(wanted, spaceOf(cloud.store.get(remoteOf(peering)))).length > 0) {
      throw alreadyPeered(peering.id, vnet, peering);
    }
  }
}

function checkGateways(
  cloud: Cloud,
  id: string,
  vnet: ArmResource,
  remote: ArmResource,
  sent: JsonObject,
): void {
  if (sent.useRemoteGateways !== true) return;
  if (sent.allowGatewayTransit === true || gatewaysIn(cloud, vnet.id).length > 0) {
    // Unverified: the code; that the two exclude each other is documented.
    throw refused(
      'InvalidUseRemoteGateways',
      `Peering ${id} cannot use remote gateways and have gateways of its own, or allow their transit.`,
    );
  }
  const ready = gatewaysIn(cloud, remote.id).some(
    ({ properties }) => properties.provisioningState === 'Succeeded',
  );
  if (!ready) {
    throw refused(
      'RemoteVnetHasNoGateways',
      `Peering ${id} cannot have UseRemoteGateways flag set to true because remote virtual network ${remote.id} ` +
        'referenced by the peering does not have any gateways.',
    );
  }
  const back = cloud.store
    .list('Microsoft.Network/virtualNetworks/virtualNetworkPeerings', { parent: remote.id })
    .find((peering) => sameId(remoteOf(peering), vnet.id));
  if (back && back.properties.allowGatewayTransit !== true) {
    // Unverified: the code.
    throw refused(
      'AllowGatewayTransitIsFalse',
      `Peering ${id} cannot have UseRemoteGateways flag set to true because remote peering ${back.id} does not ` +
        'allow gateway transit.',
    );
  }
}
