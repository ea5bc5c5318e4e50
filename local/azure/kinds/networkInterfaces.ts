import type { Cloud } from '../cloud';
import { networkError } from '../errors';
import { parentId, sameId } from '../ids';
import { asArray, asObject, asString, at, sameJson } from '../json';
import type { JsonObject } from '../json';
import { guid, opaque } from '../random';
import type { ArmResource } from '../types';
import { effectiveRouteTable, effectiveSecurityGroups } from './effective';
import { configured } from './ipConfigurations';
import type { Call, ExistingCall, Kind, Reply } from './kind';
import { checkNetworkEtag, following, ipConfigurations, locationOf, machineOf, newEtag } from './writing';
import { nicReferences, patchTags, referenced, tagsOf } from './writing';

const type = 'Microsoft.Network/networkInterfaces';

export const networkInterfaces: Kind = {
  type,
  service: 'network',
  render: (cloud, nic) => {
    const vm = machineOf(cloud, nic.id);
    const mac = vm && cloud.nic(nic.id).mac;
    const primary = vm && nicReferences(vm).some(({ id, primary }) => primary && sameId(id, nic.id));
    const etag = nic.etag;
    return {
      name: nic.name,
      id: nic.id,
      ...(etag === undefined ? {} : { etag }),
      properties: {
        ...nic.properties,
        ipConfigurations: ipConfigurations(nic).map(({ id, name, properties }) => ({
          name,
          id,
          ...(etag === undefined ? {} : { etag }),
          type: 'Microsoft.Network/networkInterfaces/ipConfigurations',
          properties,
        })),
        ...(mac === undefined ? {} : { macAddress: mac, primary }),
        ...(vm === undefined ? {} : { virtualMachine: { id: vm.id } }),
      },
      type,
      ...(nic.location === undefined ? {} : { location: nic.location }),
      ...(nic.tags === undefined ? {} : { tags: nic.tags }),
      kind: 'Regular',
    };
  },
  put,
  patch: patchTags(() => networkInterfaces),
  remove,
  actions: {
    effectiveroutetable: effectiveRouteTable,
    effectivenetworksecuritygroups: effectiveSecurityGroups,
  },
};

function put(call: Call): Reply {
  const { cloud, existing, request } = call;
  const location = locationOf(call);
  checkNetworkEtag(call, existing?.etag);
  const id = existing?.id ?? call.id;
  const sent = asObject(call.body.properties);
  const vm = existing && machineOf(cloud, existing.id);
  if (existing) checkChange(existing, sent, vm);
  const configurations = configured(call, id, location, existing);
  referenced(cloud, sent.networkSecurityGroup, 'Microsoft.Network/networkSecurityGroups', { id, location });
  const properties: JsonObject = {
    provisioningState: 'Succeeded',
    resourceGuid: existing?.properties.resourceGuid ?? guid(cloud.identifiers),
    ipConfigurations: configurations,
    dnsSettings: {
      dnsServers: asArray(at(sent, 'dnsSettings', 'dnsServers')),
      appliedDnsServers: asArray(at(sent, 'dnsSettings', 'dnsServers')),
      internalDomainNameSuffix:
        at(existing?.properties, 'dnsSettings', 'internalDomainNameSuffix') ??
        `${opaque(cloud.identifiers, 26).toLowerCase()}.bx.internal.cloudapp.net`,
    },
    enableAcceleratedNetworking: sent.enableAcceleratedNetworking === true,
    vnetEncryptionSupported: false,
    // Left out means off, also for an interface that had it on.
    enableIPForwarding: sent.enableIPForwarding === true,
    disableTcpStateTracking: sent.disableTcpStateTracking === true,
    ...(sent.networkSecurityGroup
      ? { networkSecurityGroup: { id: at(sent.networkSecurityGroup, 'id') } }
      : {}),
    hostedWorkloads: [],
    tapConfigurations: [],
    nicType: 'Standard',
    allowPort25Out: true,
    defaultOutboundConnectivityEnabled: false,
    auxiliaryMode: 'None',
    auxiliarySku: 'None',
  };
  const unchanged =
    existing !== undefined &&
    sameJson(existing.properties, properties) &&
    sameJson(existing.tags, tagsOf(call.body).tags);
  const nic = cloud.store.put({
    id,
    name: existing?.name ?? call.target.names[0] ?? '',
    type,
    location,
    ...tagsOf(call.body),
    etag: unchanged && existing.etag !== undefined ? existing.etag : newEtag(cloud),
    properties,
  });
  if (!unchanged) touchNetworks(cloud, nic);
  if (!existing) return { status: 201, body: networkInterfaces.render(cloud, nic) };
  if (!vm || unchanged) return { status: 200, body: networkInterfaces.render(cloud, nic) };
  // An attached interface takes a moment until the host has programmed the change.
  properties.provisioningState = 'Updating';
  const settle = (state: string): void => {
    properties.provisioningState = state;
    nic.etag = newEtag(cloud);
  };
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'PutNicOperation',
    location,
    resourceId: id,
    seconds: cloud.latency('networkInterface'),
    request,
    done: () => settle('Succeeded'),
    failed: () => settle('Failed'),
  });
  return {
    status: 200,
    headers: following(cloud, operation, { retryAfter: 10 }),
    body: networkInterfaces.render(cloud, nic),
  };
}

