import { noteRestart } from '../../shared/admission/asked';
import { partOf } from '../../shared/admission/parts';
import { resume } from '../../shared/admission/admit';
import { Problem } from '../../shared/api/problems';
import { operationPath, operationView } from '../../shared/api/views';
import { admission, records } from '../app';
import { restartLost } from '../durable';
import { accepted, ok } from './answer';
import { durableEndpoint } from './endpoint';
import { readOperation } from './getOperation';
import { callerOf } from './request';

/**
 * Gives an operation that is not over a new orchestration, where its own was lost with the hub or broke. Every sequence
 * finds what it made before and goes on from there.
 */
durableEndpoint('restartOperation', async (request, client) => {
  const operation = await readOperation(request.params['id']);
  const { id } = operation;
  if (operation.finishedAt !== undefined) return ok(operationView(operation));
  const part = partOf(operation.request);
  if (part !== undefined)
    throw new Problem('not-restartable', `This operation is a part of ${part} and has no orchestration.`);
  // One that was never begun may have lost its claim to another; whoever finishes admissions knows.
  if (operation.status === 'admitted') {
    await resume(admission(client), id);
    return accepted(operationPath(id), operationView(operation));
  }
  const restartedBy = callerOf(request).id;
  if (!(await restartLost(client, operation, () => noteRestart(records(), id, restartedBy))))
    throw new Problem('not-restartable', 'The orchestration of this operation is at work.');
  return accepted(operationPath(id), operationView({ ...operation, restartedBy }));
});
