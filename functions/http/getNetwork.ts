import { Problem } from '../../shared/api/problems';
import { networkView, type NetworkView } from '../../shared/api/views';
import { virtualNetworkId } from '../../shared/network/ids';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { networkParam } from './request';

endpoint('getNetwork', async (request) => ok(await readNetwork(networkParam(request))));

endpoint('listNetworks', async () => {
  const { networks, ledger } = records();
  const all = await networks.list();
  const views = all.map(async (network) =>
    networkView(network, await ledger.entries(virtualNetworkId(network.definition))),
  );
  return ok(await Promise.all(views));
});

export async function readNetwork(name: string): Promise<NetworkView> {
  const row = await records().networks.get(name);
  if (!row) throw new Problem('unknown-network', `There is no network ${name}.`);
  return networkView(row.record, await records().ledger.entries(virtualNetworkId(row.record.definition)));
}
