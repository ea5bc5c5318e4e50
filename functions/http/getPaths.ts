import { randomUUID } from 'node:crypto';
import type { PathsInput } from '../../orchestrations/activities/paths';
import { orchestrators } from '../../orchestrations/names';
import { Problem } from '../../shared/api/problems';
import { pathsQuery } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { routedSubnets } from '../../shared/azure/layout';
import { virtualNetworkId } from '../../shared/network/ids';
import { readEnds, type Ends } from '../../shared/paths/ends';
import { records } from '../app';
import { durableEndpoint } from './endpoint';
import { answerDocument, answerReading } from './reading';
import { hostParams, queryOf } from './request';

durableEndpoint('getHostPaths', async (request, client) => {
  const { network, host } = hostParams(request);
  const query = validate(pathsQuery, queryOf(request));
  const ends = await endsOf(network, host, query);
  const id = `paths-${randomUUID()}`;
  const input: PathsInput = { id, network, host, ...(ends ? { ends } : {}) };
  const location = `/api/v1/paths/${id}`;
  return answerReading(client, { orchestrator: orchestrators.readPaths, input, location });
});

/** What an earlier call found, if it took longer than its caller waited. */
durableEndpoint('getPaths', async (request, client) => {
  const id = request.params['id'] ?? '';
  return answerDocument(client, 'paths', {
    id,
    location: `/api/v1/paths/${id}`,
    unknown: 'unknown-paths',
  });
});

/** The ends that the query names; undefined if it names none. Throws the Problem with every mistake. */
async function endsOf(
  network: string,
  host: string,
  query: { from?: string | undefined; to?: string | undefined },
): Promise<Ends | undefined> {
  const [row, hosts] = await Promise.all([records().networks.get(network), records().hosts.list(network)]);
  if (!row) throw new Problem('unknown-network', `There is no network ${network}.`);
  const { definition } = row.record;
  const addressed = hosts.filter(({ addresses }) => addresses !== undefined).map(({ name }) => name);
  if (!addressed.includes(host))
    throw new Problem('unknown-host', `There is no host ${host} with addresses on network ${network}.`);
  const { from, to } = query;
  if (from === undefined && to === undefined) return undefined;
  const vnet = virtualNetworkId(definition);
  const { name } = definition.natSubnet;
  const subnets = [...routedSubnets(definition, vnet), { id: `${vnet}/subnets/${name}`, name }];
  const ends = readEnds(
    { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) },
    { host, hosts: addressed, subnets },
  );
  if (!Array.isArray(ends)) return ends;
  const details = ends.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  throw new Problem('invalid-request', details.join(' '), { errors: ends });
}
