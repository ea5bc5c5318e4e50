import type { WindowsState } from '../guest';
import { key, lastName, parentId } from '../ids';
import { parseRange } from '../ipv4';
import type { Range } from '../ipv4';
import { asArray, asObject, asString, at } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource, PowerState } from '../types';
import type { WalkView } from './types';

/** The resources as a network: who is connected to what. */

export interface Peering {
  remote: string;
  connected: boolean;
  allowsForwarded: boolean;
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
  securityGroup?: string;
  natGateway: boolean;
  defaultOutbound: boolean;
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
}

export interface Vm {
  id: string;
  name: string;
  nics: Nic[];
  power: PowerState;
  guest?: WindowsState;
}

export interface Topology {
  vnets: Vnet[];
  subnets: Subnet[];
  nics: Nic[];
  vms: Vm[];
  securityGroups: Map<string, SecurityRule[]>;
}

export interface SecurityRule {
  name: string;
  properties: JsonObject;
}

const network = 'microsoft.network';

export function topologyOf(view: WalkView): Topology {
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
  return { vnets, subnets, nics, vms, securityGroups };
}

function ofType(view: WalkView, type: string): ArmResource[] {
  return view.resources.filter((resource) => resource.type.toLowerCase() === type);
}

interface Child {
  id: string;
  name: string;
  properties: JsonObject;
}

/** Children by either way of showing them; one that is a resource of its own is the newer truth. */
function children(view: WalkView, parent: ArmResource, collection: string): Child[] {
  const found = new Map<string, Child>();
  for (const entry of asArray(parent.properties[collection])) {
    const id = asString(at(entry, 'id')) ?? `${parent.id}/${collection}/${asString(at(entry, 'name')) ?? ''}`;
    const name = asString(at(entry, 'name')) ?? lastName(id);
    found.set(key(id), { id, name, properties: asObject(at(entry, 'properties')) });
  }
  const type = `${parent.type}/${collection}`.toLowerCase();
  for (const { id, name, properties } of ofType(view, type)) {
    if (key(parentId(id)) === key(parent.id)) found.set(key(id), { id, name, properties });
  }
  return [...found.values()];
}

function ranges(value: unknown): Range[] {
  return asArray(value).flatMap((text) => parseRange(asString(text) ?? '') ?? []);
}

function vnetOf(view: WalkView, vnet: ArmResource): Vnet {
  return {
    id: vnet.id,
    name: vnet.name,
    ranges: ranges(at(vnet.properties, 'addressSpace', 'addressPrefixes')),
    peerings: children(view, vnet, 'virtualNetworkPeerings').map(({ properties }) => ({
      remote: key(asString(at(properties, 'remoteVirtualNetwork', 'id')) ?? ''),
      connected: properties.peeringState === 'Connected' && properties.allowVirtualNetworkAccess !== false,
      allowsForwarded: properties.allowForwardedTraffic === true,
    })),
  };
}

function subnetsOf(view: WalkView, vnet: Vnet): Subnet[] {
  const resource = view.resources.find(({ id }) => id === vnet.id);
  if (!resource) return [];
  return children(view, resource, 'subnets').flatMap(({ id, name, properties }) => {
    const prefix = asString(properties.addressPrefix) ?? asString(asArray(properties.addressPrefixes)[0]);
    const range = parseRange(prefix ?? '');
    if (!range) return [];
    const table = asString(at(properties, 'routeTable', 'id'));
    const group = asString(at(properties, 'networkSecurityGroup', 'id'));
    return [
      {
        id,
        name,
        range,
        vnet,
        routes: table === undefined ? [] : routesOf(view, table),
        natGateway: asString(at(properties, 'natGateway', 'id')) !== undefined,
        defaultOutbound: properties.defaultOutboundAccess !== false,
        ...(group === undefined ? {} : { securityGroup: key(group) }),
      },
    ];
  });
}

function routesOf(view: WalkView, tableId: string): UserRoute[] {
  const table = ofType(view, `${network}/routetables`).find(({ id }) => key(id) === key(tableId));
  if (!table) return [];
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
      ...(mac === undefined ? {} : { mac }),
      ...(group === undefined ? {} : { securityGroup: key(group) }),
    },
  ];
}

/** The machine says which interfaces it has and which is primary; a single one always is. */
function connect(view: WalkView, vms: Vm[], nics: Nic[]): void {
  for (const vm of vms) {
    const resource = view.resources.find(({ id }) => id === vm.id);
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
