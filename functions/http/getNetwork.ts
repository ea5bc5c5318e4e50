import type { HttpResponseInit } from '@azure/functions';
import { entityTag } from '../../shared/api/entityTag';
import { linkTo, networksQuery } from '../../shared/api/pages';
import { Problem } from '../../shared/api/problems';
import { validate } from '../../shared/api/validate';
import { networkView, type NetworkView } from '../../shared/api/views';
import { virtualNetworkId } from '../../shared/network/ids';
import type { NetworkRecord } from '../../shared/records/types';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { networkParam, queryOf } from './request';

endpoint('getNetwork', async (request) => answerNetwork(networkParam(request)));

endpoint('listNetworks', async (request) => {
  const query = queryOf(request);
  const { limit, after } = validate(networksQuery, query);
  const { networks, next } = await records().networks.page(limit, after);
  return ok(await Promise.all(networks.map(viewed)), linkTo('/api/v1/networks', query, next));
});

/** The network as it is, under the tag of its definition. Throws the Problem if there is none. */
export async function answerNetwork(
  name: string,
  headers: Record<string, string> = {},
): Promise<HttpResponseInit> {
  const row = await records().networks.get(name);
  if (!row) throw new Problem('unknown-network', `There is no network ${name}.`);
  const { record } = row;
  return ok(await viewed(record), { ...headers, etag: entityTag(record) });
}

async function viewed(network: NetworkRecord): Promise<NetworkView> {
  const { ledger } = records();
  const vnet = virtualNetworkId(network.definition);
  const [entries, foreign] = await Promise.all([ledger.entries(vnet), ledger.occupied(vnet, network.name)]);
  return networkView(network, entries, foreign);
}
