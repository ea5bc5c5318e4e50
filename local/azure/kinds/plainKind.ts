import type { Cloud } from '../cloud';
import { asObject, without } from '../json';
import type { JsonObject } from '../json';
import type { Latency } from '../latencies';
import { guid } from '../random';
import type { ArmResource } from '../types';
import type { Call, ExistingCall, Kind, Reply } from './kind';
import { assertUnlocked, checkNetworkEtag, following, locationOf, newEtag } from './writing';
import { patchTags, tagsOf } from './writing';

/** A network resource that is kept as sent, with the references that point at it. */
export interface Plain {
  type: string;
  /** Default: that of plain network resources. */
  latency?: Latency;
  /** Properties that Azure adds or fills in. */
  filled(
    cloud: Cloud,
    resource: { id: string; location: string },
    sent: JsonObject,
    existing: ArmResource | undefined,
  ): JsonObject;
  /** Properties that follow from other resources. */
  derived(cloud: Cloud, resource: ArmResource): JsonObject;
  /** The error that a deletion gets while others use the resource. */
  inUse(resource: ArmResource, derived: JsonObject, cloud: Cloud): Error | undefined;
}

/** The resource type that a description makes. */
export function plain(spec: Plain): Kind {
  const kind: Kind = {
    type: spec.type,
    service: 'network',
    render: (cloud, resource) => ({
      ...resource,
      properties: { ...resource.properties, ...spec.derived(cloud, resource) },
    }),
    put: (call) => put(call, spec, kind),
    patch: patchTags(() => kind),
    remove: (call) => remove(call, spec),
  };
  return kind;
}

function put(call: Call, spec: Plain, kind: Kind): Reply {
  const { cloud, existing, request, body } = call;
  const location = locationOf(call);
  checkNetworkEtag(call, existing?.etag);
  const id = existing?.id ?? call.id;
  assertUnlocked(cloud, id);
  const sent = without(asObject(body.properties), 'provisioningState', 'resourceGuid');
  const resource: ArmResource = {
    name: existing?.name ?? call.target.names[0] ?? '',
    id,
    etag: newEtag(cloud),
    type: spec.type,
    location,
    ...tagsOf(body),
    ...(typeof body.sku === 'object' && body.sku !== null ? { sku: asObject(body.sku) } : {}),
    ...(Array.isArray(body.zones) ? { zones: body.zones.map(String) } : {}),
    properties: {
      provisioningState: 'Updating',
      resourceGuid: existing?.properties.resourceGuid ?? guid(cloud.identifiers),
      ...sent,
      ...spec.filled(cloud, { id, location }, sent, existing),
    },
  };
  cloud.store.put(resource);
  const settle = (state: string): void => {
    resource.properties.provisioningState = state;
    resource.etag = newEtag(cloud);
  };
  const operation = cloud.operations.begin({
    service: 'network',
    name: `Put${spec.type.slice(spec.type.indexOf('/') + 1)}Operation`,
    location,
    resourceId: id,
    seconds: cloud.latency(spec.latency ?? 'plainNetwork'),
    request,
    locks: [id],
    done: () => settle('Succeeded'),
    failed: () => settle('Failed'),
  });
  return {
    status: existing ? 200 : 201,
    headers: following(cloud, operation),
    body: kind.render(cloud, resource),
  };
}

function remove(call: ExistingCall, spec: Plain): Reply {
  const { cloud, existing, request } = call;
  checkNetworkEtag(call, existing.etag);
  const used = spec.inUse(existing, spec.derived(cloud, existing), cloud);
  if (used) throw used;
  assertUnlocked(cloud, existing.id);
  existing.properties.provisioningState = 'Deleting';
  const operation = cloud.operations.begin({
    service: 'network',
    name: `Delete${spec.type.slice(spec.type.indexOf('/') + 1)}Operation`,
    location: existing.location ?? '',
    resourceId: existing.id,
    seconds: cloud.latency(spec.latency ?? 'plainNetwork'),
    request,
    locks: [existing.id],
    done: () => cloud.store.remove(existing.id),
    failed: () => {
      existing.properties.provisioningState = 'Failed';
    },
  });
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 10 }) };
}
