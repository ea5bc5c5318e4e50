import { admit } from '../../shared/admission/admit';
import { teardownOrder } from '../../shared/admission/order';
import { callbackFromQuery } from '../../shared/api/callback';
import { Problem } from '../../shared/api/problems';
import { teardownQuery } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { operationPath, operationView } from '../../shared/api/views';
import { admission, callbackMistakes } from '../app';
import { accepted } from './answer';
import { durableEndpoint } from './endpoint';
import { hostParams, originOf, queryOf } from './request';

durableEndpoint('deleteHost', async (request, client) => {
  const { network, host: name } = hostParams(request);
  const { callbackUrl, callbackEvents, ...flags } = validate(
    teardownQuery,
    queryOf(request),
    callbackMistakes,
  );
  const wish = { network, name, ...flags, ...callbackFromQuery({ callbackUrl, callbackEvents }) };
  const { headers, ...origin } = originOf(request);
  const admitted = await admit(admission(client), teardownOrder(origin, wish));
  if (admitted.kind === 'unchanged') throw new Problem('internal', 'A teardown is always an operation.');
  const { operation } = admitted;
  return accepted(operationPath(operation.id), operationView(operation), headers);
});
