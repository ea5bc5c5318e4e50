import { app } from '@azure/functions';
import { Problem } from '../../shared/api/problems';
import { hostView, type HostView } from '../../shared/api/views';
import { records } from '../app';
import { answer, ok } from './answer';
import { hostParams } from './request';

app.http('getHost', {
  methods: ['GET'],
  authLevel: 'function',
  route: 'v1/hosts/{network}/{host}',
  handler: (request, context) =>
    answer(context, async () => {
      const { network, host } = hostParams(request);
      return ok(await readHost(network, host));
    }),
});

export async function readHost(network: string, name: string): Promise<HostView> {
  const row = await records().hosts.get(network, name);
  if (!row) throw new Problem('unknown-host', `There is no host ${name} on network ${network}.`);
  return hostView(row.record);
}
