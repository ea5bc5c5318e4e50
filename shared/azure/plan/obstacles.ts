import { canNest } from '../../network/sizes';
import { routesPerTable } from '../../network/routing';
import type { HostLayout } from '../layout';
import { obstacleFrom, type Obstacle } from '../obstacle';
import { brokenPeerings, hopTable, peeredNetwork } from '../peeringChecks';
import { judgeOutbound, judgeSize } from '../preflight';
import { findSubnet } from '../resources/subnet';
import { judgeRoom } from '../room';
import { hostRouting, type ObservedRouting } from '../routing';
import type { ObservedHost } from './observe';

/** Everything that makes the host impossible as far as it can be read, all at once. `expected`: with the subnets to come. */
export function findObstacles(
  layout: HostLayout,
  observed: ObservedHost,
  expected: ObservedRouting,
): Obstacle[] {
  const { own } = observed.routing;
  const nesting = canNest(layout.spec.size);
  return [
    ...(own ? [] : [vnetGone(layout)]),
    ...(nesting.ok ? [] : [{ class: 'invalid' as const, code: 'SizeCannotNest', message: nesting.reason }]),
    ...(own ? judgeRouting(layout, expected) : []),
    ...judgePeerings(layout, observed.routing),
    ...(own ? judgeRoom(layout, own) : []),
    ...addressesInUse(layout, observed),
    ...judgeSize(layout.spec.size, layout.location, observed.skus, observed.usages),
    ...(own ? outbound(layout, observed) : []),
    ...keptDisk(layout, observed),
  ];
}

const vnetGone = ({ network, definition }: HostLayout): Obstacle => ({
  class: 'invalid',
  code: 'VirtualNetworkNotFound',
  message: `The VNet ${definition.virtualNetwork.name} of ${network} is gone. Make it again, or define the network anew.`,
});

function judgeRouting(layout: HostLayout, expected: ObservedRouting): Obstacle[] {
  return hostRouting(layout, expected).problems.map(({ code, detail, routes }) => ({
    class: 'invalid',
    code,
    message: detail,
    ...(routes === undefined
      ? {}
      : {
          limit: {
            limit: routesPerTable,
            used: routes,
            needed: 1,
            remedy: 'Remove routes, or give the subnet another table.',
          },
        }),
  }));
}

/** Peerings were judged when the network was defined; since then others may have changed them. */
const judgePeerings = (layout: HostLayout, { networks, tables }: ObservedRouting): Obstacle[] =>
  brokenPeerings(layout, networks.map(peeredNetwork), tables.map(hopTable)).map(({ detail }) => ({
    class: 'invalid',
    code: 'PeeringBroken',
    message: detail,
  }));

function outbound(layout: HostLayout, { routing, natGateway, natTable }: ObservedHost): Obstacle[] {
  const subnet = routing.own && findSubnet(routing.own, layout.natSubnet.id);
  const failure = judgeOutbound(layout.definition, subnet, natGateway, natTable);
  return failure ? [obstacleFrom(failure)] : [];
}

/** A data disk that an earlier teardown kept stands in the way of a new one of that name. */
function keptDisk({ dataDisk: wish }: HostLayout, { dataDisk, virtualMachine }: ObservedHost): Obstacle[] {
  if (!wish || !dataDisk || virtualMachine) return [];
  const message = `A disk named ${wish.name} exists without its VM, kept by an earlier teardown. Copy or remove it, or choose another host name.`;
  return [{ class: 'invalid', code: 'DataDiskExists', message }];
}

/** A host of which a part is there already is given no other address. */
function addressesInUse({ nic1, nic2 }: HostLayout, observed: ObservedHost): Obstacle[] {
  const missing = [...(observed.nic1 ? [] : [nic1]), ...(observed.nic2 ? [] : [nic2])];
  return missing.flatMap(({ name, address }) => {
    const holder = observed.occupied.addresses.find((one) => one.address === address);
    if (!holder) return [];
    const message = `${address} is promised to ${name}, but ${holder.by ?? 'somebody else'} has it. Free it, or tear the host down and order it again: it is then given the next one.`;
    return [{ class: 'invalid', code: 'AddressInUse', message }];
  });
}
