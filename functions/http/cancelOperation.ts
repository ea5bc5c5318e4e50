import { cancelEvent } from '../../orchestrations/names';
import { resume } from '../../shared/admission/admit';
import { noteCancel } from '../../shared/admission/asked';
import { partOf } from '../../shared/admission/parts';
import { Problem } from '../../shared/api/problems';
import { operationPath, operationView } from '../../shared/api/views';
import { admission, records } from '../app';
import { instanceState, liveSteps } from '../durable';
import { accepted, ok } from './answer';
import { durableEndpoint } from './endpoint';
import { readOperation } from './getOperation';
import { callerOf } from './request';

/**
 * Asks an operation to stop: it is seen between steps and at waits, a running change of Azure is followed to its end, and
 * what was made is taken back. One that is over is left as it is.
 */
durableEndpoint('cancelOperation', async (request, client) => {
  const operation = await readOperation(request.params['id']);
  const { id } = operation;
  if (operation.finishedAt !== undefined) return ok(operationView(operation));
  const part = partOf(operation.request);
  if (part !== undefined) {
    throw new Problem('not-cancellable', `This operation is a part of ${part} and ends with it.`);
  }
  // An admission that was broken off has nothing yet that could be asked to stop.
  await resume(admission(client), id);
  if ((await instanceState(client, id)) !== 'running') {
    const ended = await readOperation(id);
    if (ended.finishedAt !== undefined) return ok(operationView(ended));
    const detail = 'The operation has lost its orchestration. Have it restarted, then cancel it.';
    throw new Problem('not-cancellable', detail);
  }
  const asked = await noteCancel(records(), id, callerOf(request).id);
  await client.raiseEvent(id, cancelEvent, {});
  const steps = await liveSteps(client, id);
  return accepted(operationPath(id), operationView(asked ?? operation, steps));
});
