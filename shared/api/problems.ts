import type { z } from 'zod';
import type { problem } from './shapes';

/** Everything the API refuses, in one table. The slug is the last part of the problem's type URI. */
export const catalogue = {
  'invalid-json': [400, 'The body is not JSON'],
  'invalid-csv': [400, 'The body is not a usable CSV text'],
  'invalid-request': [400, 'The request has mistakes'],
  'invalid-idempotency-key': [400, 'The Idempotency-Key is not usable'],
  unauthenticated: [401, 'The caller is not known'],
  forbidden: [403, 'The caller may not do this'],
  'unknown-network': [404, 'There is no such network'],
  'unknown-host': [404, 'There is no such host'],
  'unknown-operation': [404, 'There is no such operation'],
  'unknown-reconciliation': [404, 'There is no such reconciliation'],
  'unknown-callback': [404, 'There is no such callback'],
  'unknown-paths': [404, 'There is no such reading of paths'],
  'unknown-plan': [404, 'There is no such plan'],
  'unknown-batch': [404, 'There is no such batch'],
  'unknown-poison': [404, 'There is no such poison message'],
  'unknown-asset': [404, 'There is no such part of the documentation'],
  'network-not-ready': [409, 'The network is not ready'],
  'network-busy': [409, 'Another operation holds the network'],
  'network-in-use': [409, 'Hosts depend on the definition of the network'],
  'host-busy': [409, 'Another operation holds the host'],
  'host-differs': [409, 'The host exists with another specification'],
  'batch-not-paused': [409, 'The batch is not paused'],
  'host-name-taken': [409, 'The name of the host is taken'],
  'plan-differs': [409, 'What would be done is not what was approved'],
  'prefix-taken': [409, 'The ghosted prefix overlaps another one'],
  'pool-exhausted': [409, 'No ghosted prefix is left'],
  'not-cancellable': [409, 'The operation cannot be cancelled on its own'],
  'not-restartable': [409, 'The operation needs no new orchestration'],
  'subnet-full': [409, 'No address is left in a shared subnet'],
  'precondition-failed': [412, 'The network is not as expected'],
  'body-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body has another content type'],
  'size-cannot-nest': [422, 'The VM size cannot run nested guests'],
  'prefix-outside-pool': [422, 'The ghosted prefix lies outside the pools'],
  'definition-failed': [422, 'The definition does not fit what Azure has'],
  'idempotency-key-reused': [422, 'The Idempotency-Key was used for another request'],
  'too-many-operations': [429, 'The caller has too many operations open'],
  internal: [500, 'Something went wrong on our side'],
  'reading-failed': [502, 'Azure could not be read'],
  'not-ready': [503, 'The app is not ready'],
  'authentication-off': [503, 'Nobody checks who calls'],
} as const satisfies Record<string, readonly [status: number, title: string]>;

export type ProblemSlug = keyof typeof catalogue;

/** Body of every error, after RFC 9457. */
export type ProblemDetails = z.output<typeof problem>;
export type FieldError = NonNullable<ProblemDetails['errors']>[number];
/** A host that depends on a network, or a promise to one that is gone. */
export type Dependent = NonNullable<ProblemDetails['dependents']>[number];

/** A refusal on its way to the caller. */
export class Problem extends Error {
  constructor(
    readonly slug: ProblemSlug,
    readonly detail: string,
    readonly more: Pick<ProblemDetails, 'errors' | 'operation' | 'dependents'> = {},
  ) {
    super(`${slug}: ${detail}`);
    this.name = 'Problem';
  }

  get status(): number {
    return catalogue[this.slug][0];
  }

  toDetails(traceId?: string): ProblemDetails {
    const [status, title] = catalogue[this.slug];
    return {
      type: `/problems/${this.slug}`,
      title,
      status,
      detail: this.detail,
      ...this.more,
      ...(traceId !== undefined && { traceId }),
    };
  }
}
