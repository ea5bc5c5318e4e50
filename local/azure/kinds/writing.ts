import type { Cloud } from '../cloud';
import { computeError, gatewayError, invalidReference, networkError } from '../errors';
import type { ArmError } from '../errors';
import { sameId, subscriptionOf } from '../ids';
import { asArray, asObject, asString, at, isObject } from '../json';
import type { JsonObject } from '../json';
import type { Operation } from '../operations';
import { guid } from '../random';
import type { ArmResource } from '../types';
import type { Call, ExistingCall, Kind, Reply } from './kind';

/** Headers that tell a client how to follow an operation. */
export function following(
  cloud: Cloud,
  operation: Operation,
  more: { location?: boolean; retryAfter?: number } = {},
): Record<string, string> {
  return {
    'Azure-AsyncOperation': cloud.operations.url(operation, 'status'),
    'Azure-AsyncNotification': 'Enabled',
    ...(more.location ? { Location: cloud.operations.url(operation, 'result') } : {}),
    ...(more.retryAfter === undefined ? {} : { 'Retry-After': String(more.retryAfter) }),
  };
}

export function newEtag(cloud: Cloud): string {
  return `W/"${guid(cloud.identifiers)}"`;
}

/** The location a create must name; an existing resource keeps its own. */
export function locationOf(call: Call): string {
  const asked = asString(call.body.location)?.toLowerCase().replaceAll(' ', '');
  if (call.existing?.location !== undefined) {
    if (asked !== undefined && asked !== call.existing.location) {
      throw gatewayError(
        409,
        'InvalidResourceLocation',
        `The resource '${call.existing.name}' already exists in location '${call.existing.location}' in resource ` +
          `group '${call.target.group}'. A resource with the same name cannot be created in location '${asked}'. ` +
          'Please select a new resource name.',
      );
    }
    return call.existing.location;
  }
  if (asked === undefined) {
    throw gatewayError(400, 'LocationRequired', 'The location property is required for this definition.');
  }
  return asked;
}

/** `tags` of a body, ready to spread: a PUT without tags removes them. */
export function tagsOf(body: JsonObject): { tags?: Record<string, string> } {
  if (!isObject(body.tags)) return {};
  return {
    tags: Object.fromEntries(Object.entries(body.tags).map(([name, value]) => [name, String(value)])),
  };
}

/**
 * The id in `{id}`, checked to name an existing resource of the type, where `by` has a region in the same one and in the same
 * subscription. Only peerings cross either (Azure documentation on each resource; ansible-collections/azure#971).
 */
export function referenced(
  cloud: Cloud,
  reference: unknown,
  type: string,
  by: { id: string; location?: string },
): ArmResource | undefined {
  if (reference === undefined || reference === null) return undefined;
  const id = asString(at(reference, 'id')) ?? '';
  const found = cloud.store.ofType(id, type);
  if (!found) throw invalidReference(id, by.id);
  if (found.location === undefined || by.location === undefined) return found;
  // Unverified: the code where only the subscription differs.
  if (found.location !== by.location || !sameId(subscriptionOf(id), subscriptionOf(by.id))) {
    throw invalidReference(id, by.id);
  }
  return found;
}

/** Microsoft.Network: If-Match and If-None-Match against the etag that the resource shares with its parent. */
export function checkNetworkEtag(call: Call, current: string | undefined): void {
  const match = call.request.headers['if-match'];
  if (match !== undefined && match !== '*') {
    const wanted = match.startsWith('W/') ? match : `W/"${match.replaceAll('"', '')}"`;
    if (wanted !== current) {
      throw networkError(412, 'PreconditionFailed', 'Precondition failed.', [
        {
          code: 'PreconditionFailedEtagMismatch',
          message:
            `Etag provided in if-match header ${wanted} does not match etag ${current ?? '(null)'} of resource ` +
            `${call.id} in NRP data store.`,
        },
      ]);
    }
  }
  if (call.request.headers['if-none-match'] === '*' && call.existing) {
    // Unverified: the text; a public operator relies on the 412.
    throw networkError(412, 'PreconditionFailed', 'Precondition failed.', [
      { code: 'PreconditionFailedResourceExists', message: `Resource ${call.id} already exists.` },
    ]);
  }
}

export function anotherOperation(cloud: Cloud, operation: Operation): Error {
  const [uri] = cloud.operations.url(operation, 'status').split('&');
  return networkError(
    409,
    'AnotherOperationInProgress',
    'Another operation on this or dependent resource is in progress. To retrieve status of the operation use uri: ' +
      `${uri}.`,
  );
}

/** Refuses a write on a resource that another operation is still writing. */
export function assertUnlocked(cloud: Cloud, id: string): void {
  const operation = cloud.operations.holding(id);
  if (operation) throw anotherOperation(cloud, operation);
}

/** PATCH of Microsoft.Network resources changes tags only and answers at once. */
export function patchTags(kind: () => Kind): (call: ExistingCall) => Reply {
  return ({ cloud, body, existing }) => {
    Object.assign(existing, tagsOf(body), { etag: newEtag(cloud) });
    return { status: 200, body: kind().render(cloud, existing) };
  };
}

/** All resources of a type that name `id` at a path of their properties. */
export function referrers(cloud: Cloud, type: string, id: string, ...path: string[]): ArmResource[] {
  return cloud.store
    .naming(type, id)
    .filter((resource) => sameId(asString(at(resource.properties, ...path, 'id')) ?? '', id));
}

/** Everything that has IP configurations in subnets: network interfaces and gateways, those of this subnet. */
export function occupants(cloud: Cloud, subnetId: string): { owner: string; id: string; address: string }[] {
  return ['Microsoft.Network/networkInterfaces', 'Microsoft.Network/virtualNetworkGateways']
    .flatMap((type) => cloud.store.naming(type, subnetId))
    .flatMap((resource) =>
      ipConfigurations(resource)
        .filter(({ properties }) => sameId(asString(at(properties, 'subnet', 'id')) ?? '', subnetId))
        .map(({ id, properties }) => ({
          owner: resource.id,
          id,
          address: asString(properties.privateIPAddress) ?? '',
        })),
    );
}

/** IP configurations of a network interface or gateway, as stored. */
export function ipConfigurations(nic: ArmResource): { id: string; name: string; properties: JsonObject }[] {
  return asArray(nic.properties.ipConfigurations).map((entry) => ({
    id: asString(at(entry, 'id')) ?? '',
    name: asString(at(entry, 'name')) ?? '',
    properties: asObject(at(entry, 'properties')),
  }));
}

/** The virtual machine whose network profile names the network interface. */
export function machineOf(cloud: Cloud, nicId: string): ArmResource | undefined {
  return cloud.store
    .naming('Microsoft.Compute/virtualMachines', nicId)
    .find((vm) => nicReferences(vm).some((reference) => sameId(reference.id, nicId)));
}

/** The network profile of a virtual machine; a single interface is the primary one. */
export function nicReferences(vm: ArmResource): { id: string; primary: boolean }[] {
  const entries = asArray(at(vm.properties, 'networkProfile', 'networkInterfaces'));
  return entries.map((entry) => ({
    id: asString(at(entry, 'id')) ?? '',
    primary: entries.length === 1 || at(entry, 'properties', 'primary') === true,
  }));
}

/** A virtual machine that is busy refuses everything but its deletion. */
export function machineBusy(): ArmError {
  return computeError(
    409,
    'Conflict',
    'The request failed due to conflict with a concurrent request. To resolve it, please refer to ' +
      'https://aka.ms/activitylog to get more details on the conflicting requests.',
  );
}
