import type { WindowsState } from '../guest';
import { key } from '../ids';
import { parseRange } from '../ipv4';
import type { Range } from '../ipv4';
import { asArray, asString, at } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource, PowerState } from '../types';
import { children, indexed, ofType } from './resources';
import type { Indexed } from './resources';
import type { WalkView } from './types';

/** The resources as a network: who is connected to what. */

export interface Peering {
  remote: string;
  connected: boolean;
  /** Traffic between the networks is let through unasked. */
  access: boolean;
  allowsForwarded: boolean;
  allowsTransit: boolean;
  usesGateways: boolean;
  /** Remote ranges as of the last synchronisation; empty: those that the remote network has now. */
  ranges: Range[];
}

export interface Vnet {
  id: string;
  name: string;
  ranges: Range[];
  peerings: Peering[];
}

export interface UserRoute {
  name: string;
  table: string;
  range: Range;
  type: string;
  nextHop?: string;
}

export interface Subnet {
  id: string;
  name: string;
  range: Range;
  vnet: Vnet;
  routes: UserRoute[];
  /** Id of its route table. */
  table?: string;
  securityGroup?: string;
  natGateway: boolean;
  defaultOutbound: boolean;
  /** Its table lets routes of gateways through. */
  gatewayRoutes: boolean;
  /** Its table lets routes to peers through. */
  peeringRoutes: boolean;
  holdsGateway: boolean;
}

export interface Gateway {
  id: string;
  name: string;
  address: string;
  subnet: Subnet;
  /** On premises: learned by BGP, or of the local networks connected to it. */
  prefixes: Range[];
}

export interface Nic {
  id: string;
  name: string;
  address: string;
  mac?: string;
  subnet: Subnet;
  vm?: Vm;
  primary: boolean;
  ipForwarding: boolean;
  publicAddress: boolean;
  securityGroup?: string;
  /** Ids of the application security groups that it is in, in lower case. */
  applications: string[];
}

export interface Vm {
  id: string;
  name: string;
  nics: Nic[];
  power: PowerState;
  guest?: WindowsState;
  /** Services of the platform that answer only what the machine's own agent has signed. */
  signed: ('wireServer' | 'imds')[];
}

export interface Topology {
  vnets: Vnet[];
  subnets: Subnet[];
  nics: Nic[];
  vms: Vm[];
  gateways: Gateway[];
  securityGroups: Map<string, SecurityRule[]>;
}

export interface SecurityRule {
  name: string;
  properties: JsonObject;
}

const network = 'microsoft.network';

export function topologyOf(source: WalkView): Topology {
  const view = indexed(source);
  const vnets = ofType(view, `${network}/virtualnetworks`).map((vnet) => vnetOf(view, vnet));
  const subnets = vnets.flatMap((vnet) => subnetsOf(view, vnet));
  const vms = ofType(view, 'microsoft.compute/virtualmachines').map((vm): Vm => {
    const guest = view.guests[key(vm.id)];
    return {
      id: vm.id,
      name: vm.name,
      nics: [],
      power: view.powerState(vm.id),
      ...(guest ? { guest } : {}),
      signed: signedServices(at(vm.properties, 'securityProfile', 'proxyAgentSettings')),
    };
  });
  const nics = ofType(view, `${network}/networkinterfaces`).flatMap((nic) => nicOf(nic, subnets));
  connect(view, vms, nics);
  const securityGroups = new Map(
    ofType(view, `${network}/networksecuritygroups`).map((group) => [
      key(group.id),
      children(view, group, 'securityRules').map(({ name, properties }) => ({ name, properties })),
    ]),
  );
  const gateways = ofType(view, `${network}/virtualnetworkgateways`).flatMap((gateway) =>
    gatewayOf(view, gateway, subnets),
  );
  return { vnets, subnets, nics, vms, gateways, securityGroups };
}

/** Azure's metadata security protocol. */
function signedServices(settings: unknown): Vm['signed'] {
  if (at(settings, 'enabled') !== true) return [];
  return (['wireServer', 'imds'] as const).filter((service) => at(settings, service, 'mode') === 'Enforce');
}

function ranges(value: unknown): Range[] {
  return asArray(value).flatMap((text) => parseRange(asString(text) ?? '') ?? []);
}

function vnetOf(view: Indexed, vnet: ArmResource): Vnet {
  return {
    id: vnet.id,
    name: vnet.name,
    ranges: ranges(at(vnet.properties, 'addressSpace', 'addressPrefixes')),
    peerings: children(view, vnet, 'virtualNetworkPeerings').map(({ properties }) => ({
      remote: key(asString(at(properties, 'remoteVirtualNetwork', 'id')) ?? ''),
      connected: properties.peeringState === 'Connected',
      access: properties.allowVirtualNetworkAccess !== false,
      allowsForwarded: properties.allowForwardedTraffic === true,
      allowsTransit: properties.allowGatewayTransit === true,
      usesGateways: properties.useRemoteGateways === true,
      ranges: ranges(at(properties, 'remoteAddressSpace', 'addressPrefixes')),
    })),
  };
}

