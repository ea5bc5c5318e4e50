import * as df from 'durable-functions';
import { admit } from '../../shared/admission/admit';
import { readyDefinition } from '../../shared/admission/claims';
import { adoptionOrder } from '../../shared/admission/order';
import { adoptionRequest } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { operationPath, operationView } from '../../shared/api/views';
import { admission, records } from '../app';
import { accepted, answer, ok } from './answer';
import { readHost } from './getHost';
import { jsonBody, networkParam, originOf } from './request';

df.app.client.http('createAdoption', {
  methods: ['POST'],
  authLevel: 'function',
  route: 'v1/networks/{network}/adoptions',
  handler: (request, client, context) =>
    answer(context, async () => {
      const network = networkParam(request);
      const wish = validate(adoptionRequest, await jsonBody(request));
      const { headers, ...origin } = originOf(request);
      const order = adoptionOrder(origin, network, wish, await readyDefinition(records(), network));
      const admitted = await admit(admission(client), order);
      if (admitted.kind === 'unchanged') {
        return ok({ unchanged: true, ...(await readHost(network, order.host ?? '')) }, headers);
      }
      const { operation } = admitted;
      return accepted(operationPath(operation.id), operationView(operation), headers);
    }),
});
