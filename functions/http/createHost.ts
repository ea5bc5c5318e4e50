import * as df from 'durable-functions';
import { admit } from '../../shared/admission/admit';
import { readyDefinition } from '../../shared/admission/claims';
import { provisionOrder } from '../../shared/admission/order';
import { hostRequest } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { operationPath, operationView } from '../../shared/api/views';
import { admission, records } from '../app';
import { accepted, answer, ok } from './answer';
import { readHost } from './getHost';
import { jsonBody, originOf } from './request';

df.app.client.http('createHost', {
  methods: ['POST'],
  authLevel: 'function',
  route: 'v1/hosts',
  handler: (request, client, context) =>
    answer(context, async () => {
      const wish = validate(hostRequest, await jsonBody(request));
      const { headers, ...origin } = originOf(request);
      const definition = await readyDefinition(records(), wish.network);
      const admitted = await admit(admission(client), provisionOrder(origin, wish, definition));
      if (admitted.kind === 'unchanged') {
        return ok({ unchanged: true, ...(await readHost(wish.network, wish.name)) }, headers);
      }
      const { operation } = admitted;
      return accepted(operationPath(operation.id), operationView(operation), headers);
    }),
});
