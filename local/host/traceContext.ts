import { randomBytes } from 'node:crypto';
import type { InvocationRequest } from './messages';

const wellFormed = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** What an invocation is told of its trace. Azure's host puts a span of its own in between; this one has none. */
export function traceContext(given?: string): NonNullable<InvocationRequest['traceContext']> {
  const traceParent =
    given !== undefined && wellFormed.test(given)
      ? given
      : `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  return { traceParent, traceState: '', attributes: {} };
}
