import type { Cloud } from '../cloud';
import { ArmError, computeError, gatewayError, networkError, notProvisioned } from '../errors';
import { disallowed } from '../governance';
import { groupId, groupOf, lastName, subscriptionOf } from '../ids';
import { asArray, asString, at } from '../json';
import { nicReservationSeconds } from '../latencies';
import { machineBusy } from '../kinds/writing';
import type { ArmRequest, OperationFault } from '../types';

/** What happens to a request: it is refused, its operation fails, or the cloud is changed and then asked. */
export type Outcome = { refused: ArmError } | { operation: OperationFault } | { prepared: true };

type Known = (cloud: Cloud, request: ArmRequest) => Outcome;

const failed = (code: string, message: string): OperationFault => ({ status: 'Failed', code, message });
const path = (request: ArmRequest): string => decodeURIComponent(request.path);
const isCompute = (request: ArmRequest): boolean => /\/microsoft\.compute\//i.test(request.path);

/** Faults that Azure is known for, in its own words; texts as the resource providers give them themselves. */
const known = {
  throttled: () => ({
    refused: new ArmError(429, 'TooManyRequests', 'The request is being throttled.', {
      gateway: true,
      headers: { 'Retry-After': '17' },
    }),
  }),
  throttledWithoutRetryAfter: () => ({
    refused: networkError(429, 'RetryableErrorDueToAnotherOperation', 'A retryable error occurred.'),
  }),
  conflict: (_cloud, request) => ({
    refused: isCompute(request)
      ? machineBusy()
      : networkError(
          409,
          'AnotherOperationInProgress',
          'Another operation on this or dependent resource is in progress.',
        ),
  }),
  denied: (_cloud, request) => ({
    refused: gatewayError(
      403,
      'AuthorizationFailed',
      `The client 'app' with object id 'app' does not have authorization to perform action '${request.method}' over ` +
        `scope '${path(request)}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
    ),
  }),
  policy: (_cloud, request) => ({
    refused: disallowed(lastName(path(request)), {
      id: `/subscriptions/${subscriptionOf(path(request))}/providers/Microsoft.Authorization/policyAssignments/planted`,
      name: 'planted',
      deny: { type: '' },
    }),
  }),
  lock: (_cloud, request) => ({
    refused: gatewayError(
      409,
      'ScopeLocked',
      `The scope '${path(request)}' cannot perform ${request.method === 'DELETE' ? 'delete' : 'write'} operation ` +
        `because following scope(s) are locked: '${path(request)}'. Please remove the lock and try again.`,
    ),
  }),
  quota: (cloud, request) => {
    reserve(cloud, request, path(request));
    return {
      refused: computeError(
        409,
        'OperationNotAllowed',
        'Operation could not be completed as it results in exceeding approved standardDSv5Family Cores quota. ' +
          'Additional details - Deployment Model: Resource Manager, Location: westeurope, Current Limit: 4, Current ' +
          'Usage: 4, Additional Required: 4, (Minimum) New Limit Required: 8. Setup Alerts when Quota reaches ' +
          'threshold. Submit a request for Quota increase.',
      ),
    };
  },
  capacity: (cloud, request) => {
    reserve(cloud, request, path(request));
    return {
      refused: computeError(
        409,
        'SkuNotAvailable',
        "The requested VM size for resource 'Following SKUs have failed for Capacity Restrictions: Standard_D4s_v5' " +
          'is currently not available in this location. Please try another size or deploy to a different location or ' +
          'different zone. See https://aka.ms/azureskunotavailable for details.',
        'sku.name',
      ),
    };
  },
  allocation: () => ({
    operation: failed(
      'AllocationFailed',
      'Allocation failed. We do not have sufficient capacity for the requested VM size in this region. Read more ' +
        'about improving likelihood of allocation success at https://aka.ms/allocation-guidance',
    ),
  }),
  operationFailed: () => ({
    operation: failed('InternalServerError', 'An error occurred.'),
  }),
  canceled: () => ({
    operation: { status: 'Canceled', code: 'Canceled', message: 'Operation was canceled.' },
  }),
  superseded: () => ({
    operation: {
      status: 'Canceled',
      code: 'Canceled',
      message: 'Operation was canceled.',
      details: [
        {
          code: 'CanceledAndSupersededDueToAnotherOperation',
          message: 'Operation was canceled and superseded by operation PutVirtualNetworkOperation.',
        },
      ],
    },
  }),
  /** A machine that never came to be keeps the interface, or those of the machine that is asked for. */
  nicReserved: (cloud, request) => {
    const group = groupId(subscriptionOf(path(request)), groupOf(path(request)));
    const machines = `${group}/providers/Microsoft.Compute/virtualMachines`;
    reserve(cloud, request, `${machines}/never-came-to-be`);
    return { prepared: true };
  },
  notSucceeded: (_cloud, request) => ({
    refused: notProvisioned('planted', path(request), 'PutSubnetOperation'),
  }),
} as const satisfies Record<string, Known>;

export type KnownFault = keyof typeof known;

export function isKnownFault(name: unknown): name is KnownFault {
  return typeof name === 'string' && name in known;
}

export function knownOutcome(name: KnownFault, cloud: Cloud, request: ArmRequest): Outcome {
  return known[name](cloud, request);
}

/** Keeps the interfaces that the request is about for a machine, as a failed create does. */
function reserve(cloud: Cloud, request: ArmRequest, vm: string): void {
  const body: unknown = request.body === '' ? {} : JSON.parse(request.body);
  const named = asArray(at(body, 'properties', 'networkProfile', 'networkInterfaces'));
  const ids = /\/networkinterfaces\/[^/]+$/i.test(path(request))
    ? [path(request)]
    : named.flatMap((entry) => asString(at(entry, 'id')) ?? []);
  for (const id of ids) {
    cloud.nic(id).reserved = { vm, until: cloud.now + nicReservationSeconds * 1000 };
  }
}
