import { admitOnce } from '../../shared/admission/admit';
import { readyDefinition } from '../../shared/admission/networks';
import { adoptionOrder, fingerprintOf, namedAdoption } from '../../shared/admission/order';
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
  const named = namedAdoption(network, wish);
  const sent = { id: origin.id, fingerprint: fingerprintOf('adopt', named) };
  const admitted = await admitOnce(admission(client), sent, async () =>
    adoptionOrder(origin, network, wish, await readyDefinition(records(), network)),
  );
  if (admitted.kind === 'unchanged') {
    return ok({ unchanged: true, ...(await readHost(network, named.name)) }, headers);
  }
  const { operation } = admitted;
  return accepted(operationPath(operation.id), operationView(operation), headers);
});
