import type { Cloud } from './cloud';
import { gatewayError } from './errors';
import { key, lastName } from './ids';
import { asObject, asString, at } from './json';
import { machineBusy, newEtag } from './kinds/writing';
import type { Reply } from './kinds/kind';
import type { ArmRequest, ArmResource } from './types';

/** Microsoft.Resources/tags: the tags of any resource, read or changed without the resource itself being sent. */
export function tagsAtScope(cloud: Cloud, request: ArmRequest, scope: string): Reply {
  const found = cloud.store.get(scope);
  if (!found) {
    throw gatewayError(404, 'ResourceNotFound', `The Resource '${lastName(scope)}' was not found.`);
  }
  if (request.method === 'GET') return shown(found);
  if (request.method !== 'PATCH')
    throw gatewayError(405, 'MethodNotAllowed', `The method ${request.method} is not allowed here.`);
  const body = read(request.body);
  const after = changed(found.tags ?? {}, asString(at(body, 'operation')), textsOf(at(body, 'properties')));
  cloud.governance.assertUnlocked(found.id, 'PATCH');
  cloud.governance.assertAllowed(found.id, found.type, found.name, { ...found, tags: after });
  // Unverified: the change reaches the resource as any other update of it does, so that a busy machine refuses it.
  if (cloud.machine(found.id)?.operation?.status === 'InProgress') throw machineBusy();
  found.tags = after;
  if (found.etag !== undefined) found.etag = newEtag(cloud);
  return shown(found);
}

function changed(
  before: Record<string, string>,
  operation: string | undefined,
  sent: Record<string, string>,
): Record<string, string> {
  switch (operation?.toLowerCase()) {
    case 'replace':
      return sent;
    case 'merge':
      return { ...before, ...sent };
    case 'delete':
      return Object.fromEntries(Object.entries(before).filter(([name, value]) => sent[name] !== value));
    default:
      throw gatewayError(400, 'InvalidTagsOperation', `The operation '${operation ?? ''}' is not supported.`);
  }
}

const textsOf = (properties: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asObject(at(properties, 'tags'))).map(([name, value]) => [name, String(value)]),
  );

function read(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw gatewayError(400, 'InvalidRequestContent', 'The request content was invalid.');
  }
}

const shown = ({ id, tags }: ArmResource): Reply => ({
  status: 200,
  body: {
    id: `${id}/providers/Microsoft.Resources/tags/default`,
    name: 'default',
    type: 'Microsoft.Resources/tags',
    properties: { tags: tags ?? {} },
  },
});

/** True if the path is that of the one tags resource that every resource has. */
export const isTags = (what: string, name: string | undefined): boolean =>
  key(what) === 'microsoft.resources/tags' && key(name ?? '') === 'default';
