import { Problem } from '../../shared/api/problems';
import { hostView, type HostView } from '../../shared/api/views';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { hostParams } from './request';

endpoint('getHost', async (request) => {
  const { network, host } = hostParams(request);
  return ok(await readHost(network, host));
});

export async function readHost(network: string, name: string): Promise<HostView> {
  const row = await records().hosts.get(network, name);
  if (!row) throw new Problem('unknown-host', `There is no host ${name} on network ${network}.`);
  return hostView(row.record);
}
