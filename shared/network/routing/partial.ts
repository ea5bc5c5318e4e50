import type { NetworkView, SubnetFacts } from '../walk';
import { planRouting } from './plan';
import type { RoutingPlan, RoutingWish } from './wish';

/** What a view lacks, because it may not be read, and what is known of it all the same. Ids in lower case. */
export interface Unseen {
  /** VNets and tables. */
  ids: readonly string[];
  /** Subnets that the tables in the view are on. */
  on: readonly { tableId: string; subnetIds: readonly string[] }[];
  /** Table of ours that may be made where it is missing. */
  home: string;
}

/**
 * The plan as far as what was read proves it. Left out are subnets and tables that were not, whatever may be on a way through
 * an appliance that was not, and tables of ours that would have to be made elsewhere: where one belongs hangs on all VNets.
 */
export function planSeen(view: NetworkView, wish: RoutingWish, unseen: Unseen): RoutingPlan {
  const { ids, home } = unseen;
  if (ids.length === 0) return planRouting(view, wish);
  const hinted = withHinted(view, unseen);
  const subnetOf = (id: string) => hinted.subnets.find((one) => one.id === id);
  const hidden = ({ routeTableId }: SubnetFacts) => routeTableId !== undefined && ids.includes(routeTableId);
  const lan = subnetOf(wish.lanSubnetId);
  // Which way guests answer is asked of every plan.
  if (lan && hidden(lan)) return { tables: [], problems: [] };
  const routed = wish.routed.filter(({ id }) => {
    const subnet = subnetOf(id);
    return subnet ? !hidden(subnet) : !ids.some((network) => id.startsWith(`${network}/subnets/`));
  });
  const { tables, problems } = planRouting(hinted, { ...wish, routed });
  const isThere = (table: string) => view.routeTables.some(({ id }) => id === table);
  return {
    tables: tables.filter(({ id }) => !ids.includes(id) && (id === home || isThere(id))),
    problems: problems.filter(({ code }) => code !== 'ApplianceUnknown'),
  };
}

/** A table names the subnets that it is on, those of VNets that were not read, too: whatever is in it holds for them. */
function withHinted(view: NetworkView, { ids, on }: Unseen): NetworkView {
  const bare = { ranges: [], peerings: [] };
  const nameOf = (id: string) => id.slice(id.lastIndexOf('/') + 1);
  const networks = ids.filter((id) => id.includes('/virtualnetworks/'));
  const subnets = networks.flatMap((virtualNetworkId) =>
    on.flatMap(({ tableId, subnetIds }) =>
      subnetIds
        .filter((id) => id.startsWith(`${virtualNetworkId}/subnets/`))
        .map((id) => ({
          ...{ id, name: nameOf(id), virtualNetworkId, prefixes: [], routeTableId: tableId },
          ...{ natGateway: false, defaultOutboundAccess: false },
        })),
    ),
  );
  return {
    ...view,
    virtualNetworks: [...view.virtualNetworks, ...networks.map((id) => ({ id, name: nameOf(id), ...bare }))],
    subnets: [...view.subnets, ...subnets],
  };
}
