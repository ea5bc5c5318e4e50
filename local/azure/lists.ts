import type { Cloud } from './cloud';
import { kinds } from './kinds';
import type { Kind, Reply } from './kinds/kind';
import { groupNamed, groupType } from './kinds/resourceGroups';
import { skuEntry, sizes } from './kinds/skus';
import { usagesOf } from './kinds/usages';
import type { ArmRequest, ArmResource } from './types';

/** GET of a list: one page, and where the next one is. */
export function listReply(cloud: Cloud, request: ArmRequest, entries: unknown[]): Reply {
  const skip = Number(request.query.get('$skiptoken') ?? 0);
  const next = skip + cloud.options.pageSize;
  const page = entries.slice(skip, next);
  if (next >= entries.length) return { status: 200, body: { value: page } };
  const query = new URLSearchParams(request.query);
  query.set('$skiptoken', String(next));
  return {
    status: 200,
    body: { value: page, nextLink: `${cloud.endpoint}${request.path}?${query.toString()}` },
  };
}

/** Resources of one type: of the subscription, of a group or below a parent. */
export function listKind(
  cloud: Cloud,
  request: ArmRequest,
  kind: Kind,
  within: { subscription: string; group?: string; parent?: string },
): Reply {
  if (within.group !== undefined) groupNamed(cloud, within.subscription, within.group);
  const expand = request.query.get('$expand') ?? '';
  // The only filters in use ask for machines of a scale set; there is none.
  const none = /virtualMachineScaleSet\/id/i.test(request.query.get('$filter') ?? '');
  const found = none ? [] : cloud.store.list(kind.type, within);
  return listReply(
    cloud,
    request,
    found.map((resource) => {
      const rendered = kind.render(cloud, resource);
      return expand === '' || !kind.expand ? rendered : kind.expand(cloud, rendered, expand);
    }),
  );
}

/** GET on all groups, or on everything that lies directly in one. */
export function listGroups(cloud: Cloud, request: ArmRequest, subscription: string, group?: string): Reply {
  if (group === undefined) return listReply(cloud, request, cloud.store.list(groupType, { subscription }));
  groupNamed(cloud, subscription, group);
  const inGroup = [...kinds.values()]
    .filter((kind) => kind.type.split('/').length === 2)
    .flatMap((kind) => cloud.store.list(kind.type, { subscription, group }))
    .map(({ id, name, type, location, tags }: ArmResource) => ({
      id,
      name,
      type,
      ...(location === undefined ? {} : { location }),
      ...(tags === undefined ? {} : { tags }),
    }));
  return listReply(cloud, request, inGroup);
}

/** GET on resource SKUs; only the location filter is known. */
export function listSkus(cloud: Cloud, request: ArmRequest, subscription: string): Reply {
  const { withheldSizes = [] } = cloud.subscriptions.limitsOf(subscription);
  const [, location] = /location eq '([^']+)'/i.exec(request.query.get('$filter') ?? '') ?? [];
  return listReply(
    cloud,
    request,
    sizes.map((size) => skuEntry(size, location ?? 'westeurope', withheldSizes.includes(size.name))),
  );
}

export function listUsages(cloud: Cloud, request: ArmRequest, subscription: string, location: string): Reply {
  return listReply(cloud, request, usagesOf(cloud, { subscription, location: location.toLowerCase() }));
}