/** A subnet shows its IP configurations, so the etag of its network changes with them (unverified). */
function touchNetworks(cloud: Cloud, nic: ArmResource): void {
  for (const { properties } of ipConfigurations(nic)) {
    const vnet = cloud.store.get(parentId(asString(at(properties, 'subnet', 'id')) ?? ''));
    if (vnet) vnet.etag = newEtag(cloud);
  }
}

/** What an interface in use does not let happen to it. */
function checkChange(existing: ArmResource, sent: JsonObject, vm: ArmResource | undefined): void {
  const names = asArray(sent.ipConfigurations).map((entry) => asString(at(entry, 'name'))?.toLowerCase());
  const before = ipConfigurations(existing);
  const primary = before.find(({ properties }) => properties.primary === true);
  if (primary && !names.includes(primary.name.toLowerCase())) {
    throw networkError(
      400,
      'IpConfigDeleteNotSupported',
      `IP Configuration ${primary.name} cannot be deleted. Deletion and renaming of primary IP Configuration is not ` +
        'supported.',
    );
  }
  const secondary = vm && nicReferences(vm).some(({ id, primary }) => !primary && sameId(id, existing.id));
  const moved = asArray(sent.ipConfigurations).some((entry) => {
    const old = before.find(({ name }) => sameId(name, asString(at(entry, 'name')) ?? ''));
    const subnet = asString(at(entry, 'properties', 'subnet', 'id')) ?? '';
    return old !== undefined && !sameId(asString(at(old.properties, 'subnet', 'id')) ?? '', subnet);
  });
  if (secondary && moved) {
    throw networkError(
      400,
      'SecondaryNetworkInterfaceInUseCannotChangeSubnet',
      `Secondary Network Interface ${existing.id} in use cannot change subnet.`,
    );
  }
}

function remove(call: ExistingCall): Reply {
  const { cloud, existing, request } = call;
  checkNetworkEtag(call, existing.etag);
  const vm = machineOf(cloud, existing.id);
  assertNotReserved(cloud, existing.id);
  if (vm) {
    throw networkError(
      400,
      'NicInUse',
      `Network Interface ${existing.id} is used by existing resource ${vm.id}. In order to delete the network ` +
        'interface, it must be dissociated from the resource. To learn more, see aka.ms/deletenic.',
    );
  }
  existing.properties.provisioningState = 'Deleting';
  const operation = cloud.operations.begin({
    service: 'network',
    name: 'DeleteNicOperation',
    location: existing.location ?? '',
    resourceId: existing.id,
    seconds: cloud.latency('networkInterface'),
    request,
    done: () => {
      touchNetworks(cloud, existing);
      cloud.store.remove(existing.id);
    },
    failed: () => {
      existing.properties.provisioningState = 'Failed';
    },
  });
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 10 }) };
}

/** A create that failed keeps its interfaces for a while: for nobody but the same machine. */
export function assertNotReserved(cloud: Cloud, nicId: string, forVm?: string): void {
  const reserved = cloud.nic(nicId).reserved;
  if (!reserved || reserved.until <= cloud.now || (forVm !== undefined && sameId(reserved.vm, forVm))) return;
  throw networkError(
    400,
    'NicReservedForAnotherVm',
    'Nic(s) in request is reserved for another Virtual Machine for 180 seconds. Please provide another nic(s) or ' +
      `retry after 180 seconds. Reserved VM: ${reserved.vm}`,
  );
}
