import { sameId } from '../azure/ids';
import { virtualNetworkId } from '../network/ids';
import { covers, parsePrefix } from '../network/ipv4';
import type { Finding } from '../records/reconciliation';
import { isIpv4, lower, type ObservedSubnet } from './facts';
import { blocked, blockersOf, type Scope } from './scope';

const ghostedName = /^Ghosted-(.+)$/i;

/** Subnets that Azure does not let carry a route of ours, or that take no part in routing to guests. */
const platformSubnets = new Set([
  'azurebastionsubnet',
  'routeserversubnet',
  'azurefirewallsubnet',
  'azurefirewallmanagementsubnet',
  'gatewaysubnet',
]);

export function diagnoseSubnets(scope: Scope): Finding[] {
  const own = scope.observed.subnets.filter(({ id }) => isOfNetwork(scope, id));
  return [
    ...own.flatMap((subnet) => orphan(scope, subnet)),
    ...own.flatMap((subnet) => foreignNic(scope, subnet)),
    ...own.flatMap((subnet) => unrouted(scope, subnet)),
    ...scope.settled.flatMap((layout) =>
      own.some((subnet) => sameId(subnet.id, layout.ghostedSubnet.id))
        ? []
        : [
            scope.finding({
              kind: 'ghostedSubnetGone',
              what: layout.ghostedSubnet.id,
              host: layout.host,
              subnet: layout.ghostedSubnet.name,
              prefix: layout.ghostedSubnet.prefix,
              evidence: [`${layout.host} is ready`, 'no such subnet in the VNet'],
              remedy: 'repair',
              detail: `${layout.ghostedSubnet.name} is gone; somebody else could take ${layout.ghostedSubnet.prefix}.`,
            }),
          ],
    ),
  ];
}

const isOfNetwork = ({ promised }: Scope, id: string) =>
  lower(id).startsWith(`${lower(virtualNetworkId(promised.network.definition))}/`);

/**
 * A subnet that carries our name form, lies in a pool and is promised to nobody. Name and prefix alone prove nothing about
 * whose it is: it can be deleted only while the ledger says that this very prefix of this very host is being released.
 */
function orphan(scope: Scope, subnet: ObservedSubnet): Finding[] {
  const name = adoptedHost(scope, subnet) ?? ghostedName.exec(subnet.name)?.[1];
  const prefix = subnet.prefixes.find((one) => scope.inPools(one) && !isPromised(scope, one));
  if (name === undefined || prefix === undefined) return [];
  const entry = scope.entryFor(prefix);
  // Another network on the same VNet is releasing it.
  if (entry && entry.network !== scope.promised.network.name) return [];
  const common = { kind: 'orphanedGhostedSubnet', what: subnet.id, subnet: subnet.name, prefix } as const;
  const proven =
    entry !== undefined &&
    lower(entry.host) === lower(name) &&
    subnet.prefixes.every((one) => one === prefix);
  if (!proven) {
    const detail = `${subnet.name} (${prefix}) lies in a ghosted pool, but no host was promised it.`;
    return [
      scope.finding({
        ...common,
        evidence: ['no promise by this name and prefix'],
        remedy: 'report',
        detail,
      }),
    ];
  }
  return [
    scope.finding({
      ...common,
      host: entry.host,
      evidence: [
        `name of the host ${entry.host}`,
        `prefix ${prefix}`,
        `ledger entry is being released since operation ${entry.operation}`,
      ],
      remedy: 'delete',
      ...blocked(
        blockersOf(scope, entry.host, [
          subnet.occupants.length > 0 && `${subnet.occupants[0]} lives in it.`,
          subnet.services.length > 0 && `It is delegated or linked: ${subnet.services[0]}.`,
          subnet.tableId !== undefined && `The route table ${subnet.tableId} is associated with it.`,
        ]),
      ),
      detail: `${subnet.name} (${prefix}) was left behind by an operation on ${entry.host}.`,
    }),
  ];
}

/** Host whose adoption found this subnet. */
const adoptedHost = ({ promised }: Scope, { name }: ObservedSubnet) =>
  promised.hosts.find(({ adopted }) => lower(adopted?.ghostedSubnet ?? '') === lower(name))?.name;

function isPromised(scope: Scope, prefix: string): boolean {
  const entry = scope.entryFor(prefix);
  if (entry) return entry.state !== 'releasing';
  return scope.promised.hosts.some((host) => host.addresses?.ghostedPrefix === prefix);
}

/** A NIC in a ghosted subnet takes an address from guests, and Azure sends packets for it to the wrong place. */
function foreignNic(scope: Scope, subnet: ObservedSubnet): Finding[] {
  const [occupant] = subnet.occupants;
  const entry = subnet.prefixes.map((prefix) => scope.entryFor(prefix)).find((found) => found !== undefined);
  if (occupant === undefined || entry?.network !== scope.promised.network.name) return [];
  return [
    scope.finding({
      kind: 'foreignNetworkInterface',
      what: subnet.id,
      host: entry.host,
      subnet: subnet.name,
      prefix: entry.ghostedPrefix,
      evidence: subnet.occupants.slice(0, 5),
      remedy: 'report',
      detail: `${occupant} lives in ${subnet.name}, where the addresses belong to the guests of ${entry.host}. Move it.`,
    }),
  ];
}

/** A subnet that the definition does not name: its members do not reach guests. */
function unrouted(scope: Scope, subnet: ObservedSubnet): Finding[] {
  const { definition } = scope.promised.network;
  const named = [definition.natSubnet, definition.lanSubnet, ...definition.routedSubnets];
  const translated = (definition.natPrefixes ?? []).filter(isIpv4).map((prefix) => parsePrefix(prefix));
  const known =
    named.some(({ name }) => lower(name) === lower(subnet.name)) ||
    scope.routing.crossed.includes(lower(subnet.id)) ||
    platformSubnets.has(lower(subnet.name)) ||
    ghostedName.test(subnet.name) ||
    subnet.prefixes.filter(isIpv4).some((text) => {
      const prefix = parsePrefix(text, 'clear');
      return scope.inPools(text) || translated.some((range) => covers(range, prefix));
    });
  if (known) return [];
  return [
    scope.finding({
      kind: 'newUnroutedSubnet',
      what: subnet.id,
      subnet: subnet.name,
      ...(subnet.prefixes[0] === undefined ? {} : { prefix: subnet.prefixes[0] }),
      evidence: ['not named by the network definition'],
      remedy: 'report',
      detail: `${subnet.name} is no routed subnet: its members do not reach guests. Add it to the definition if they should.`,
    }),
  ];
}
