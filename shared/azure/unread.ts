import { sameId } from './ids';
import { failed, type Failed } from './outcome';
import type { ObservedRouting, PassOver } from './routing';
import { peeringFacts } from './view';
import type { PeeringFacts } from '../network/walk';
import type { OperationRecord } from '../records/types';

/** VNets and tables that a teardown or a reconciliation did not look into, because the app may not. */
export interface Unread {
  /** A route to the host may be left there. */
  left: string[];
  /** Nothing there leads to the host, whatever it says: no peering connects the VNet. */
  apart: string[];
}

/** True of a VNet with which that of the hosts, whose peerings these are, has no peering that works. */
export const isApart = (id: string, peerings: readonly Pick<PeeringFacts, 'remoteId' | 'state'>[]): boolean =>
  /\/virtualNetworks\/[^/]+$/i.test(id) &&
  !peerings.some(({ remoteId, state }) => state === 'Connected' && sameId(remoteId, id));

/** What observing passes over, and why; what is to be done about it is decided later. */
export class Passed {
  readonly why = new Map<string, Failed>();

  constructor(private readonly operation: Pick<OperationRecord, 'request'>) {}

  private get forced(): boolean {
    const { request } = this.operation;
    return request.kind === 'teardown' && request.force;
  }

  /** Undefined: what may not be read is a failure, as for everybody but a teardown and a reconciliation. */
  get over(): PassOver | undefined {
    const { kind } = this.operation.request;
    if (kind !== 'teardown' && kind !== 'reconcile') return undefined;
    return (id, why) => this.why.set(id, why);
  }

  /** A teardown goes on without a look only if it is forced. */
  get refusal(): Failed | undefined {
    const [first] = this.why.values();
    if (!first || this.forced) return undefined;
    return failed(
      first.class,
      first.code,
      `${first.message} Let the app read there again; or tear down with force, which removes all else and keeps the prefix ` +
        'promised until the routes there are seen to be gone.',
    );
  }

  unread({ own }: ObservedRouting): { unread?: Unread } {
    const ids = [...this.why.keys()];
    const peerings = (own?.virtualNetworkPeerings ?? []).map(peeringFacts);
    const apart = ids.filter((id) => isApart(id, peerings));
    return ids.length === 0 ? {} : { unread: { left: ids.filter((id) => !apart.includes(id)), apart } };
  }
}

const listed = (ids: string[]): string => ids.slice(0, 5).join(', ');

/** Why a teardown that has removed all that it may look at is not done. */
export const routesUnread = (left: string[]): Failed =>
  failed(
    'denied',
    'RoutesUnread',
    `All else of the host is gone, but the app may not read ${listed(left)}, where a route to it may be left. Prefix and ` +
      'addresses stay promised. Let the app read there again: the next reconciliation removes the routes and gives the ' +
      'prefix back. If the subscription is gone for good, delete the peering with it and tear the host down with force again.',
  );

/** What a step shows of what was not looked into. */
export const unreadDetail = ({ left, apart }: Unread): string =>
  [
    ...(left.length > 0 ? [`Not read, so that a route may be left: ${listed(left)}.`] : []),
    ...(apart.length > 0 ? [`Not read, and connected by no peering: ${listed(apart)}.`] : []),
  ].join(' ');
