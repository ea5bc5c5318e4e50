import type { Cloud } from './cloud';
import type { Reply } from './kinds/kind';
import type { JsonObject } from './json';
import { asArray, asString, at } from './json';
import type { Operation } from './operations';

const networkRetryAfter = '10';
/** Microsoft.Compute asks for patience once, on the first poll of a create. */
const firstComputeRetryAfter = '35';

/** GET on an Azure-AsyncOperation URL: always 200, whatever became of the operation. */
export function statusReply(operation: Operation): Reply {
  const running = operation.status === 'InProgress';
  const network = operation.service === 'network';
  const first = operation.name === 'PutVM' && operation.polls === 1;
  return {
    status: 200,
    headers: !running
      ? {}
      : network
        ? { 'Retry-After': networkRetryAfter }
        : first
          ? { 'Retry-After': firstComputeRetryAfter }
          : {},
    body: { ...(network ? {} : times(operation)), status: operation.status, ...outcome(operation) },
  };
}

function times({ startTime, endTime, id }: Operation): JsonObject {
  const text = (time: number): string => new Date(time).toISOString();
  return {
    startTime: text(startTime),
    ...(endTime === undefined ? {} : { endTime: text(endTime) }),
    name: id,
  };
}

function outcome({ error, output, service }: Operation): JsonObject {
  return {
    ...(error ? { error } : {}),
    ...(service === 'disk' && output !== undefined ? { properties: { output } } : {}),
  };
}

/** GET on a Location URL: 202 until the operation is over, then its result. */
export function resultReply(cloud: Cloud, operation: Operation): Reply {
  if (operation.status === 'InProgress') {
    return {
      status: 202,
      headers: { Location: cloud.operations.url(operation, 'result'), 'Retry-After': networkRetryAfter },
    };
  }
  if (operation.error) return { status: 409, body: { error: operation.error } };
  if ((operation.service === 'disk' || operation.service === 'network') && operation.output !== undefined)
    return { status: 200, body: operation.output };
  // The clients of Microsoft.Compute accept no 204 after an action.
  return { status: operation.service === 'network' ? 204 : 200 };
}

/** GET on the Location URL of a resource group deletion, which has a body only if it was blocked. */
export function jobReply(cloud: Cloud, operation: Operation): Reply {
  if (operation.status === 'InProgress') {
    return {
      status: 202,
      headers: { Location: cloud.operations.url(operation, 'result'), 'Retry-After': '15' },
    };
  }
  const blocked = asArray(at(operation.output, 'blocked'));
  if (blocked.length === 0 && !operation.error) return { status: 200 };
  const group = operation.resourceId.slice(operation.resourceId.lastIndexOf('/') + 1);
  return {
    status: 409,
    body: {
      Error: {
        Code: 'ResourceGroupDeletionBlocked',
        Target: null,
        Message: `Deletion of resource group '${group}' failed as resources with identifiers '${blocked
          .map((entry) => asString(at(entry, 'id')))
          .join(',')}' could not be deleted.`,
        Details: blocked.map((entry) => ({
          Code: null,
          Target: at(entry, 'id'),
          Message: at(entry, 'message'),
          Details: null,
        })),
      },
    },
  };
}
