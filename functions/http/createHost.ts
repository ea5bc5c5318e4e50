import { admitOnce } from '../../shared/admission/admit';
import { readyDefinition } from '../../shared/admission/networks';
import { fingerprintOf, provisionOrder } from '../../shared/admission/order';
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
  const order = async () => provisionOrder(origin, wish, await readyDefinition(records(), wish.network));
  if (dryRun) {
    const answer = await answerDryRun(client, await order());
    return { ...answer, headers: { ...answer.headers, ...headers } };
  }
  const sent = { id: origin.id, fingerprint: fingerprintOf('provision', wish) };
  const admitted = await admitOnce(admission(client), sent, async () => approve(client, await order()));
  if (admitted.kind === 'unchanged') {
    return ok({ unchanged: true, ...(await readHost(wish.network, wish.name)) }, headers);
  }
  const { operation } = admitted;
  return accepted(operationPath(operation.id), operationView(operation), headers);
});
