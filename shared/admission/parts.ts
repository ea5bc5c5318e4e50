import type { OperationRecord } from '../records/types';

/** What the operation belongs to, in words; undefined if it has an orchestration of its own. */
export function partOf(request: OperationRecord['request']): string | undefined {
  if (request.kind === 'reconcile') return `the reconciliation ${request.reconciliation}`;
  return request.kind === 'converge' && request.under !== undefined
    ? `the operation ${request.under}`
    : undefined;
}
