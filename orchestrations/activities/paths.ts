import type { z } from 'zod';
import type { paths } from '../../shared/api/shapes';
import { outcomeOf } from '../../shared/azure/ensure';
import { hostLayout, type HostLayout } from '../../shared/azure/layout';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { networkIdOf } from '../../shared/azure/routing';
import { readSurroundings } from '../../shared/azure/surroundings';
import { asPlanned, asVerified, type KnownHost } from '../../shared/azure/verification';
import { viewFromAzure } from '../../shared/network/walk';
import type { Ends } from '../../shared/paths/ends';
import { standardPaths } from '../../shared/paths/matrix';
import { reportPath } from '../../shared/paths/report';
import type { HostRecord, NetworkRecord } from '../../shared/records/types';
import { loadNetwork, type Dependencies } from './context';
import { keepDocument, type DocumentInput } from './documents';

export interface PathsInput {
  id: string;
  network: string;
  host: string;
  /** Absent: every way that the definition promises. */
  ends?: Ends;
}

/** The document that a reading of paths leaves, as the API tells it. */
export type PathsDocument = z.output<typeof paths>;

/** Reads Azure and what hosts said last, and walks the paths over it. Writes nothing but the document. */
export async function walkPaths(deps: Dependencies, input: PathsInput & DocumentInput): Promise<Outcome> {
  return outcomeOf(async () => {
    const { record: network } = await loadNetwork(deps, input.network);
    const layouts = (await deps.records.hosts.list(input.network)).flatMap((host) =>
      layoutOf(deps, network, host),
    );
    const layout = layouts.find(({ host }) => host === input.host);
    if (!layout) return failed('invalid', 'HostNotFound', `The host ${input.host} has no addresses.`);
    const { own, resources, unread } = await readSurroundings(deps.clients, {
      virtualNetworkId: layout.virtualNetworkId,
      otherNetworks: layout.routedSubnets.map(({ id }) => networkIdOf(id)),
      hosts: {
        subscriptionId: network.definition.subscriptionId,
        resourceGroup: network.definition.hosts.resourceGroup,
      },
    });
    if (!own) return failed('invalid', 'VirtualNetworkNotFound', `The VNet of ${network.name} is gone.`);
    const known = {
      host: input.host,
      hosts: layouts.map(({ host }) => host).sort(),
      subnets: layout.routedSubnets,
      routed: layout.routedSubnets,
    };
    const ends = input.ends ? [input.ends] : standardPaths(known, network.definition);
    const asked = new Set([input.host, ...guestsIn(input.ends)]);
    const hosts = await Promise.all(
      layouts.map(async (one): Promise<KnownHost> => {
        const verified = asked.has(one.host) ? await asVerified(deps.clients, one) : undefined;
        return verified ?? asPlanned(one, own);
      }),
    );
    const view = viewFromAzure({ resources, hosts: hosts.map(({ facts }) => facts) });
    const walked = ends.map((path) => reportPath(view, network.name, path));
    const document: PathsDocument = {
      network: network.name,
      host: input.host,
      observedAt: new Date(input.now).toISOString(),
      ok: walked.every(({ ok }) => ok),
      hosts: Object.fromEntries(hosts.map(({ facts, verifiedAt }) => [facts.name, verifiedAt ?? 'planned'])),
      unread,
      paths: walked,
    };
    await keepDocument(deps, input, { kind: 'paths', body: document });
    return { status: 'done', change: 'unchanged' };
  });
}

/** Other hosts whose guests are an end. */
const guestsIn = (ends: Ends | undefined): string[] =>
  ends ? [ends.from, ends.to].flatMap((end) => (end.kind === 'guest' ? [end.host] : [])) : [];

/** A host without addresses has none that packets could go to. */
function layoutOf(
  { installation }: Dependencies,
  { name: network, definition }: NetworkRecord,
  { name: host, spec, addresses, claim, adopted }: HostRecord,
): HostLayout[] {
  if (!addresses) return [];
  const identity = { installation, network, host, operation: claim ?? '' };
  return [hostLayout(identity, definition, spec, addresses, adopted)];
}
