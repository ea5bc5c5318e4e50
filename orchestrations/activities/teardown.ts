import type { Failed } from '../../shared/azure/outcome';
import { beginOperation } from './finish';
import { loadHost, type Dependencies } from './context';
import { operationFacts, type OperationFacts } from './plan';

export interface TeardownFacts extends OperationFacts {
  force: boolean;
  /** Data disks are taken off the VM before it goes, and stay. */
  keepDisks: boolean;
}

/** Marks the teardown as running and says how it was asked for. */
export async function beginTeardown(
  deps: Dependencies,
  input: { operation: string; now: number },
): Promise<TeardownFacts | Failed> {
  const over = await beginOperation(deps, input);
  if (over) return over;
  const { layout, operation } = await loadHost(deps, input.operation);
  const { request } = operation.record;
  if (request.kind !== 'teardown') throw new Error(`${input.operation} is not a teardown.`);
  return { ...operationFacts(layout), force: request.force, keepDisks: request.keepDisks };
}
