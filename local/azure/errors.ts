import type { JsonObject } from './json';

export interface ErrorDetail {
  code: string;
  message: string;
}

/** An answer in ARM's error shape. */
export class ArmError extends Error {
  readonly details?: ErrorDetail[];
  readonly target?: string;
  readonly additionalInfo?: JsonObject[];
  /** True: made by the ARM front door, which says so in x-ms-failure-cause and never sends `details`. */
  readonly gateway: boolean;
  readonly headers: Record<string, string>;

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    more: {
      details?: ErrorDetail[];
      target?: string;
      additionalInfo?: JsonObject[];
      gateway?: boolean;
      headers?: Record<string, string>;
    } = {},
  ) {
    super(message);
    if (more.details !== undefined) this.details = more.details;
    if (more.target !== undefined) this.target = more.target;
    if (more.additionalInfo !== undefined) this.additionalInfo = more.additionalInfo;
    this.gateway = more.gateway ?? false;
    this.headers = more.headers ?? {};
  }

  toJSON(): JsonObject {
    return {
      error: {
        code: this.code,
        message: this.message,
        ...(this.target === undefined ? {} : { target: this.target }),
        ...(this.details === undefined ? {} : { details: this.details }),
        ...(this.additionalInfo === undefined ? {} : { additionalInfo: this.additionalInfo }),
      },
    };
  }
}

/** An error of the ARM front door. */
export function gatewayError(status: number, code: string, message: string): ArmError {
  return new ArmError(status, code, message, { gateway: true });
}

/** An error of Microsoft.Network, which always lists details. */
export function networkError(
  status: number,
  code: string,
  message: string,
  details: ErrorDetail[] = [],
): ArmError {
  return new ArmError(status, code, message, { details });
}

/** An error of Microsoft.Compute, which names a target now and then and lists no details. */
export function computeError(status: number, code: string, message: string, target?: string): ArmError {
  return new ArmError(status, code, message, target === undefined ? {} : { target });
}

export function invalidReference(missing: string, by: string): ArmError {
  return networkError(
    400,
    'InvalidResourceReference',
    `Resource ${missing} referenced by resource ${by} was not found. Please make sure that the referenced resource ` +
      'exists, and that both resources are in the same region.',
  );
}

export function notProvisioned(resource: string, usedBy: string, operation: string): ArmError {
  return networkError(429, 'RetryableError', 'A retryable error occurred.', [
    {
      code: 'ReferencedResourceNotProvisioned',
      message:
        `Cannot proceed with operation because resource ${resource} used by resource ${usedBy} is not in Succeeded ` +
        'state. Resource is in Updating state and the last operation that updated/is updating the resource is ' +
        `${operation}.`,
    },
  ]);
}
