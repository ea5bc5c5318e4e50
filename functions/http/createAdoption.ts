import { admit } from '../../shared/admission/admit';
import { readyDefinition } from '../../shared/admission/networks';
import { adoptionOrder } from '../../shared/admission/order';
import { adoptionRequest } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { operationPath, operationView } from '../../shared/api/views';
import { admission, callbackMistakes, records } from '../app';
import { accepted, ok } from './answer';
import { durableEndpoint } from './endpoint';
import { readHost } from './getHost';
import { jsonBody, networkParam, originOf } from './request';

durableEndpoint('createAdoption', async (request, client) => {
  const network = networkParam(request);
  const wish = validate(adoptionRequest, await jsonBody(request), callbackMistakes);
  const { headers, ...origin } = originOf(request);
  const order = adoptionOrder(origin, network, wish, await readyDefinition(records(), network));
  const admitted = await admit(admission(client), order);
  if (admitted.kind === 'unchanged') {
    return ok({ unchanged: true, ...(await readHost(network, order.host ?? '')) }, headers);
  }
  const { operation } = admitted;
  return accepted(operationPath(operation.id), operationView(operation), headers);
});
