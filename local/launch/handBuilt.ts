import type { WindowsState } from '../azure/guest';
import { subnetId, type World } from './world';
import type { System } from './system';

/** A Hyper-V host as somebody builds it after Microsoft's article, with names of their own. */
export interface HandBuilt {
  virtualMachine: string;
  nic1: string;
  /** Absent: the VM has one NIC, in NAT, and Windows is as it came. */
  nic2?: string;
  osDisk: string;
  routeTable: string;
}

export interface HandBuiltWishes {
  name: string;
  /** Name of its VNet; absent: that of the default network. */
  virtualNetwork?: string;
  natAddress: string;
  lanAddress: string;
  /** Of the subnet `ghosted`, which is made. */
  prefix: string;
  ghosted?: string;
  route?: string;
  table?: string;
  /** Ranges that RRAS sends over NIC 2. */
  ranges: string[];
  /** Subnets that the table goes on; the article also names NAT. */
  routed?: string[];
  oneNic?: boolean;
}

/** Makes VM, NICs, ghosted subnet and table as a person would, then sets Windows up by the article's steps. */
export async function buildByHand(system: System, world: World, wish: HandBuiltWishes): Promise<HandBuilt> {
  const { arm, admin } = system;
  const { location, resourceGroup } = world;
  const { name, natAddress, lanAddress, prefix, ghosted = 'Ghosted', table = `${name}-Routes` } = wish;
  const id = (path: string) => arm.id(resourceGroup, path);
  const nic1 = id(`Microsoft.Network/networkInterfaces/${name.toLowerCase()}512`);
  const nic2 = id(`Microsoft.Network/networkInterfaces/${name}-Second`);
  const virtualMachine = id(`Microsoft.Compute/virtualMachines/${name}`);
  const osDisk = `${name}_OsDisk`;
  const routeTable = id(`Microsoft.Network/routeTables/${table}`);
  const subnetOf = (subnet: string) => subnetId(system, world, subnet, wish.virtualNetwork);
  const nic = async (nicId: string, subnet: string, address: string, enableIPForwarding: boolean) => {
    const properties = {
      privateIPAllocationMethod: 'Static',
      privateIPAddress: address,
      subnet: { id: subnetOf(subnet) },
    };
    const ipConfigurations = [{ name: 'ipconfig1', properties }];
    await arm.put(nicId, { location, properties: { enableIPForwarding, ipConfigurations } });
  };

  await shared(system, subnetOf('NAT'), natAddress, { natGateway: { id: world.natGatewayId } });
  await shared(system, subnetOf('Hyper-V-LAN'), lanAddress);
  await nic(nic1, 'NAT', natAddress, false);
  if (!wish.oneNic) {
    await nic(nic2, 'Hyper-V-LAN', lanAddress, true);
    await arm.put(subnetOf(ghosted), {
      properties: { addressPrefix: prefix, defaultOutboundAccess: false },
    });
    await arm.put(routeTable, { location, properties: {} });
    await arm.put(`${routeTable}/routes/${wish.route ?? 'Nested-VMs'}`, {
      properties: { addressPrefix: prefix, nextHopType: 'VirtualAppliance', nextHopIpAddress: lanAddress },
    });
    for (const subnet of wish.routed ?? ['NAT', 'Hyper-V-LAN', 'Azure-VMs']) {
      const id = subnetOf(subnet);
      const { body } = await arm.get(id);
      await arm.put(id, {
        ...body,
        properties: { ...body.properties, routeTable: { id: routeTable } },
      });
    }
  }
  const interfaces = wish.oneNic ? [nic1] : [nic1, nic2];
  await arm.put(virtualMachine, {
    location,
    properties: {
      hardwareProfile: { vmSize: 'Standard_D4s_v5' },
      storageProfile: {
        imageReference: {
          publisher: 'MicrosoftWindowsServer',
          offer: 'WindowsServer',
          sku: '2019-datacenter-gensecond',
          version: 'latest',
        },
        osDisk: { name: osDisk, createOption: 'FromImage', deleteOption: 'Detach', diskSizeGB: 127 },
      },
      osProfile: {
        computerName: name.slice(0, 15),
        adminUsername: 'labadmin',
        adminPassword: 'Only-simulated-1',
        windowsConfiguration: {},
      },
      networkProfile: {
        networkInterfaces: interfaces.map((nicId) => ({
          id: nicId,
          properties: { primary: nicId === nic1, deleteOption: 'Detach' },
        })),
      },
    },
  });
  const built = {
    virtualMachine,
    nic1,
    ...(wish.oneNic ? {} : { nic2 }),
    osDisk: id(`Microsoft.Compute/disks/${osDisk}`),
    routeTable,
  };
  if (!wish.oneNic) {
    const { guests } = await admin.state();
    const windows = guests[virtualMachine.toLowerCase()];
    if (!windows) throw new Error(`Windows of ${name} did not come up.`);
    await admin.patchGuest(virtualMachine, afterTheArticle(windows, wish));
  }
  return built;
}

