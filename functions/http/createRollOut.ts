import { admit } from '../../shared/admission/admit';
import { convergeOrder } from '../../shared/admission/order';
import { convergeRequest } from '../../shared/api/schemas';
import { Problem } from '../../shared/api/problems';
import { validate } from '../../shared/api/validate';
import { operationPath, operationView } from '../../shared/api/views';
import { admission, callbackMistakes } from '../app';
import { accepted } from './answer';
import { durableEndpoint } from './endpoint';
import { jsonBody, networkParam, originOf } from './request';

durableEndpoint('createRollOut', async (request, client) => {
  const network = networkParam(request);
  const { callback } = validate(convergeRequest, await jsonBody(request, {}), callbackMistakes);
  const { headers, ...origin } = originOf(request);
  const admitted = await admit(admission(client), convergeOrder(origin, network, callback));
  if (admitted.kind === 'unchanged') throw new Problem('internal', 'A roll-out is always an operation.');
  const { operation } = admitted;
  return accepted(operationPath(operation.id), operationView(operation), headers);
});
