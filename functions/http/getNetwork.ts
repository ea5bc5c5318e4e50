import type { HttpResponseInit } from '@azure/functions';
import { entityTag } from '../../shared/api/entityTag';
import { Problem } from '../../shared/api/problems';
import { networkView } from '../../shared/api/views';
import { virtualNetworkId } from '../../shared/network/ids';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { networkParam } from './request';

endpoint('getNetwork', async (request) => answerNetwork(networkParam(request)));

endpoint('listNetworks', async () => {
  const { networks, ledger } = records();
  const all = await networks.list();
  const views = all.map(async (network) =>
    networkView(network, await ledger.entries(virtualNetworkId(network.definition))),
  );
  return ok(await Promise.all(views));
});

/** The network as it is, under the tag of its definition. Throws the Problem if there is none. */
export async function answerNetwork(
  name: string,
  headers: Record<string, string> = {},
): Promise<HttpResponseInit> {
  const row = await records().networks.get(name);
  if (!row) throw new Problem('unknown-network', `There is no network ${name}.`);
  const { record } = row;
  const entries = await records().ledger.entries(virtualNetworkId(record.definition));
  return ok(networkView(record, entries), { ...headers, etag: entityTag(record) });
}
