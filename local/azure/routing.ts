import type { ComputeBucket } from './buckets';
import type { Cloud } from './cloud';
import { gatewayError, networkError } from './errors';
import { countCompute } from './frontDoor';
import type { HeaderContext } from './headers';
import { idOf, parentOf } from './ids';
import type { ParsedPath, ResourceTarget } from './ids';
import { asArray, at, isObject, mergePatch } from './json';
import type { JsonObject } from './json';
import { kinds } from './kinds';
import type { Call, ExistingCall, Kind, Reply } from './kinds/kind';
import { groupNamed, patchGroup, putGroup, removeGroup } from './kinds/resourceGroups';
import { listGroups, listKind, listSkus, listUsages } from './lists';
import { jobReply, resultReply, statusReply } from './polls';
import type { ArmRequest } from './types';

/** Leads a request to the part of a resource provider that answers it. */
export function route(
  cloud: Cloud,
  request: ArmRequest,
  path: Exclude<ParsedPath, { form: 'unknown' }>,
  context: HeaderContext,
): Reply {
  switch (path.form) {
    case 'groups':
      return listGroups(cloud, request, path.subscription);
    case 'groupResources':
      return listGroups(cloud, request, path.subscription, path.group);
    case 'group':
      return group(cloud, request, path);
    case 'jobs':
      return jobReply(cloud, cloud.operations.polled(path.subscription, path.id, request.query));
    case 'provider':
      return provider(cloud, request, path, context);
    case 'list': {
      const kind = kindOf(path.type);
      context.provider = kind.service;
      const within = {
        subscription: path.subscription,
        ...(path.group === undefined ? {} : { group: path.group }),
        ...(path.scope === undefined ? {} : { parent: idOf(path.scope) }),
      };
      if (request.method !== 'GET') throw notAllowed(request);
      if (path.group !== undefined) groupNamed(cloud, path.subscription, path.group);
      if (path.scope) existingOrThrow(cloud, path.scope);
      if (kind.service === 'compute') limit(cloud, request, path.scope);
      const listed = listKind(cloud, request, kind, within);
      // The front door answers by itself where Microsoft.Compute has nothing.
      if (kind.service === 'compute' && asArray(at(listed.body, 'value')).length === 0)
        delete context.provider;
      return listed;
    }
    case 'resource':
      return resource(cloud, request, path.target, context);
    case 'action':
      return action(cloud, request, path.target, path.action, context);
  }
}

function kindOf(type: string): Kind {
  const kind = kinds.get(type.toLowerCase());
  if (!kind)
    throw gatewayError(404, 'InvalidResourceType', `The resource type '${type}' could not be found.`);
  return kind;
}

function notAllowed(request: ArmRequest): Error {
  return gatewayError(405, 'MethodNotAllowed', `The method ${request.method} is not allowed here.`);
}

function group(
  cloud: Cloud,
  request: ArmRequest,
  { subscription, group: name }: Extract<ParsedPath, { form: 'group' }>,
): Reply {
  switch (request.method) {
    case 'GET':
      return { status: 200, body: groupNamed(cloud, subscription, name) };
    case 'HEAD':
      groupNamed(cloud, subscription, name);
      return { status: 204 };
    case 'PUT':
      return putGroup(cloud, subscription, name, bodyOf(request));
    case 'PATCH':
      return patchGroup(cloud, subscription, name, bodyOf(request));
    case 'DELETE':
      cloud.governance.assertUnlocked(groupNamed(cloud, subscription, name).id, 'DELETE');
      return removeGroup(cloud, subscription, name, request);
    default:
      throw notAllowed(request);
  }
}

function provider(
  cloud: Cloud,
  request: ArmRequest,
  { subscription, provider: name, rest }: Extract<ParsedPath, { form: 'provider' }>,
  context: HeaderContext,
): Reply {
  const [first, location, what, id] = rest;
  const compute = name.toLowerCase() === 'microsoft.compute';
  if (request.method !== 'GET') throw notAllowed(request);
  if (compute && first === 'skus' && location === undefined) return listSkus(cloud, request, subscription);
  if (first?.toLowerCase() === 'locations' && location !== undefined) {
    if (compute && what?.toLowerCase() === 'usages' && id === undefined)
      return listUsages(cloud, request, subscription, location);
    if (id !== undefined && /^(operations|operationresults|diskoperations)$/i.test(what ?? '')) {
      const operation = cloud.operations.polled(subscription, id, request.query);
      context.provider = operation.service;
      context.identifies = true;
      if (operation.service === 'compute') countCompute(cloud, 'GetOperation', operation.resourceId);
      const result = what?.toLowerCase() === 'operationresults' || request.query.get('monitor') === 'true';
      return result ? resultReply(cloud, operation) : statusReply(operation);
    }
  }
  throw gatewayError(404, 'InvalidResourceType', `The resource type '${rest.join('/')}' could not be found.`);
}

/** The target itself, or 404 in the words of whoever notices first. */
function existingOrThrow(cloud: Cloud, target: ResourceTarget): NonNullable<Call['existing']> {
  groupNamed(cloud, target.subscription, target.group);
  const parent = parentOf(target);
  if (parent) existingOrThrow(cloud, parent);
  const id = idOf(target);
  const found = cloud.store.get(id);
  if (found) return found;
  const network = kindOf(target.type).service === 'network';
  if (parent && network) throw networkError(404, 'NotFound', `Resource ${id} not found.`);
  const [space, ...types] = target.type.split('/');
  const path = types.map((type, index) => `${type}/${target.names[index]}`).join('/');
  throw gatewayError(
    404,
    'ResourceNotFound',
    `The Resource '${space}/${path}' under resource group '${target.group}' was not found. For more details please ` +
      'go to https://aka.ms/ARMResourceNotFoundFix',
  );
}

