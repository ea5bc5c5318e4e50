import type { Cloud } from './cloud';
import { gatewayError } from './errors';
import { policyDefinition } from './governance';
import type { Lock } from './governance';
import { key, subscriptionOf } from './ids';
import { asObject, asString, at, isObject } from './json';
import type { JsonObject } from './json';
import type { Reply } from './kinds/kind';
import { isTags, tagsAtScope } from './tags';
import type { ArmRequest } from './types';

const path =
  /^(\/subscriptions\/[^/]+(?:\/.+?)?)\/providers\/(microsoft\.authorization\/locks|microsoft\.policyinsights\/checkpolicyrestrictions|microsoft\.resources\/tags)(?:\/([^/]+))?\/?$/i;

/**
 * Answers what any scope can be asked about itself: its locks, its tags, and whether policies would deny something.
 * @returns undefined if the request is for something else
 */
export function extension(cloud: Cloud, request: ArmRequest): Reply | undefined {
  const [, scope, what, name] = path.exec(decodeURIComponent(request.path)) ?? [];
  if (scope === undefined || what === undefined) return undefined;
  cloud.subscriptions.assertKnown(subscriptionOf(scope));
  if (isTags(what, name)) return tagsAtScope(cloud, request, scope);
  if (/locks$/i.test(what)) return locks(cloud, request, scope, name);
  return request.method === 'POST' ? restrictions(cloud, request, scope) : undefined;
}

/** Locks that hold at the scope; without the filter `atScope()` also those further down. */
function locks(
  cloud: Cloud,
  request: ArmRequest,
  scope: string,
  name: string | undefined,
): Reply | undefined {
  if (request.method !== 'GET') return undefined;
  const all = cloud.governance.list().locks;
  if (name !== undefined) {
    const lock = all.find((one) => key(one.name) === key(name) && key(one.scope) === key(scope));
    if (lock) return { status: 200, body: rendered(lock) };
    throw gatewayError(404, 'LockNotFound', `The lock '${name}' could not be found.`);
  }
  const own = `${key(scope)}/`;
  const above = /atScope\(\)/i.test(request.query.get('$filter') ?? '');
  const found = all.filter(
    (lock) => own.startsWith(`${key(lock.scope)}/`) || (!above && `${key(lock.scope)}/`.startsWith(own)),
  );
  return { status: 200, body: { value: found.map(rendered) } };
}

function rendered(lock: Lock): JsonObject {
  return {
    id: `${lock.scope}/providers/Microsoft.Authorization/locks/${lock.name}`,
    name: lock.name,
    type: 'Microsoft.Authorization/locks',
    properties: { level: lock.level, ...(lock.notes === undefined ? {} : { notes: lock.notes }) },
  };
}

/** Microsoft.PolicyInsights: what policies would say to a resource that is not there yet. */
function restrictions(cloud: Cloud, request: ArmRequest, scope: string): Reply {
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    body = undefined;
  }
  const content = at(body, 'resourceDetails', 'resourceContent');
  const type = asString(at(content, 'type'));
  if (!isObject(content) || type === undefined) {
    throw gatewayError(
      400,
      'InvalidCheckRestrictionsRequest',
      'The request content was invalid: resourceDetails.resourceContent with a type is required.',
    );
  }
  const id = `${scope}/providers/${type}/${asString(content.name) ?? 'new'}`;
  const denying = cloud.governance.denying(id, type, asObject(content));
  return {
    status: 200,
    body: {
      fieldRestrictions: [],
      contentEvaluationResult: {
        policyEvaluations: denying.map((policy) => ({
          policyInfo: {
            policyDefinitionId: policyDefinition(policy).id,
            policyAssignmentId: policy.id,
          },
          evaluationResult: 'NonCompliant',
          evaluationDetails: {
            evaluatedExpressions: [
              {
                result: 'True',
                expressionKind: 'Field',
                expression: 'type',
                path: 'type',
                expressionValue: type,
                targetValue: policy.deny.type,
                operator: 'Equals',
              },
            ],
          },
          effectDetails: { policyEffect: 'Deny' },
        })),
      },
    },
  };
}
