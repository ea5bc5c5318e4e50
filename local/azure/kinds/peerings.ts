import type { Cloud } from '../cloud';
import { idOf, parentId, sameId } from '../ids';
import { asArray, asObject, asString, at, sameJson, without } from '../json';
import type { JsonObject } from '../json';
import { guid } from '../random';
import type { ArmResource } from '../types';
import type { Call, ExistingCall, Kind, Reply } from './kind';
import { checkPeering } from './peeringChecks';
import { assertUnlocked, checkNetworkEtag, following, newEtag } from './writing';

export const peeringType = 'Microsoft.Network/virtualNetworks/virtualNetworkPeerings';

const readOnly = [
  'provisioningState',
  'peeringState',
  'peeringSyncLevel',
  'remoteAddressSpace',
  'remoteVirtualNetworkAddressSpace',
  'resourceGuid',
];

export const peerings: Kind = {
  type: peeringType,
  service: 'network',
  render: (cloud, peering) => {
    const etag = cloud.store.get(parentId(peering.id))?.etag;
    const now = spaceOf(cloud.store.get(remoteOf(peering)));
    return {
      name: peering.name,
      id: peering.id,
      ...(etag === undefined ? {} : { etag }),
      properties: {
        ...peering.properties,
        peeringSyncLevel: syncLevel(cloud, peering),
        ...(now.length === 0 ? {} : { remoteVirtualNetworkAddressSpace: { addressPrefixes: now } }),
      },
      type: peeringType,
    };
  },
  put,
  remove,
};

export function peeringsOf(cloud: Cloud, vnet: ArmResource): ArmResource[] {
  return cloud.store.list(peeringType, { parent: vnet.id });
}

export function remoteOf(peering: ArmResource): string {
  return asString(at(peering.properties, 'remoteVirtualNetwork', 'id')) ?? '';
}

export function spaceOf(vnet: ArmResource | undefined): string[] {
  return asArray(at(vnet?.properties, 'addressSpace', 'addressPrefixes')).map(String);
}

/** The peering of the remote network that leads back. */
export function counterpart(cloud: Cloud, peering: ArmResource): ArmResource | undefined {
  const own = parentId(peering.id);
  return cloud.store
    .naming(peeringType, own)
    .find((other) => sameId(parentId(other.id), remoteOf(peering)) && sameId(remoteOf(other), own));
}

/** A side that is gone leaves the other one behind. */
export function disconnect(cloud: Cloud, peering: ArmResource): void {
  const other = counterpart(cloud, peering);
  const network = other && cloud.store.get(parentId(other.id));
  if (!other || !network) return;
  other.properties.peeringState = 'Disconnected';
  network.etag = newEtag(cloud);
}

/** Each side holds the other's ranges as of its last synchronisation. */
function syncLevel(cloud: Cloud, peering: ArmResource): string {
  const local = isStale(cloud, peering);
  const other = counterpart(cloud, peering);
  const remote = other !== undefined && isStale(cloud, other);
  if (local && remote) return 'LocalAndRemoteNotInSync';
  if (local) return 'LocalNotInSync';
  return remote ? 'RemoteNotInSync' : 'FullyInSync';
}

function isStale(cloud: Cloud, peering: ArmResource): boolean {
  const network = cloud.store.get(remoteOf(peering));
  const held = asArray(at(peering.properties, 'remoteAddressSpace', 'addressPrefixes'));
  return network !== undefined && !sameJson(held, spaceOf(network));
}

function networkOf(call: Call): ArmResource {
  const vnet = call.cloud.store.get(parentId(idOf(call.target)));
  if (!vnet) throw new Error(`The front door let a peering without network pass: ${call.id}`);
  return vnet;
}

function put(call: Call): Reply {
  const { cloud, existing, request } = call;
  const vnet = networkOf(call);
  checkNetworkEtag(call, vnet.etag);
  const sent = without(asObject(call.body.properties), ...readOnly);
  const remote = checkPeering(call, vnet, sent);
  assertUnlocked(cloud, vnet.id);
  const synchronise = request.query.get('syncRemoteAddressSpace')?.toLowerCase() === 'true';
  const held = existing?.properties.peeringState === 'Connected' && !synchronise;
  const peering = cloud.store.put({
    id: existing?.id ?? call.id,
    name: existing?.name ?? call.target.names[1] ?? '',
    type: peeringType,
    properties: {
      provisioningState: 'Updating',
      peeringState: existing?.properties.peeringState === 'Connected' ? 'Connected' : 'Initiated',
      resourceGuid: existing?.properties.resourceGuid ?? guid(cloud.identifiers),
      ...withDefaults(sent),
      remoteVirtualNetwork: { id: remote.id },
      remoteAddressSpace: held
        ? existing.properties.remoteAddressSpace
        : { addressPrefixes: spaceOf(remote) },
    },
  });
  vnet.properties.provisioningState = 'Updating';
  vnet.etag = newEtag(cloud);
  const settle = (state: string): void => {
    peering.properties.provisioningState = state;
    vnet.properties.provisioningState = 'Succeeded';
    vnet.etag = newEtag(cloud);
  };
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'PutVirtualNetworkPeeringOperation',
    location: vnet.location ?? '',
    resourceId: peering.id,
    seconds: cloud.latency('peering'),
    request,
    locks: [vnet.id],
    done: () => {
      meet(cloud, peering);
      settle('Succeeded');
    },
    failed: () => settle('Failed'),
  });
  return {
    status: existing ? 200 : 201,
    headers: following(cloud, operation),
    body: peerings.render(cloud, peering),
  };
}

function withDefaults(sent: JsonObject): JsonObject {
  return {
    allowVirtualNetworkAccess: true,
    allowForwardedTraffic: false,
    allowGatewayTransit: false,
    useRemoteGateways: false,
    doNotVerifyRemoteGateways: false,
    peerCompleteVnets: true,
    routeServiceVips: {},
    ...Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined && value !== null)),
  };
}

/** Two sides that know of each other are connected, unless the other one has lost its partner before. */
function meet(cloud: Cloud, peering: ArmResource): void {
  const other = counterpart(cloud, peering);
  if (!other || other.properties.peeringState === 'Disconnected') return;
  const network = cloud.store.get(parentId(other.id));
  if (other.properties.peeringState !== 'Connected' && network) network.etag = newEtag(cloud);
  peering.properties.peeringState = 'Connected';
  other.properties.peeringState = 'Connected';
}

function remove(call: ExistingCall): Reply {
  const { cloud, existing, request } = call;
  const vnet = networkOf(call);
  checkNetworkEtag(call, vnet.etag);
  assertUnlocked(cloud, vnet.id);
  existing.properties.provisioningState = 'Deleting';
  vnet.properties.provisioningState = 'Updating';
  const settle = (): void => {
    vnet.properties.provisioningState = 'Succeeded';
    vnet.etag = newEtag(cloud);
  };
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'DeleteVirtualNetworkPeeringOperation',
    location: vnet.location ?? '',
    resourceId: existing.id,
    seconds: cloud.latency('peering'),
    request,
    locks: [vnet.id],
    done: () => {
      disconnect(cloud, existing);
      cloud.store.remove(existing.id);
      settle();
    },
    failed: () => {
      existing.properties.provisioningState = 'Failed';
      settle();
    },
  });
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 10 }) };
}
