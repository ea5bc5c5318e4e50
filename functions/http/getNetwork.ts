import type { HttpResponseInit } from '@azure/functions';
import { entityTag } from '../../shared/api/entityTag';
import { Problem } from '../../shared/api/problems';
import { networkView, type NetworkView } from '../../shared/api/views';
import { virtualNetworkId } from '../../shared/network/ids';
import type { NetworkRecord } from '../../shared/records/types';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { networkParam } from './request';

endpoint('getNetwork', async (request) => answerNetwork(networkParam(request)));

endpoint('listNetworks', async () => {
  const all = await records().networks.list();
  return ok(await Promise.all(all.map(viewed)));
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
