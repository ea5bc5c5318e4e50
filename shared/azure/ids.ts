/** ARM resource ids: built with the provider's spelling, compared without regard to case. */

export interface ResourceGroupScope {
  subscriptionId: string;
  resourceGroup: string;
}

/** `types` and `names` alternate as in the id: `('Microsoft.Network', 'virtualNetworks', 'v', 'subnets', 's')`. */
export function armId(scope: ResourceGroupScope, provider: string, ...path: string[]): string {
  return `/subscriptions/${scope.subscriptionId}/resourceGroups/${scope.resourceGroup}/providers/${provider}/${path.join('/')}`;
}

export interface ParsedId extends ResourceGroupScope {
  provider: string;
  /** Names along the path: `[vnet, subnet]` for a subnet. */
  names: string[];
}

/** Throws on anything that is not the id of a resource in a resource group. */
export function parseId(id: string): ParsedId {
  const [, subscriptions, subscriptionId, groups, resourceGroup, providers, provider, ...path] =
    id.split('/');
  const names = path.filter((_, index) => index % 2 === 1);
  if (
    subscriptions?.toLowerCase() !== 'subscriptions' ||
    groups?.toLowerCase() !== 'resourcegroups' ||
    providers?.toLowerCase() !== 'providers' ||
    !subscriptionId ||
    !resourceGroup ||
    !provider ||
    names.length === 0
  ) {
    throw new Error(`Not the id of an Azure resource: ${id}`);
  }
  return { subscriptionId, resourceGroup, provider, names };
}

export function sameId(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();
}

/** Last name of an id: the subnet's, the route's, the VM's. */
export function nameOf(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}
