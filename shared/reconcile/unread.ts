import { nameOf, sameId } from '../azure/ids';
import { networkIdOf } from '../azure/routing';
import { isApart } from '../azure/unread';
import { subnetsOf } from '../network/tables';
import type { Finding } from '../records/reconciliation';
import type { Observed, Promised } from './facts';
import type { Scope } from './scope';

/**
 * Places where a route of ours may be that this look did not see. That no peering connects a VNet now is no proof here: a peering
 * may be made anew at any time, and only a person knows that it will not. So that takes a forced teardown. A table that the
 * network remembers is another matter: its subnets were taken out of the definition while no host had a route there.
 */
export function placesLeft({ virtualNetwork, unread = [], unreadTables = [] }: Observed, promised: Promised) {
  const { network, hosts } = promised;
  const apart = (id: string) =>
    !sameId(id, virtualNetwork?.id) && isApart(id, virtualNetwork?.peerings ?? []);
  const adopted = hosts.flatMap((host) => host.adopted?.routes ?? []);
  const written = ({ id, aside }: (typeof unread)[number]) =>
    !aside || adopted.some(({ tableId }) => sameId(tableId, id));
  const remembered = unreadTables.filter((id) => {
    const networks = subnetsOf([network], id).map(networkIdOf);
    return networks.length === 0 || !networks.every(apart);
  });
  return [...unread.filter(written).map(({ id }) => id), ...remembered];
}

/** What could not be compared, because the app may not read it. */
export function diagnoseUnread(scope: Scope): Finding[] {
  return (scope.observed.unread ?? []).map(({ id, why }) =>
    scope.finding({
      kind: 'routesUnread',
      what: id,
      evidence: [why.slice(0, longestReason)],
      remedy: 'report',
      detail:
        `The app may not read ${nameOf(id)}: routes and associations there are not compared, and nothing is changed or deleted ` +
        'that hangs on them. Let it read there again. If the subscription is gone for good, take its subnets out of the ' +
        'definition and delete the peering with it.',
    }),
  );
}

const longestReason = 600;

/**
 * What keeps a leftover in place while a route to its host may be left somewhere: routes go first, so that nobody is sent to
 * what is gone. Whoever forced the teardown has said to go on without a look. A leftover without a promise has no route:
 * a prefix is only given back where none was seen.
 */
export function unreadBlocker(scope: Scope, host: string): string | false {
  const entry = scope.entryOf(host);
  const [place] = scope.left;
  if (!entry || place === undefined) return false;
  const ended = scope.promised.finished.find(({ id }) => id === entry.operation);
  return !(ended?.request.kind === 'teardown' && ended.request.force) && routeMayBeLeft(place);
}

/** A prefix is given back only where no route names it, whoever said what. */
export const promiseBlocker = ({ left: [place] }: Scope): string | false =>
  place !== undefined && routeMayBeLeft(place);

const routeMayBeLeft = (place: string): string =>
  `A route to it may be left in ${place}, which the app may not read.`;
