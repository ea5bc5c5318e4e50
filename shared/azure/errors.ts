import type { Failed, FailureClass } from './outcome';
import { failed } from './outcome';

/** One Azure error as read from a response body, an operation body or a thrown RestError. */
export interface AzureError {
  /** HTTP status; 200 for the error inside the body of a failed asynchronous operation. */
  httpStatus: number;
  code: string;
  message: string;
  /** Codes of `details[]`, outermost first. */
  details: { code: string; message: string }[];
  retryAfterSeconds?: number;
}

/**
 * The one table from Azure error codes to classes. A code in `details[]` is more specific than the outer code and is
 * looked up first. Codes and where they appear: ARM, Network and Compute documentation and public issue threads.
 */
const classOfCode: Record<string, FailureClass> = {
  AnotherOperationInProgress: 'conflict',
  RetryableErrorDueToAnotherOperation: 'conflict',
  ReferencedResourceNotProvisioned: 'conflict',
  CanceledAndSupersededDueToAnotherOperation: 'conflict',
  RetryableError: 'conflict',
  NicReservedForAnotherVm: 'conflict',
  InUseSubnetCannotBeDeleted: 'conflict',
  InUseRouteTableCannotBeDeleted: 'conflict',
  NicInUse: 'conflict',
  PreconditionFailed: 'conflict',
  PreconditionFailedEtagMismatch: 'conflict',
  Conflict: 'conflict',
  ObjectIsBeingDeleted: 'conflict',
  ObjectIsBeingRecovered: 'conflict',
  Canceled: 'transient',
  InternalServerError: 'transient',
  InternalExecutionError: 'transient',
  OperationTimedOut: 'transient',
  ServerTimeout: 'transient',
  GatewayTimeout: 'transient',
  ResourceReadFailed: 'transient',
  SubscriptionRequestsThrottled: 'throttled',
  TooManyRequests: 'throttled',
  SkuNotAvailable: 'capacity',
  AllocationFailed: 'capacity',
  ZonalAllocationFailed: 'capacity',
  OverconstrainedAllocationRequest: 'capacity',
  OverconstrainedZonalAllocationRequest: 'capacity',
  QuotaExceeded: 'quota',
  ResourceQuotaExceeded: 'quota',
  AuthorizationFailed: 'denied',
  LinkedAuthorizationFailed: 'denied',
  RequestDisallowedByPolicy: 'denied',
  ScopeLocked: 'denied',
  InvalidAuthenticationToken: 'denied',
  SubscriptionNotFound: 'denied',
  // A disabled one still answers reads.
  ReadOnlyDisabledSubscription: 'denied',
  NetcfgSubnetRangesOverlap: 'invalid',
  NetcfgSubnetRangeOutsideVnet: 'invalid',
  NetcfgInvalidSubnet: 'invalid',
  InvalidResourceReference: 'invalid',
  ParentResourceNotFound: 'invalid',
  ResourceGroupNotFound: 'invalid',
  PrivateIPAddressIsAllocated: 'invalid',
  PrivateIPAddressInReservedRange: 'invalid',
  PrivateIPAddressNotInSubnet: 'invalid',
  SubnetIsFull: 'invalid',
  PropertyChangeNotAllowed: 'invalid',
  ObjectIsDeletedButRecoverable: 'invalid',
  AddingOrDeletingNetworkInterfacesOnARunningVirtualMachineNotSupported: 'invalid',
};

const classOfStatus: [test: (status: number) => boolean, cls: FailureClass][] = [
  [(status) => status === 429, 'throttled'],
  [(status) => status === 409 || status === 412, 'conflict'],
  [(status) => status === 401 || status === 403, 'denied'],
  [(status) => status === 408 || status >= 500 || status === 0, 'transient'],
  [(status) => status === 400 || status === 404 || status === 422, 'invalid'],
];

/**
 * Compute says `OperationNotAllowed` for quota, for throttling and for a VM in the wrong state alike; the text of the
 * quota form is stable and the only thing that tells it apart.
 */
function classOfOperationNotAllowed(error: AzureError): FailureClass {
  if (error.httpStatus === 429) return 'throttled';
  return /exceeding approved .* quota/i.test(error.message) ? 'quota' : 'conflict';
}

export function classify(error: AzureError): FailureClass {
  for (const code of [...error.details.map((detail) => detail.code), error.code]) {
    if (code === 'OperationNotAllowed') return classOfOperationNotAllowed(error);
    const cls = Object.hasOwn(classOfCode, code) ? classOfCode[code] : undefined;
    // A 429 stays a 429 whatever its code says, so that its Retry-After is honoured.
    if (cls) return error.httpStatus === 429 && cls === 'transient' ? 'throttled' : cls;
  }
  return classOfStatus.find(([test]) => test(error.httpStatus))?.[1] ?? 'fatal';
}

const remedy: Record<FailureClass, string> = {
  transient: 'Azure did not answer properly; trying again usually helps.',
  conflict: 'Another operation is changing the same resource; wait for it and try again.',
  throttled: 'Too many requests; wait and try again.',
  capacity:
    'Azure has no capacity for this size here now; choose another size, zone or region, or try later.',
  quota: 'Raise the quota of the subscription or choose a smaller size.',
  invalid: 'Correct the request or the network definition.',
  denied: "Give the app's identity the missing permission, or lift the policy or lock.",
  fatal: 'Look at the resource in Azure.',
};

/**
 * A 404 says that something is absent only where the subscription itself could be looked into: one that went to another
 * tenant, or is misspelt, would otherwise look as if all in it had been deleted.
 */
export const saysAbsent = ({ httpStatus, code }: AzureError): boolean =>
  httpStatus === 404 && code !== 'SubscriptionNotFound';

/** Where the class alone does not say what to do. */
const remedyOfCode: Record<string, string> = {
  ObjectIsDeletedButRecoverable:
    'Recover the secret, and the host gets the password in it; or purge it, and the host gets a new one. Then order it again.',
  PrivateIPAddressIsAllocated:
    'Somebody took the address after it was promised. Order the host again once this is undone: it is given another one.',
};

/** Typed outcome of an Azure error, with the details that ARM hides one level down and with what to do. */
export function toFailed(error: AzureError): Failed {
  const cls = classify(error);
  const inner = error.details.find((detail) => detail.message && detail.message !== error.message);
  const code = inner?.code || error.code;
  const advice = (Object.hasOwn(remedyOfCode, code) && remedyOfCode[code]) || remedy[cls];
  const text = [error.message, inner && [inner.code, inner.message].filter(Boolean).join(': '), advice]
    .filter(Boolean)
    .join(' ');
  return failed(cls, code, text, error.retryAfterSeconds);
}

interface ErrorBody {
  code?: unknown;
  message?: unknown;
  details?: unknown;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Reads `{error:{code,message,details}}`, also in the TitleCase form of resource group deletion. */
export function parseErrorBody(body: unknown, httpStatus: number, retryAfterSeconds?: number): AzureError {
  const inner = (lower(body)['error'] ?? body) as ErrorBody;
  const fields = lower(inner);
  const details = Array.isArray(fields['details']) ? fields['details'] : [];
  return {
    httpStatus,
    // Key Vault says `Conflict` or `Forbidden`, and which one inside.
    code: text(lower(fields['innererror'])['code']) || text(fields['code']) || `Http${httpStatus}`,
    message: text(fields['message']) || `Azure answered with status ${httpStatus}.`,
    details: details.map((detail) => {
      const { code, message } = lower(detail);
      return { code: text(code), message: text(message) };
    }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function lower(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key.toLowerCase(), field]));
}
