/** ARM ids and paths. Ids compare in lower case; what they name keeps the letter case it was created with. */

export interface ResourceTarget {
  subscription: string;
  group: string;
  /** `Microsoft.Network/virtualNetworks/subnets`, in the case of the table of known types. */
  type: string;
  /** One name per type segment, the resource's own last. */
  names: string[];
}

export type ParsedPath =
  | { form: 'resource'; target: ResourceTarget }
  /** `scope` is the parent resource of a list of children. */
  | { form: 'list'; type: string; subscription: string; group?: string; scope?: ResourceTarget }
  | { form: 'action'; target: ResourceTarget; action: string }
  | { form: 'group'; subscription: string; group: string }
  | { form: 'groups'; subscription: string }
  | { form: 'groupResources'; subscription: string; group: string }
  /** Below a provider without a resource: skus, locations/x/usages, locations/x/operations/id ... */
  | { form: 'provider'; subscription: string; provider: string; rest: string[] }
  | { form: 'jobs'; subscription: string; id: string }
  | { form: 'unknown' };

export function key(id: string): string {
  return id.toLowerCase();
}

export function sameId(a: string, b: string): boolean {
  return key(a) === key(b);
}

export function lastName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

/** The id of the resource that holds this child: two segments less. */
export function parentId(id: string): string {
  return id.split('/').slice(0, -2).join('/');
}

export function groupId(subscription: string, group: string): string {
  return `/subscriptions/${subscription}/resourceGroups/${group}`;
}

/** The subscription of a resource, or of a path below one. */
export function subscriptionOf(id: string): string {
  return id.split('/')[2] ?? '';
}

export function groupOf(id: string): string {
  return id.split('/')[4] ?? '';
}

export function idOf(target: ResourceTarget): string {
  const [provider, ...types] = target.type.split('/');
  const pairs = types.map((type, index) => `${type}/${target.names[index] ?? ''}`);
  return `${groupId(target.subscription, target.group)}/providers/${provider}/${pairs.join('/')}`;
}

/** The target one level up; undefined for a resource that lies directly in its group. */
export function parentOf(target: ResourceTarget): ResourceTarget | undefined {
  if (target.names.length < 2) return undefined;
  return {
    ...target,
    type: target.type.slice(0, target.type.lastIndexOf('/')),
    names: target.names.slice(0, -1),
  };
}

/**
 * Takes a path apart.
 * @param typeOf known types: gives the canonical spelling of a type, undefined for one that is not served
 */
export function parsePath(path: string, typeOf: (type: string) => string | undefined): ParsedPath {
  const segments = path.split('/').filter(Boolean).map(decodeURIComponent);
  const [subscriptions, subscription, second, third, ...rest] = segments;
  if (subscriptions?.toLowerCase() !== 'subscriptions' || subscription === undefined)
    return { form: 'unknown' };
  const word = second?.toLowerCase();
  if (word === 'operationresults' && third !== undefined) return { form: 'jobs', subscription, id: third };
  if (word === 'providers' && third !== undefined) {
    const type = rest.length === 1 ? typeOf(`${third}/${rest[0]}`) : undefined;
    return type === undefined
      ? { form: 'provider', subscription, provider: third, rest }
      : { form: 'list', type, subscription };
  }
  if (word !== 'resourcegroups') return { form: 'unknown' };
  if (third === undefined) return { form: 'groups', subscription };
  if (rest.length === 0) return { form: 'group', subscription, group: third };
  if (rest.length === 1 && rest[0] === 'resources')
    return { form: 'groupResources', subscription, group: third };
  return parseProviderPart(subscription, third, rest, typeOf);
}

function parseProviderPart(
  subscription: string,
  group: string,
  rest: string[],
  typeOf: (type: string) => string | undefined,
): ParsedPath {
  const [providers, provider, ...pairs] = rest;
  if (providers?.toLowerCase() !== 'providers' || provider === undefined) return { form: 'unknown' };
  const types = [provider, ...pairs.filter((_, index) => index % 2 === 0)];
  const names = pairs.filter((_, index) => index % 2 === 1);
  const whole = typeOf(types.join('/'));
  const holder = typeOf(types.slice(0, -1).join('/'));
  if (pairs.length % 2 === 0) {
    return whole === undefined || names.length === 0
      ? { form: 'unknown' }
      : { form: 'resource', target: { subscription, group, type: whole, names } };
  }
  const scope = holder === undefined ? undefined : { subscription, group, type: holder, names };
  if (whole !== undefined)
    return { form: 'list', type: whole, subscription, group, ...(scope ? { scope } : {}) };
  const action = types.at(-1);
  return scope && action !== undefined ? { form: 'action', target: scope, action } : { form: 'unknown' };
}
