import { forgetNetwork } from '../../shared/admission/forget';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { callerOf, networkParam, preconditionOf } from './request';

endpoint('deleteNetwork', async (request, context) => {
  const network = networkParam(request);
  await forgetNetwork(records(), network, preconditionOf(request).ifMatch);
  context.log(`${callerOf(request).id} had the network ${network} forgotten.`);
  return ok({ name: network, forgotten: true });
});
