import type { WindowsState } from '../../../local/azure/guest';
import type { ArmResource, PowerState } from '../../../local/azure/types';
import { walk } from '../../../local/azure/walk';
import type { Endpoint, WalkOptions, WalkResult, WalkView } from '../../../local/azure/walk';
import type { GuestPlanFacts } from '../../../shared/guest';
import { TestHost, firstHost } from '../guest/host';

const group = '/subscriptions/s/resourceGroups/g/providers';
export const idOf = (type: string, name: string): string => `${group}/${type}/${name}`;
const vnetType = 'Microsoft.Network/virtualNetworks';
const tableType = 'Microsoft.Network/routeTables';
export const tableId = idOf(tableType, 'Routes-for-nested-VMs');

/** hv-02 has its guests in the second range of the network. */
const secondHost: Omit<GuestPlanFacts, 'phase'> = {
  ...firstHost,
  host: 'hv-02',
  nic1: { mac: '00-0D-3A-00-00-03', address: '10.0.0.5' },
  nic2: { mac: '00-0D-3A-00-00-04', address: '10.0.1.5' },
  ghostedPrefix: '10.10.0.0/24',
};

const finished = [firstHost, secondHost].map((facts) => new TestHost(facts).configured().state);

interface SubnetFacts {
  prefix: string;
  table?: boolean;
  /** Default outbound access off unless it has a way out. */
  out?: boolean;
}

/** Two finished hosts and a machine on the default network, free to be damaged; every test builds its own. */
export class World {
  readonly resources: ArmResource[] = [];
  readonly guests: Record<string, WindowsState> = {};
  readonly power: Record<string, PowerState> = {};

  constructor() {
    this.add(vnetType, 'Nested-Fun', { addressSpace: { addressPrefixes: ['10.0.0.0/22', '10.10.0.0/16'] } });
    this.subnet('Nested-Fun', 'NAT', { prefix: '10.0.0.0/24', out: true });
    this.subnet('Nested-Fun', 'Hyper-V-LAN', { prefix: '10.0.1.0/24', table: true });
    this.subnet('Nested-Fun', 'Azure-VMs', { prefix: '10.0.3.0/24', table: true });
    this.subnet('Nested-Fun', 'Ghosted-hv-01', { prefix: '10.0.2.0/24' });
    this.subnet('Nested-Fun', 'Ghosted-hv-02', { prefix: '10.10.0.0/24' });
    this.add(tableType, 'Routes-for-nested-VMs', {});
    this.route('Nested-VMs-hv-01', '10.0.2.0/24', '10.0.1.4');
    this.route('Nested-VMs-hv-02', '10.10.0.0/24', '10.0.1.5');
    for (const [index, facts] of [firstHost, secondHost].entries()) {
      this.nic(`${facts.host}-nat`, 'NAT', facts.nic1.address, { macAddress: facts.nic1.mac });
      this.nic(`${facts.host}-lan`, 'Hyper-V-LAN', facts.nic2.address, {
        macAddress: facts.nic2.mac,
        enableIPForwarding: true,
      });
      const state = finished[index];
      if (state) this.vm(facts.host, [`${facts.host}-nat`, `${facts.host}-lan`], structuredClone(state));
    }
    this.nic('app-01-nic', 'Azure-VMs', '10.0.3.4', {});
    this.vm('app-01', ['app-01-nic']);
  }

  add(type: string, name: string, properties: Record<string, unknown>): ArmResource {
    const resource: ArmResource = { id: idOf(type, name), name, type, properties };
    this.resources.push(resource);
    return resource;
  }

  addChild(parent: string, collection: string, name: string, properties: Record<string, unknown>): void {
    const holder = this.find(parent);
    const id = `${holder.id}/${collection}/${name}`;
    this.resources.push({ id, name, type: `${holder.type}/${collection}`, properties });
  }

  subnet(vnet: string, name: string, { prefix, table, out }: SubnetFacts): void {
    this.addChild(vnet, 'subnets', name, {
      addressPrefix: prefix,
      defaultOutboundAccess: false,
      ...(table ? { routeTable: { id: tableId.toLowerCase() } } : {}),
      ...(out ? { natGateway: { id: idOf('Microsoft.Network/natGateways', 'out') } } : {}),
    });
  }

  route(name: string, addressPrefix: string, nextHopIpAddress: string): void {
    const properties = { addressPrefix, nextHopType: 'VirtualAppliance', nextHopIpAddress };
    this.addChild('Routes-for-nested-VMs', 'routes', name, properties);
  }

  nic(name: string, subnet: string, privateIPAddress: string, properties: Record<string, unknown>): void {
    this.add('Microsoft.Network/networkInterfaces', name, {
      ...properties,
      ipConfigurations: [
        { name: 'ipconfig1', properties: { privateIPAddress, subnet: { id: this.find(subnet).id } } },
      ],
    });
  }

  vm(name: string, nics: string[], state?: WindowsState): void {
    const { id } = this.add('Microsoft.Compute/virtualMachines', name, {
      networkProfile: {
        networkInterfaces: nics.map((nic, index) => ({
          id: idOf('Microsoft.Network/networkInterfaces', nic),
          properties: { primary: index === 0 },
        })),
      },
    });
    if (state) this.guests[id.toLowerCase()] = state;
  }

  find(name: string): ArmResource {
    const found = this.resources.find((resource) => resource.name === name);
    if (!found) throw new Error(`no ${name}`);
    return found;
  }

  remove(name: string): void {
    this.resources.splice(this.resources.indexOf(this.find(name)), 1);
  }

  set(name: string, properties: Record<string, unknown>): void {
    Object.assign(this.find(name).properties, properties);
  }

  windows(host: string): WindowsState {
    const state = this.guests[this.find(host).id.toLowerCase()];
    if (!state) throw new Error(`no Windows on ${host}`);
    return state;
  }

  walk(from: Endpoint, to: Endpoint, options?: WalkOptions): WalkResult {
    const view: WalkView = {
      resources: this.resources,
      guests: this.guests,
      powerState: (vmId) => this.power[vmId.toLowerCase()] ?? 'running',
    };
    return walk(view, from, to, options);
  }
}
