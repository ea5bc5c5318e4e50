import type { HttpResponseInit } from '@azure/functions';
import type { DurableClient } from 'durable-functions';
import { admit } from '../../shared/admission/admit';
import { inventoryOrder, repairOrder, type Order } from '../../shared/admission/order';
import { Problem } from '../../shared/api/problems';
import { inventoryBody, repairBody } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { operationPath, operationView } from '../../shared/api/views';
import { admission, callbackMistakes } from '../app';
import { accepted } from './answer';
import { durableEndpoint } from './endpoint';
import { hostParams, jsonBody, originOf } from './request';

/** Runs the fixed sequence again. */
durableEndpoint('createRepair', async (request, client) => {
  const { network, host: name } = hostParams(request);
  const wish = validate(repairBody, await jsonBody(request, {}), callbackMistakes);
  const { headers, ...origin } = originOf(request);
  return ordered(client, repairOrder(origin, { network, name, ...wish }), headers);
});

/** Lists the guests. */
durableEndpoint('createInventory', async (request, client) => {
  const { network, host: name } = hostParams(request);
  validate(inventoryBody, await jsonBody(request, {}));
  const { headers, ...origin } = originOf(request);
  return ordered(client, inventoryOrder(origin, { network, name }), headers);
});

async function ordered(
  client: DurableClient,
  order: Order,
  headers: Record<string, string>,
): Promise<HttpResponseInit> {
  const admitted = await admit(admission(client), order);
  if (admitted.kind === 'unchanged') throw new Problem('internal', 'This is always an operation.');
  const { operation } = admitted;
  return accepted(operationPath(operation.id), operationView(operation), headers);
}
