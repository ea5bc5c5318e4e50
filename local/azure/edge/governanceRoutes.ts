import { readAssignments } from '../access/access';
import { readRule } from '../governance';
import { asArray, asString } from '../json';
import type { JsonObject } from '../json';
import type { SubscriptionLimits } from '../subscriptions';
import { AdminError } from './adminCall';
import type { AdminCall, AdminRoutes } from './adminCall';

function remove(kind: 'policies' | 'locks') {
  return ({ parts }: AdminCall, name: string | undefined): object => {
    if (name === undefined || !parts.cloud.governance.remove(kind, name))
      throw new AdminError(404, 'There is none.');
    return {};
  };
}

function readLimits({ coreQuota, withheldSizes }: JsonObject): SubscriptionLimits {
  return {
    ...(typeof coreQuota === 'number' ? { coreQuota } : {}),
    ...(withheldSizes === undefined ? {} : { withheldSizes: asArray(withheldSizes).map(String) }),
  };
}

/** Other subscriptions, policies and locks that tests and demos put on them, and what identities may do there. */
export const governanceRoutes: AdminRoutes = {
  'PUT subscriptions': ({ parts, body }, id) => {
    if (id === undefined) throw new AdminError(400, 'Below /subscriptions/<id>: limits, or nothing.');
    parts.cloud.subscriptions.put(id, readLimits(body));
    return {};
  },
  'GET subscriptions': ({ parts }) => ({ subscriptions: parts.cloud.subscriptions.list() }),
  'POST policies': ({ parts, body }) => {
    const rule = readRule(body.deny);
    if (!rule) throw new AdminError(400, 'A policy denies a type.');
    const subscription = asString(body.subscription) ?? parts.cloud.subscriptionId;
    return parts.cloud.governance.addPolicy(subscription, rule, asString(body.name));
  },
  'GET policies': ({ parts }) => ({ policies: parts.cloud.governance.list().policies }),
  'DELETE policies': remove('policies'),
  'POST locks': ({ parts, body }) => {
    const { id, level } = body;
    if (typeof id !== 'string' || (level !== 'CanNotDelete' && level !== 'ReadOnly')) {
      throw new AdminError(400, 'A lock has the id that it locks and level CanNotDelete or ReadOnly.');
    }
    return parts.cloud.governance.addLock(id, level, asString(body.name));
  },
  'PUT access': ({ parts, body }, identity) => {
    const assignments = readAssignments(body);
    if (identity === undefined || !assignments) {
      throw new AdminError(400, 'Below /access/<identity>: assignments, each with scope and actions.');
    }
    parts.access.assign(identity, assignments);
    return {};
  },
  'GET access': ({ parts }) => parts.access.list(),
  'DELETE access': ({ parts }, identity) => {
    if (identity === undefined || !parts.access.free(identity)) throw new AdminError(404, 'There is none.');
    return {};
  },
  'GET locks': ({ parts }) => ({ locks: parts.cloud.governance.list().locks }),
  'DELETE locks': remove('locks'),
};
