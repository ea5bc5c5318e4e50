import { blockingRules } from '../../network/routing';
import type { HostAddresses } from '../../records/types';
import { tagNames, type HostLayout } from '../layout';
import type { Obstacle } from '../obstacle';
import { routingWish, type ObservedRouting } from '../routing';
import { viewOf } from '../view';
import { estimateSeconds } from './duration';
import { expectedRouting } from './expected';
import { planGuest } from './guest';
import type { ObservedHost } from './observe';
import { findObstacles } from './obstacles';
import { withObstacles } from './obstruct';
import { planResources, type Planned } from './resources';
import { planRoutes } from './routes';
import { settled } from './settled';
import { operationPlaceholder, type HostPlan } from './types';

export { absentOf } from './absent';
export { addGovernance, observeGovernance, type Governance } from './governance';
export { observeHost, type ObservedHost } from './observe';
export { placeHost, type Place } from './place';
export { withObstacles } from './obstruct';
export type * from './types';

/**
 * The complete plan of a host. Pure: the layout is request, definition and promise, `observed` is Azure. Step 0 of a
 * provisioning and a dry run both decide by it; what it says is written is what the steps write, because it asks the same
 * desired states.
 */
export function planHost(layout: HostLayout, observed: ObservedHost): HostPlan {
  const still = settled(observed);
  const neutral = { ...layout, tags: { ...layout.tags, [tagNames.operation]: operationPlaceholder } };
  const expected = expectedRouting(neutral, still.routing);
  const { own } = still.routing;
  const all = own ? [...planResources(neutral, still), ...planRoutes(neutral, expected)] : [];
  const resources = all.map(({ resource }) => resource);
  const done = still.verified && resources.every(({ change }) => change === 'unchanged');
  const guest = own && !done ? planGuest(neutral, own, still) : [];
  const addresses: HostAddresses = {
    ghostedPrefix: layout.route.prefix,
    natAddress: layout.nic1.address,
    lanAddress: layout.nic2.address,
  };
  return withObstacles(
    {
      network: layout.network,
      host: layout.host,
      empty: resources.every(({ change }) => change === 'unchanged') && guest.length === 0,
      estimatedSeconds: estimateSeconds(resources, guest),
      addresses,
      resources,
      guest,
      obstacles: [],
      warnings: findWarnings(neutral, still, expected),
    },
    withRefusals(findObstacles(neutral, still, expected), all),
  );
}

/** A refused write is often told by a look ahead already, in the same words. */
function withRefusals(obstacles: Obstacle[], looks: Planned[]): Obstacle[] {
  const refusals = looks.flatMap(({ refusal }) => (refusal ? [refusal] : []));
  const all = [...obstacles, ...refusals];
  return all.filter(({ message }, index) => all.findIndex((one) => one.message === message) === index);
}

/** What is worth knowing and stops nothing: rules of security groups that guests meet, and what is only believed. */
function findWarnings(layout: HostLayout, observed: ObservedHost, expected: ObservedRouting): string[] {
  const { networks, tables } = expected;
  const { groups } = observed;
  const known = groups.filter((group) => typeof group !== 'string');
  const unknown = groups.filter((group) => typeof group === 'string');
  return [
    ...unknown,
    ...blockingRules(viewOf({ networks, tables, groups: known }), routingWish(layout, networks)),
    ...believed(layout, observed),
  ];
}

/** By which routes NIC 1 gets out can be asked of Azure only when its machine runs. */
function believed({ definition, natSubnet }: HostLayout, { nic1 }: ObservedHost): string[] {
  if (definition.outbound.kind !== 'existing' || nic1) return [];
  return [
    `That ${natSubnet.name} has a way to the internet is taken from its configuration; the step verify asks Azure for the routes in force at NIC 1.`,
  ];
}
