import { admit } from '../../shared/admission/admit';
import { definitionOrder } from '../../shared/admission/order';
import { networkDefinition } from '../../shared/api/schemas';
import { Problem } from '../../shared/api/problems';
import { validate } from '../../shared/api/validate';
import { operationPath, operationView } from '../../shared/api/views';
import { definitionFindings } from '../../shared/network/findings';
import { admission, records } from '../app';
import { accepted } from './answer';
import { durableEndpoint } from './endpoint';
import { answerNetwork } from './getNetwork';
import { jsonBody, networkParam, originOf, preconditionOf } from './request';
import { settledOperation } from './settled';

/** A definition that is in place is mostly so at once; a caller waits this long before being sent to the operation. */
const patience = 10_000;

durableEndpoint('putNetwork', async (request, client) => {
  const network = networkParam(request);
  const definition = validate(networkDefinition, await jsonBody(request), definitionFindings);
  const { headers, ...origin } = originOf(request);
  const admitted = await admit(
    admission(client),
    definitionOrder(origin, network, definition, preconditionOf(request)),
  );
  if (admitted.kind === 'unchanged') return answerNetwork(network, headers);
  const operation = await settledOperation(records(), admitted.operation, patience);
  if (operation.status === 'succeeded') return answerNetwork(network, headers);
  if (operation.failure) {
    const { message, errors } = operation.failure;
    throw new Problem('definition-failed', message, {
      ...(errors ? { errors } : {}),
      operation: operation.id,
    });
  }
  return accepted(operationPath(operation.id), operationView(operation), headers);
});