function bodyOf(request: ArmRequest): JsonObject {
  try {
    const body: unknown = JSON.parse(request.body);
    if (isObject(body)) return body;
  } catch {
    // Answered below, like a body that is JSON but no object.
  }
  throw gatewayError(
    400,
    'InvalidRequestContent',
    'The request content was invalid and could not be deserialized.',
  );
}

function resource(cloud: Cloud, request: ArmRequest, target: ResourceTarget, context: HeaderContext): Reply {
  const kind = kindOf(target.type);
  context.provider = kind.service;
  const { method } = request;
  if (method !== 'GET') governed(cloud, request, target);
  if (method === 'PUT' && kind.put) {
    const parent = parentOf(target);
    groupNamed(cloud, target.subscription, target.group);
    if (parent && !cloud.store.get(idOf(parent))) throw parentMissing(target);
    if (kind.service === 'compute') limit(cloud, request, target);
    context.identifies = true;
    return kind.put(callOf(cloud, request, target, bodyOf(request)));
  }
  if (method === 'DELETE' && kind.remove) {
    groupNamed(cloud, target.subscription, target.group);
    context.identifies = true;
    if (!cloud.store.get(idOf(target))) return { status: 204 };
    if (kind.service === 'compute') limit(cloud, request, target);
    return kind.remove(existingCall(cloud, request, target, {}));
  }
  const existing = existingOrThrow(cloud, target);
  if (method !== 'GET' && !(method === 'PATCH' && kind.patch)) throw notAllowed(request);
  if (kind.service === 'compute') limit(cloud, request, target);
  if (method === 'PATCH' && kind.patch) {
    context.identifies = true;
    return kind.patch(existingCall(cloud, request, target, bodyOf(request)));
  }
  const rendered = kind.render(cloud, existing);
  const expand = request.query.get('$expand');
  return {
    status: 200,
    ...(rendered.etag === undefined ? {} : { headers: { ETag: rendered.etag } }),
    body: expand !== null && kind.expand ? kind.expand(cloud, rendered, expand) : rendered,
  };
}

/** Locks and policies stand before the resource provider. */
function governed(cloud: Cloud, request: ArmRequest, target: ResourceTarget): void {
  const { governance } = cloud;
  const id = idOf(target);
  governance.assertUnlocked(id, request.method);
  if (request.method !== 'PUT' && request.method !== 'PATCH') return;
  const body = bodyOf(request);
  const whole = request.method === 'PATCH' ? mergePatch(cloud.store.get(id) ?? {}, body) : body;
  governance.assertAllowed(id, target.type, target.names.at(-1) ?? '', isObject(whole) ? whole : {});
}

function parentMissing(target: ResourceTarget): Error {
  return gatewayError(
    404,
    'ParentResourceNotFound',
    `Failed to perform 'write' on resource(s) of type '${target.type.slice(target.type.indexOf('/') + 1)}', because ` +
      `the parent resource '${idOf(parentOf(target) ?? target)}' could not be found.`,
  );
}

function action(
  cloud: Cloud,
  request: ArmRequest,
  target: ResourceTarget,
  name: string,
  context: HeaderContext,
): Reply {
  const kind = kindOf(target.type);
  context.provider = kind.service;
  const lower = name.toLowerCase();
  const handler = request.method === 'POST' ? kind.actions?.[lower] : kind.views?.[lower];
  existingOrThrow(cloud, target);
  if (!handler) throw notAllowed(request);
  if (request.method === 'POST') cloud.governance.assertUnlocked(idOf(target), 'POST');
  limit(cloud, request, target, lower);
  context.identifies = request.method === 'POST';
  return handler(existingCall(cloud, request, target, request.body === '' ? {} : bodyOf(request)));
}

function callOf(cloud: Cloud, request: ArmRequest, target: ResourceTarget, body: JsonObject): Call {
  const id = idOf(target);
  const existing = cloud.store.get(id);
  return { cloud, request, target, id, body, ...(existing ? { existing } : {}) };
}

function existingCall(
  cloud: Cloud,
  request: ArmRequest,
  target: ResourceTarget,
  body: JsonObject,
): ExistingCall {
  return { ...callOf(cloud, request, target, body), existing: existingOrThrow(cloud, target) };
}

/** Requests to a virtual machine, or to something below it, count against the machine's own buckets. */
function limit(cloud: Cloud, request: ArmRequest, target?: ResourceTarget, actionName?: string): void {
  if (!target?.type.startsWith('Microsoft.Compute/virtualMachines')) return;
  const vmId = idOf({
    ...target,
    type: 'Microsoft.Compute/virtualMachines',
    names: target.names.slice(0, 1),
  });
  const child = target.names.length > 1;
  countCompute(cloud, bucketOf(request.method, child, actionName), vmId);
}

function bucketOf(method: string, child: boolean, actionName?: string): ComputeBucket {
  if (method === 'GET') return 'LowCostGet';
  if (actionName === 'deallocate') return 'DeleteVM';
  if (child || method === 'POST' || method === 'PATCH') return 'UpdateVM';
  return method === 'DELETE' ? 'DeleteVM' : 'PutVM';
}
