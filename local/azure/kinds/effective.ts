import type { Cloud } from '../cloud';
import { networkError } from '../errors';
import { parentId, sameId } from '../ids';
import { formatRange } from '../ipv4';
import { asArray, asString, at } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource } from '../types';
import { effectiveRoutes } from '../walk/effectiveRoutes';
import type { EffectiveRoute } from '../walk/effectiveRoutes';
import { topologyOf } from '../walk/topology';
import { gatewayType } from './gateways';
import type { ExistingCall, Reply } from './kind';
import { peeringType } from './peerings';
import { following, ipConfigurations, machineOf } from './writing';

/** POST effectiveRouteTable and effectiveNetworkSecurityGroups: what the host of a running machine has programmed. */

export function effectiveRouteTable(call: ExistingCall): Reply {
  return asked(call, 'GetEffectiveRouteTableOperation', () => routesOf(call.cloud, call.existing));
}

export function effectiveSecurityGroups(call: ExistingCall): Reply {
  return asked(call, 'GetEffectiveNetworkSecurityGroupsOperation', () => groupsOf(call.cloud, call.existing));
}

function asked({ cloud, existing, request }: ExistingCall, name: string, look: () => JsonObject[]): Reply {
  const vm = machineOf(cloud, existing.id);
  if (!vm || cloud.machine(vm.id)?.power !== 'running') {
    // Unverified: the code. That only a running machine's interface is answered, and with 400, is certain.
    throw networkError(
      400,
      'NetworkInterfaceNotAttachedToRunningVm',
      `Network interface ${existing.id} must be attached to a running virtual machine to get its effective ` +
        'configuration.',
    );
  }
  const operation = cloud.operations.begin({
    service: 'network',
    name,
    location: existing.location ?? '',
    resourceId: existing.id,
    seconds: cloud.latency('effectiveRoutes'),
    request,
    done: () => ({ value: look() }),
    failed: () => undefined,
  });
  return { status: 202, headers: following(cloud, operation, { location: true, retryAfter: 10 }) };
}

function subnetOf(cloud: Cloud, nic: ArmResource): ArmResource | undefined {
  return cloud.store.get(asString(at(ipConfigurations(nic)[0]?.properties, 'subnet', 'id')) ?? '');
}

function routesOf(cloud: Cloud, nic: ArmResource): JsonObject[] {
  const subnet = subnetOf(cloud, nic);
  if (!subnet) return [];
  const tableId = asString(at(subnet.properties, 'routeTable', 'id'));
  const table = tableId === undefined ? undefined : cloud.store.get(tableId);
  const { store } = cloud;
  const types = ['Microsoft.Network/virtualNetworks', peeringType, gatewayType];
  const topology = topologyOf({
    resources: [
      ...[...types, 'Microsoft.Network/connections', 'Microsoft.Network/localNetworkGateways'].flatMap(
        (type) => store.list(type),
      ),
      subnet,
      ...store
        .list('Microsoft.Network/virtualNetworks/subnets')
        .filter(({ id, name }) => name.toLowerCase() === 'gatewaysubnet' && !sameId(id, subnet.id)),
      ...(table ? [table, ...store.list('Microsoft.Network/routeTables/routes', { parent: table.id })] : []),
    ],
    guests: {},
    powerState: () => 'running',
  });
  const own = topology.subnets.find(({ id }) => sameId(id, subnet.id));
  const propagates = table?.properties.disableBgpRoutePropagation !== true;
  return own ? effectiveRoutes(topology, own).map((route) => shown(route, propagates)) : [];
}

function shown(route: EffectiveRoute, propagates: boolean): JsonObject {
  return {
    ...(route.name === undefined ? {} : { name: route.name }),
    disableBgpRoutePropagation: !propagates,
    source: route.source,
    state: route.active ? 'Active' : 'Invalid',
    hasBgpOverride: false,
    addressPrefix: [formatRange(route.range)],
    nextHopType: route.type,
    nextHopIpAddress: route.nextHop === undefined ? [] : [route.nextHop],
    destinationServiceTags: [],
    tagMap: {},
  };
}

function groupsOf(cloud: Cloud, nic: ArmResource): JsonObject[] {
  const subnet = subnetOf(cloud, nic);
  const entries: [string, ArmResource | undefined][] = [
    ['networkInterface', nic],
    ['subnet', subnet],
  ];
  return entries.flatMap(([association, holder]) => {
    const id = asString(at(holder?.properties, 'networkSecurityGroup', 'id'));
    const group = id === undefined ? undefined : cloud.store.get(id);
    if (!group || !holder) return [];
    return [
      {
        networkSecurityGroup: { id: group.id },
        association: { [association]: { id: holder.id } },
        effectiveSecurityRules: [
          ...rulesOf(group, 'securityRules'),
          ...rulesOf(group, 'defaultSecurityRules'),
        ],
        tagMap: { VirtualNetwork: spaceAround(cloud, holder.id === nic.id ? subnet : holder) },
      },
    ];
  });
}

function rulesOf(group: ArmResource, list: string): JsonObject[] {
  return asArray(group.properties[list]).map((rule) => {
    const properties = at(rule, 'properties');
    const one = (single: string, several: string): string[] => [
      ...(asString(at(properties, single)) === undefined ? [] : [String(at(properties, single))]),
      ...asArray(at(properties, several)).map(String),
    ];
    return {
      name: `${list}/${String(at(rule, 'name'))}`,
      protocol: at(properties, 'protocol') === '*' ? 'All' : at(properties, 'protocol'),
      sourcePortRanges: one('sourcePortRange', 'sourcePortRanges'),
      destinationPortRanges: one('destinationPortRange', 'destinationPortRanges'),
      sourceAddressPrefixes: one('sourceAddressPrefix', 'sourceAddressPrefixes'),
      destinationAddressPrefixes: one('destinationAddressPrefix', 'destinationAddressPrefixes'),
      access: at(properties, 'access'),
      priority: at(properties, 'priority'),
      direction: at(properties, 'direction'),
    };
  });
}

function spaceAround(cloud: Cloud, subnet: ArmResource | undefined): string[] {
  const vnet = subnet && cloud.store.get(parentId(subnet.id));
  if (!vnet) return [];
  const peers = cloud.store
    .list(peeringType, { parent: vnet.id })
    .filter(({ properties }) => properties.peeringState === 'Connected')
    .flatMap(({ properties }) => asArray(at(properties, 'remoteAddressSpace', 'addressPrefixes')));
  return [...asArray(at(vnet.properties, 'addressSpace', 'addressPrefixes')), ...peers].map(String);
}
