import { formatPrefix } from '../ipv4';
import { readPrefix, type EffectiveRoute } from '../walk';

/** Next hops as Azure spells them in effective routes, in lower case. */
const kinds: Record<string, EffectiveRoute['nextHopType']> = {
  virtualappliance: 'VirtualAppliance',
  vnetlocal: 'VnetLocal',
  internet: 'Internet',
  virtualnetworkgateway: 'VirtualNetworkGateway',
  hypernetgateway: 'VirtualNetworkGateway',
  vnetpeering: 'VNetPeering',
  vnetglobalpeering: 'VNetPeering',
  none: 'None',
};

/** Routes of the platform to its own services: to service endpoints, and the /32 of a private endpoint. */
const ofServices = ['virtualnetworkserviceendpoint', 'interfaceendpoint'];

/**
 * The answer to `effectiveRouteTable` as the packet walk has its routes: one prefix each, IPv4 only, without those to
 * services. Undefined if it is no such answer.
 */
export function readEffectiveRoutes(answer: unknown): EffectiveRoute[] | undefined {
  const { value } = fields(answer);
  return Array.isArray(value) ? value.flatMap(routesIn) : undefined;
}

function routesIn(entry: unknown): EffectiveRoute[] {
  const { addressPrefix, nextHopType, nextHopIpAddress, source, state, name } = fields(entry);
  const kind = text(nextHopType).toLowerCase();
  if (ofServices.includes(kind)) return [];
  const [hop] = texts(nextHopIpAddress);
  return texts(addressPrefix)
    .flatMap((prefix) => readPrefix(prefix) ?? [])
    .map((prefix) => ({
      prefix: formatPrefix(prefix),
      source: sourceOf(text(source)),
      // What is not said to be overruled counts.
      state: text(state).toLowerCase() === 'invalid' ? 'Invalid' : 'Active',
      nextHopType: kinds[kind] ?? 'Unknown',
      ...(hop === undefined ? {} : { nextHopAddress: hop }),
      ...(text(name) === '' ? {} : { name: text(name) }),
    }));
}

const sourceOf = (said: string): EffectiveRoute['source'] => {
  const lower = said.toLowerCase();
  if (lower === 'user') return 'User';
  return lower === 'virtualnetworkgateway' ? 'VirtualNetworkGateway' : 'Default';
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((one): one is string => typeof one === 'string');

const fields = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
