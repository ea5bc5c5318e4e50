import { admit } from '../../shared/admission/admit';
import { readyDefinition } from '../../shared/admission/networks';
import { provisionOrder } from '../../shared/admission/order';
import { hostQuery, hostRequest } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { operationPath, operationView } from '../../shared/api/views';
import { admission, callbackMistakes, records } from '../app';
import { accepted, ok } from './answer';
import { durableEndpoint } from './endpoint';
import { readHost } from './getHost';
import { answerDryRun, approve } from './plan';
import { jsonBody, originOf, queryOf } from './request';

durableEndpoint('createHost', async (request, client) => {
  const { dryRun } = validate(hostQuery, queryOf(request));
  const wish = validate(hostRequest, await jsonBody(request), callbackMistakes);
  const { headers, ...origin } = originOf(request);
  const definition = await readyDefinition(records(), wish.network);
  const order = provisionOrder(origin, wish, definition);
  if (dryRun) {
    const answer = await answerDryRun(client, order);
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }
  const admitted = await admit(admission(client), await approve(client, order));
  if (admitted.kind === 'unchanged') {
    return ok({ unchanged: true, ...(await readHost(wish.network, wish.name)) }, headers);
  }
  const { operation } = admitted;
  return accepted(operationPath(operation.id), operationView(operation), headers);
});
