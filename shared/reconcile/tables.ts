import { nameOf, sameId } from '../azure/ids';
import { routedSubnets } from '../azure/layout';
import { networkIdOf } from '../azure/routing';
import { virtualNetworkId } from '../network/ids';
import { subnetsOf } from '../network/tables';
import type { Finding } from '../records/reconciliation';
import type { OwnTable } from '../records/types';
import { lower, type ObservedTable } from './facts';
import { blocked, isPlaceholder, isRemembered, type Scope } from './scope';

export function diagnoseTables(scope: Scope): Finding[] {
  return [
    ...scope.observed.tables.flatMap((table) => unneededTable(scope, table)),
    ...(scope.observed.unreadTables ?? [])
      .filter((id) => !isWanted(scope, id))
      .map((id) => unreadTable(scope, id)),
  ];
}

/** By tags, and by place and name: what the definition asks for now, or a definition before it has led to. */
const isOurs = (scope: Scope, { id, tags }: ObservedTable): boolean =>
  scope.ours(tags) && (isOwn(scope, id) || isRemembered(scope.promised.network, id));

const isOwn = (scope: Scope, id: string): boolean =>
  scope.routing.ownTables.includes(lower(id)) || isWanted(scope, id);

/** Where a table of ours belongs hangs on VNets, too, that may not be read; what it was put on tells that it belongs there. */
const isWanted = ({ observed, promised, routing }: Scope, id: string): boolean =>
  observed.unread !== undefined &&
  subnetsOf([promised.network], id).some((subnet) => routing.crossed.includes(subnet));

/**
 * A table of ours that nobody needs any more, at home or in another region or subscription. While its last hosts are
 * being removed it is seen, and blocked: so it can go with them, not one grace period later. One that no routed subnet may
 * have any more is seen even while there are hosts, and goes with the last of them.
 */
function unneededTable(scope: Scope, table: ObservedTable): Finding[] {
  const { ledger, hosts, inFlight } = scope.promised;
  if (!isOurs(scope, table)) return [];
  const leaving = ledger.filter(({ state }) => state === 'releasing');
  const isLeaving = (name: string) =>
    leaving.some(({ host, network }) => network === scope.promised.network.name && host === name);
  const stays = table.routes.some(
    ({ name, prefix }) =>
      !leaving.some(
        (entry) => entry.ghostedPrefix === prefix && lower(name) === lower(`Nested-VMs-${entry.host}`),
      ),
  );
  const staying = hosts.find((host) => !isLeaving(host.name) && !isPlaceholder(scope, host));
  const kept = ledger.find(({ state }) => state !== 'releasing');
  const needed = staying?.name ?? kept?.host;
  if (stays || (needed !== undefined && isOwn(scope, table.id))) return [];
  const foreign = table.subnets.find((id) => !routedBy(scope, table).includes(lower(id)));
  const hidden = table.subnets.find((id) =>
    scope.observed.unread?.some((one) => sameId(one.id, networkIdOf(id))),
  );
  return [
    scope.finding({
      kind: 'unneededRouteTable',
      what: table.id,
      evidence: [
        'tags name installation and network',
        ...(isOwn(scope, table.id) ? [] : ['the network had it on subnets that it no longer routes']),
        'no routes',
        ...(needed === undefined ? ['no promise in the VNet'] : []),
      ],
      remedy: 'delete',
      ...blocked(
        [
          foreign !== undefined && `It is associated with ${foreign}, which is no routed subnet.`,
          hidden !== undefined && `It is associated with ${hidden}, which the app may not read.`,
          table.routes.length > 0 && `It holds ${table.routes[0]?.name}.`,
          leaving.length > 0 && `${leaving[0]?.host} is not wholly gone.`,
          inFlight.length > 0 && `Operation ${inFlight[0]?.id} is under way.`,
          needed !== undefined && `It goes with the last host; ${needed} is promised.`,
        ].filter((reason) => typeof reason === 'string'),
      ),
      detail: `${table.name} serves no host any more.`,
    }),
  ];
}

/** Subnets that networks with the same table at home route, or that one remembers to have put it on; ids in lower case. */
const routedBy = (scope: Scope, { id }: ObservedTable): string[] => [
  ...scope.routing.crossed,
  ...(scope.promised.neighbours ?? [])
    .flatMap((definition) => routedSubnets(definition, virtualNetworkId(definition)))
    .filter(({ via }) => via === 'host')
    .map((subnet) => lower(subnet.id)),
  ...subnetsOf([scope.promised.network, { tables: scope.promised.tablesOfOthers ?? [] }], id),
];

function unreadTable(scope: Scope, id: string): Finding {
  return scope.finding({
    kind: 'unneededRouteTable',
    what: id,
    evidence: ['the network had it on routed subnets', 'the app may not read it any more'],
    remedy: 'report',
    detail: `${nameOf(id)} may still be there, and the app has no role there any more. Give it back, or remove the table.`,
  });
}

/** Tables of ours to remember, each with the routed subnets that it is on, and those remembered that are gone. */
export function rememberable(scope: Scope): { seen: OwnTable[]; gone: string[] } {
  const { observed, promised, routing } = scope;
  const there = [...observed.tables.map(({ id }) => id), ...(observed.unreadTables ?? [])];
  const remembered = (promised.network.tables ?? []).map(({ id }) => id);
  return {
    seen: observed.tables
      .filter((table) => scope.ours(table.tags) && isOwn(scope, table.id))
      .map(({ id, subnets }) => ({
        id,
        subnets: subnets.filter((one) => routing.crossed.includes(lower(one))),
      })),
    gone: remembered.filter((id) => !there.some((one) => sameId(one, id))),
  };
}