function subnetsOf(view: Indexed, vnet: Vnet): Subnet[] {
  const resource = view.byId.get(key(vnet.id));
  if (!resource) return [];
  const tables = new Map<string, UserRoute[]>();
  return children(view, resource, 'subnets').flatMap(({ id, name, properties }) => {
    const prefix = asString(properties.addressPrefix) ?? asString(asArray(properties.addressPrefixes)[0]);
    const range = parseRange(prefix ?? '');
    if (!range) return [];
    const tableId = asString(at(properties, 'routeTable', 'id'));
    const table = tableId === undefined ? undefined : view.byId.get(key(tableId));
    const routes = table && (tables.get(table.id) ?? routesOf(view, table));
    if (table && routes) tables.set(table.id, routes);
    const group = asString(at(properties, 'networkSecurityGroup', 'id'));
    return [
      {
        id,
        name,
        range,
        vnet,
        routes: routes ?? [],
        ...(table ? { table: table.id } : {}),
        gatewayRoutes: table?.properties.disableBgpRoutePropagation !== true,
        peeringRoutes: !/^all$/i.test(asString(table?.properties.disablePeeringRoute) ?? ''),
        holdsGateway: name.toLowerCase() === 'gatewaysubnet',
        natGateway: asString(at(properties, 'natGateway', 'id')) !== undefined,
        defaultOutbound: properties.defaultOutboundAccess !== false,
        ...(group === undefined ? {} : { securityGroup: key(group) }),
      },
    ];
  });
}

function routesOf(view: Indexed, table: ArmResource): UserRoute[] {
  return children(view, table, 'routes').flatMap(({ name, properties }) => {
    const range = parseRange(asString(properties.addressPrefix) ?? '');
    const nextHop = asString(properties.nextHopIpAddress);
    const type = asString(properties.nextHopType) ?? 'None';
    return range
      ? [{ name, table: table.name, range, type, ...(nextHop === undefined ? {} : { nextHop }) }]
      : [];
  });
}

function nicOf(nic: ArmResource, subnets: Subnet[]): Nic[] {
  const configurations = asArray(nic.properties.ipConfigurations);
  const chosen =
    configurations.find((entry) => at(entry, 'properties', 'primary') === true) ?? configurations[0];
  const address = asString(at(chosen, 'properties', 'privateIPAddress'));
  const subnetId = asString(at(chosen, 'properties', 'subnet', 'id')) ?? '';
  const subnet = subnets.find(({ id }) => key(id) === key(subnetId));
  if (address === undefined || !subnet) return [];
  const mac = asString(nic.properties.macAddress);
  const group = asString(at(nic.properties, 'networkSecurityGroup', 'id'));
  return [
    {
      id: nic.id,
      name: nic.name,
      address,
      subnet,
      primary: false,
      ipForwarding: nic.properties.enableIPForwarding === true,
      publicAddress: at(chosen, 'properties', 'publicIPAddress') !== undefined,
      applications: asArray(at(chosen, 'properties', 'applicationSecurityGroups')).flatMap(
        (one) => asString(at(one, 'id'))?.toLowerCase() ?? [],
      ),
      ...(mac === undefined ? {} : { mac }),
      ...(group === undefined ? {} : { securityGroup: key(group) }),
    },
  ];
}

function gatewayOf(view: Indexed, gateway: ArmResource, subnets: Subnet[]): Gateway[] {
  const configuration = at(asArray(gateway.properties.ipConfigurations)[0], 'properties');
  const subnetId = asString(at(configuration, 'subnet', 'id')) ?? '';
  const subnet = subnets.find(({ id }) => key(id) === key(subnetId));
  if (!subnet) return [];
  const local = ofType(view, `${network}/connections`)
    .filter(({ properties }) => pointsAt(properties.virtualNetworkGateway1, gateway.id))
    .flatMap(({ properties }) => {
      const id = asString(at(properties.localNetworkGateway2, 'id')) ?? '';
      return ranges(at(view.byId.get(key(id))?.properties, 'localNetworkAddressSpace', 'addressPrefixes'));
    });
  const address = asString(at(configuration, 'privateIPAddress')) ?? '';
  const prefixes = [...ranges(gateway.properties['x-learnedPrefixes']), ...local];
  return [{ id: gateway.id, name: gateway.name, address, subnet, prefixes }];
}

function pointsAt(reference: unknown, id: string): boolean {
  return key(asString(at(reference, 'id')) ?? '') === key(id);
}

/** The machine says which interfaces it has and which is primary; a single one always is. */
function connect(view: Indexed, vms: Vm[], nics: Nic[]): void {
  for (const vm of vms) {
    const resource = view.byId.get(key(vm.id));
    const references = asArray(at(resource?.properties, 'networkProfile', 'networkInterfaces'));
    for (const reference of references) {
      const nic = nics.find(({ id }) => key(id) === key(asString(at(reference, 'id')) ?? ''));
      if (!nic) continue;
      nic.vm = vm;
      nic.primary = references.length === 1 || at(reference, 'properties', 'primary') === true;
      vm.nics.push(nic);
    }
  }
}
