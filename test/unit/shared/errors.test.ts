import { classify, parseErrorBody, toFailed } from '../../../shared/azure/errors';
import type { FailureClass } from '../../../shared/azure/outcome';

type Row = [code: string, httpStatus: number, cls: FailureClass, message?: string, details?: string[]];

const quotaText =
  'Operation could not be completed as it results in exceeding approved standardDSv5Family Cores quota. Additional details - Current Limit: 10';

/** Errors as Azure sends them; 200 is the body of a failed asynchronous operation. */
const rows: Row[] = [
  ['NetcfgSubnetRangesOverlap', 400, 'invalid'],
  ['NetcfgSubnetRangeOutsideVnet', 400, 'invalid'],
  ['NetcfgInvalidSubnet', 400, 'invalid'],
  ['InUseSubnetCannotBeDeleted', 400, 'conflict'],
  ['InUseRouteTableCannotBeDeleted', 400, 'conflict'],
  ['NicInUse', 400, 'conflict'],
  ['NicReservedForAnotherVm', 400, 'conflict'],
  ['AnotherOperationInProgress', 409, 'conflict'],
  ['AnotherOperationInProgress', 400, 'conflict'],
  ['RetryableError', 429, 'conflict', 'A retryable error occurred.', ['ReferencedResourceNotProvisioned']],
  ['RetryableError', 200, 'conflict', 'A retryable error occurred.', ['ReferencedResourceNotProvisioned']],
  ['ReferencedResourceNotProvisioned', 400, 'conflict'],
  ['RetryableErrorDueToAnotherOperation', 429, 'conflict'],
  ['Canceled', 200, 'conflict', 'Canceled.', ['CanceledAndSupersededDueToAnotherOperation']],
  ['Canceled', 200, 'transient'],
  ['AddingOrDeletingNetworkInterfacesOnARunningVirtualMachineNotSupported', 400, 'invalid'],
  ['SecondaryNetworkInterfaceInUseCannotChangeSubnet', 400, 'invalid'],
  ['IpConfigDeleteNotSupported', 400, 'invalid'],
  ['PrivateIPAddressIsAllocated', 400, 'invalid'],
  ['PrivateIPAddressInReservedRange', 400, 'invalid'],
  ['PrivateIPAddressNotInSubnet', 400, 'invalid'],
  ['PrivateIPAddressNotInAnySubnet', 400, 'invalid'],
  ['SubnetIsFull', 400, 'invalid'],
  ['SkuNotAvailable', 409, 'capacity'],
  ['OperationNotAllowed', 409, 'quota', quotaText],
  ['QuotaExceeded', 409, 'quota'],
  ['AllocationFailed', 200, 'capacity'],
  ['ZonalAllocationFailed', 200, 'capacity'],
  ['OverconstrainedAllocationRequest', 200, 'capacity'],
  ['OverconstrainedZonalAllocationRequest', 200, 'capacity'],
  ['OperationNotAllowed', 409, 'conflict', 'is not allowed since the VM is marked for deletion.'],
  ['PropertyChangeNotAllowed', 409, 'invalid'],
  ['RequestDisallowedByPolicy', 403, 'denied'],
  ['ScopeLocked', 409, 'denied'],
  ['AuthorizationFailed', 403, 'denied'],
  ['LinkedAuthorizationFailed', 403, 'denied'],
  ['SubscriptionNotFound', 404, 'denied'],
  ['ReadOnlyDisabledSubscription', 409, 'denied'],
  ['ResourceReadFailed', 504, 'transient'],
  ['SubscriptionRequestsThrottled', 429, 'throttled'],
  ['OperationNotAllowed', 429, 'throttled', 'The server rejected the request.', ['TooManyRequests']],
  ['OperationNotAllowed', 429, 'throttled', 'The server rejected the request.'],
  ['TooManyRequests', 429, 'throttled'],
  ['InternalServerError', 429, 'throttled'],
  ['PreconditionFailed', 412, 'conflict'],
  // Codes that nobody has listed are judged by status.
  ['Unheard', 429, 'throttled'],
  ['Unheard', 409, 'conflict'],
  ['Unheard', 412, 'conflict'],
  ['Unheard', 401, 'denied'],
  ['Unheard', 403, 'denied'],
  ['Unheard', 408, 'transient'],
  ['Unheard', 500, 'transient'],
  ['Unheard', 503, 'transient'],
  ['ENOTFOUND', 0, 'transient'],
  ['Unheard', 400, 'invalid'],
  ['Unheard', 404, 'invalid'],
  ['Unheard', 200, 'fatal'],
  ['toString', 200, 'fatal'],
];

it.each(rows)('%s with status %i is %s', (code, httpStatus, cls, message = 'Text.', details = []) => {
  const inner = details.map((detail) => ({ code: detail, message: 'Inner.' }));
  expect(classify({ httpStatus, code, message, details: inner })).toBe(cls);
});

describe('parseErrorBody', () => {
  const read = { code: 'NicInUse', message: 'Used.', details: [{ code: 'Inner', message: 'Why.' }] };

  it.each<[string, unknown]>([
    ['as ARM sends it', { error: read }],
    ['of a failed operation', { status: 'Failed', error: read }],
    ['without the envelope', read],
    [
      'in TitleCase, as the deletion of a resource group sends it',
      { Error: { Code: read.code, Message: read.message, Details: [{ Code: 'Inner', Message: 'Why.' }] } },
    ],
  ])('%s', (_, body) => {
    expect(parseErrorBody(body, 409, 7)).toEqual({ httpStatus: 409, ...read, retryAfterSeconds: 7 });
  });

  it.each<[unknown]>([
    [undefined],
    [null],
    ['<html>'],
    [{}],
    [{ error: null }],
    [{ error: { details: 'x' } }],
  ])('says at least the status of %j', (body) => {
    const error = parseErrorBody(body, 502);
    expect(error).toEqual({
      httpStatus: 502,
      code: 'Http502',
      message: 'Azure answered with status 502.',
      details: [],
    });
    expect(classify(error)).toBe('transient');
  });
});

describe('toFailed', () => {
  it('shows the detail that ARM hides, and what to do', () => {
    const failed = toFailed({
      httpStatus: 429,
      code: 'RetryableError',
      message: 'A retryable error occurred.',
      details: [{ code: 'ReferencedResourceNotProvisioned', message: 'The subnet is in Updating state.' }],
      retryAfterSeconds: 9,
    });
    expect(failed).toMatchObject({
      code: 'ReferencedResourceNotProvisioned',
      class: 'conflict',
      retryAfterSeconds: 9,
    });
    expect(failed.message).toMatch(/retryable.*Updating state.*try again/i);
  });

  it('keeps its own code if the detail has none, and stays short', () => {
    const details = [{ code: '', message: 'x'.repeat(9_000) }];
    const failed = toFailed({ httpStatus: 400, code: 'Outer', message: 'Outer.', details });
    expect(failed.code).toBe('Outer');
    expect(failed.message).not.toContain(': x');
    expect(failed.message.length).toBeLessThanOrEqual(2_000);
  });
});
