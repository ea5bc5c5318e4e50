import { groupId, idOf, parsePath } from '../ids';
import { isObject } from '../json';
import type { JsonObject } from '../json';
import type { ArmRequest } from '../types';
import { linksIn } from './links';

/** An action of Azure's role-based access control, and the id at or above which a role must allow it. */
export interface Permission {
  action: string;
  scope: string;
}

/** What one request asks of its sender: the action itself, and one for everything that its body links to. */
export interface Demand extends Permission {
  linked: Permission[];
}

const extension =
  /^(\/subscriptions\/[^/]+(?:\/.+?)?)\/providers\/(microsoft\.(?:authorization|policyinsights|resources)\/[a-z]+)/i;

/** What asks others than resource providers: spelled as the list of operations spells them. */
const extensions: Record<string, (verb: string) => string> = {
  'microsoft.authorization/locks': () => 'Microsoft.Authorization/locks/read',
  'microsoft.policyinsights/checkpolicyrestrictions': () =>
    'Microsoft.PolicyInsights/checkPolicyRestrictions/read',
  'microsoft.resources/tags': (verb) => `Microsoft.Resources/tags/${verb}`,
};

const verbs: Record<string, string> = {
  GET: 'read',
  HEAD: 'read',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'delete',
};

/**
 * The permissions that a request needs; undefined for a path that nothing serves.
 * @param typeOf known types: gives the canonical spelling of a type, undefined for one that is not served
 */
export function demandOf(
  request: Pick<ArmRequest, 'method' | 'path' | 'body'>,
  typeOf: (type: string) => string | undefined,
): Demand | undefined {
  const { method } = request;
  const verb = verbs[method] ?? 'action';
  const [, below, what] = extension.exec(decodeURIComponent(request.path)) ?? [];
  const other = extensions[what?.toLowerCase() ?? ''];
  if (below !== undefined && other !== undefined) return { action: other(verb), scope: below, linked: [] };

  const known = parsePath(request.path, typeOf);
  // What is not served here is read by the app all the same: its own spelling stands in.
  const path = known.form === 'unknown' ? parsePath(request.path, (type) => type) : known;
  const group = 'Microsoft.Resources/subscriptions/resourceGroups';
  const plain = (action: string, scope: string): Demand => ({ action, scope, linked: [] });
  switch (path.form) {
    case 'resource': {
      const { type } = path.target;
      const linked = verb === 'write' ? linksIn(type, bodyOf(request.body)) : [];
      return { action: `${type}/${verb}`, scope: idOf(path.target), linked };
    }
    case 'list':
      return plain(`${path.type}/read`, path.scope ? idOf(path.scope) : groupOrSubscription(path));
    case 'action':
      return plain(`${path.target.type}/${path.action}/${verb}`, idOf(path.target));
    case 'group':
      return plain(`${group}/${verb}`, groupId(path.subscription, path.group));
    case 'groups':
      return plain(`${group}/read`, `/subscriptions/${path.subscription}`);
    case 'groupResources':
      return plain(`${group}/resources/read`, groupId(path.subscription, path.group));
    case 'jobs':
      return plain(
        'Microsoft.Resources/subscriptions/operationresults/read',
        `/subscriptions/${path.subscription}`,
      );
    case 'provider': {
      const { provider, rest, subscription } = path;
      const types = rest.filter((_, index) => rest[0]?.toLowerCase() !== 'locations' || index % 2 === 0);
      return plain([provider, ...types, 'read'].join('/'), `/subscriptions/${subscription}`);
    }
    case 'unknown':
      return undefined;
  }
}

const groupOrSubscription = ({ subscription, group }: { subscription: string; group?: string }): string =>
  group === undefined ? `/subscriptions/${subscription}` : groupId(subscription, group);

/** What cannot be read links to nothing; the resource provider refuses it later. */
function bodyOf(text: string): JsonObject {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : {};
  } catch {
    return {};
  }
}