/** A shared subnet of the article, if it is not there yet: the /24 around the address. */
async function shared({ arm }: System, id: string, address: string, wayOut = {}): Promise<void> {
  if ((await arm.get(id)).status === 200) return;
  const addressPrefix = address.replace(/\d+$/, '0/24');
  await arm.put(id, { properties: { addressPrefix, defaultOutboundAccess: false, ...wayOut } });
}

/** Windows after the steps of the article: Hyper-V, switch, RRAS with NAT on NIC 1 and static routes, DHCP. */
export function afterTheArticle(windows: WindowsState, wish: HandBuiltWishes): Partial<WindowsState> {
  const [nic1, nic2] = windows.adapters;
  if (!nic1 || !nic2) throw new Error('The host lacks an adapter.');
  const index = Math.max(nic1.index, nic2.index) + 4;
  const alias = 'vEthernet (NestedSwitch)';
  const [network = '', length = ''] = wish.prefix.split('/');
  const host = (last: number) => network.replace(/\d+$/, String(last));
  const first = (address: string) => address.replace(/\d+$/, '1');
  const automatic = { status: 'Running', startType: 'Automatic' } as const;
  const route = (prefix: string, nextHop: string, of: number) => ({
    prefix,
    nextHop,
    index: of,
    metric: 256,
    // As `netsh routing ip add persistentroute` leaves it.
    persistent: false,
    router: true,
  });
  return {
    features: Object.fromEntries(Object.keys(windows.features).map((name) => [name, 'Installed' as const])),
    adapters: [
      ...[nic1, nic2].map((adapter) => ({ ...adapter, forwarding: true })),
      {
        index,
        alias,
        description: 'Hyper-V Virtual Ethernet Adapter',
        mac: '00-15-5D-00-04-00',
        kind: 'vEthernet',
        forwarding: true,
      },
    ],
    switches: [{ name: 'NestedSwitch', type: 'Internal' }],
    addresses: [
      ...windows.addresses,
      { index, address: host(1), prefixLength: Number(length), origin: 'Manual' },
    ],
    routes: [
      ...windows.routes,
      // Azure's DHCP gives this one beside the default gateway.
      {
        ...route('168.63.129.16/32', first(wish.natAddress), nic1.index),
        metric: 0,
        router: false,
        dhcp: true,
      },
      route(first(wish.natAddress).replace(/\d+$/, '0/24'), first(wish.natAddress), nic1.index),
      ...wish.ranges.map((range) => route(range, first(wish.lanAddress), nic2.index)),
    ],
    services: {
      ...windows.services,
      vmms: automatic,
      vmcompute: automatic,
      RemoteAccess: automatic,
      DHCPServer: automatic,
    },
    rras: { routing: 'Installed', interfaces: [nic1.alias, nic2.alias, alias] },
    nat: { installed: true, interfaces: { [nic1.alias]: 'full' } },
    dhcp: {
      securityGroups: true,
      bindings: { [alias]: true },
      scopes: {
        [network]: {
          name: 'Nested VMs',
          start: host(2),
          end: host(254),
          mask: '255.255.255.0',
          state: 'Active',
          router: [host(1)],
          dns: ['168.63.129.16'],
        },
      },
    },
  };
}
