import type { Cloud } from './cloud';
import { guid } from './random';
import type { Service } from './operations';
import { tenantId } from './subscriptions';
import type { ArmRequest } from './types';

/** Facts about a request that its answer's headers repeat. */
export interface HeaderContext {
  provider?: Service;
  /** Made by the front door, which counts nothing and knows no provider. */
  gateway: boolean;
  /** Writes and polls of operations name the operation. */
  identifies: boolean;
  /** Requests left: of this principal in the region, and of all. */
  remaining?: number;
}

/** The counter that a request falls into. */
export function counterOf(method: string): 'reads' | 'writes' | 'deletes' {
  if (method === 'GET' || method === 'HEAD') return 'reads';
  return method === 'DELETE' ? 'deletes' : 'writes';
}

const globalFactor = 15;

/** Headers that ARM sends with every answer. */
export function commonHeaders(
  cloud: Cloud,
  request: ArmRequest,
  context: HeaderContext,
): Record<string, string> {
  const id = guid(cloud.identifiers);
  const correlation = request.headers['x-ms-correlation-request-id'] ?? guid(cloud.identifiers);
  const counter = counterOf(request.method);
  const compute = context.provider === 'compute' || context.provider === 'disk';
  return {
    'Cache-Control': 'no-cache',
    Pragma: 'no-cache',
    Expires: '-1',
    'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'X-Cache': 'CONFIG_NOCACHE',
    'x-ms-request-id': id,
    'x-ms-correlation-request-id': correlation,
    'x-ms-routing-request-id': `SIMULATED:${new Date(cloud.now).toISOString().replace(/[-:]|\.\d+/g, '')}:${id}`,
    ...(context.provider === 'network' && !context.gateway
      ? { 'x-ms-arm-service-request-id': guid(cloud.identifiers) }
      : {}),
    ...(compute && !context.gateway ? { 'x-ms-need-to-refresh-epl-cache': 'False' } : {}),
    ...(context.identifies && !context.gateway
      ? {
          'x-ms-operation-identifier':
            `tenantId=${tenantId},objectId=${tenantId}/simulated/` + guid(cloud.identifiers),
        }
      : {}),
    ...(context.gateway ? { 'x-ms-failure-cause': 'gateway' } : {}),
    ...(context.remaining === undefined || context.gateway
      ? {}
      : {
          [`x-ms-ratelimit-remaining-subscription-${counter}`]: String(context.remaining),
          [`x-ms-ratelimit-remaining-subscription-global-${counter}`]: String(
            context.remaining * globalFactor,
          ),
        }),
  };
}
