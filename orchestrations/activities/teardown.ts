import { noteCancel } from '../../shared/admission/asked';
import { decideTakeOver } from '../../shared/admission/takeOver';
import { failed, type Failed } from '../../shared/azure/outcome';
import { beginOperation } from './finish';
import { isOver, loadHost, loadOperation, overAlready, type Dependencies } from './context';
import { operationFacts, type OperationFacts } from './plan';

export interface TeardownFacts extends OperationFacts {
  force: boolean;
  /** Data disks are taken off the VM before it goes, and stay. */
  keepDisks: boolean;
  /** The VM stays, and is nobody's host any more. */
  keepVirtualMachine?: true;
}

/** `waitsFor`: the provisioning that has to end first. `gone`: there is no host any more. */
export type TeardownStart = TeardownFacts | { waitsFor: string } | { gone: true };

/** Takes the host over, marks the teardown as running and says how it was asked for. Safe to repeat. */
export async function beginTeardown(
  deps: Dependencies,
  input: { operation: string; now: number },
): Promise<TeardownStart | Failed> {
  const { record: waiting } = await loadOperation(deps, input.operation);
  if (isOver(waiting)) return overAlready(waiting);
  const row = await deps.records.hosts.get(waiting.network, waiting.host ?? '');
  const stand = decideTakeOver(row?.record, input.operation);
  if (stand.kind === 'wait') {
    await noteCancel(deps.records, stand.holder, waiting.caller);
    return { waitsFor: stand.holder };
  }
  if (stand.kind === 'lost') {
    return failed('fatal', 'ClaimLost', `The host ${waiting.host} is not held by ${waiting.id}.`);
  }
  if (stand.kind === 'take' && row) {
    const { next: _, ...host } = row.record;
    const updatedAt = new Date(input.now).toISOString();
    const taken = { ...host, state: 'deleting' as const, claim: input.operation, updatedAt };
    await deps.records.hosts.replace(taken, row.etag);
  }
  await beginOperation(deps, input);
  if (stand.kind === 'gone') return { gone: true };
  const { layout, operation } = await loadHost(deps, input.operation);
  const { request } = operation.record;
  if (request.kind !== 'teardown') throw new Error(`${input.operation} is not a teardown.`);
  const { force, keepDisks, keepVirtualMachine } = request;
  return { ...operationFacts(layout), force, keepDisks, ...(keepVirtualMachine && { keepVirtualMachine }) };
}
