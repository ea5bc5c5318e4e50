import { setTimeout as delay } from 'node:timers/promises';
import type { System } from './system';
import { until } from './until';

/** What the customer has before the app comes: a resource group and a way to the internet. */
export interface World {
  resourceGroup: string;
  location: string;
  natGatewayId: string;
}

/** Virtual networks, machines and the like that belong to the customer are not the app's to create or delete. */
export async function createWorld({ arm }: System, resourceGroup = 'nested-hosts'): Promise<World> {
  const location = 'westeurope';
  await arm.put(arm.id(resourceGroup), { location });
  const publicIp = arm.id(resourceGroup, 'Microsoft.Network/publicIPAddresses/outbound-ip');
  const natGatewayId = arm.id(resourceGroup, 'Microsoft.Network/natGateways/outbound');
  const sku = { name: 'Standard' };
  await arm.put(publicIp, { location, sku, properties: { publicIPAllocationMethod: 'Static' } });
  await arm.put(natGatewayId, { location, sku, properties: { publicIpAddresses: [{ id: publicIp }] } });
  return { resourceGroup, location, natGatewayId };
}

/** The default network as a body for `PUT /networks/{network}`; `changes` replaces whole fields. */
export function networkBody({ azure }: System, world: World, changes: Record<string, unknown> = {}): unknown {
  return {
    subscriptionId: azure.subscriptionId,
    resourceGroup: world.resourceGroup,
    location: world.location,
    virtualNetwork: { name: 'Nested-Fun', create: true, addressSpaces: ['10.0.0.0/22', '10.10.0.0/16'] },
    natSubnet: { name: 'NAT', prefix: '10.0.0.0/24', create: true },
    lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.0.1.0/24', create: true },
    ghosted: { pools: ['10.0.2.0/24', '10.10.0.0/16'], prefixLength: 24 },
    routedSubnets: [{ name: 'Azure-VMs', prefix: '10.0.3.0/24', create: true }],
    outbound: { kind: 'natGateway', id: world.natGatewayId },
    ...changes,
  };
}

/** Defines a network and waits until it is ready. @throws if it is refused or fails. */
export async function defineNetwork(
  system: System,
  name: string,
  body: unknown,
  signal?: AbortSignal,
): Promise<void> {
  const { app } = system;
  const put = app.send('PUT', `/networks/${name}`, body);
  // The call waits for the network to be ready; a clock that jumps only while nobody waits has to be moved.
  while (!(await Promise.race([put, delay(100)]))) await system.passTime(5_000);
  const { status, body: answer } = await put;
  if (status >= 300) throw new Error(`PUT network ${name}: ${status} ${JSON.stringify(answer)}`);
  const state = await until(
    async () => {
      const found = await app.get<{ state: string }>(`/networks/${name}`);
      return found.state === 'defining' ? undefined : found.state;
    },
    { what: `the network ${name}`, ...(signal ? { signal } : {}) },
  );
  if (state !== 'ready') throw new Error(`The network ${name} is ${state}.`);
}

/** ARM id of a subnet, of the default network's VNet unless another one is named. */
export function subnetId(
  { arm }: System,
  { resourceGroup }: Pick<World, 'resourceGroup'>,
  subnet: string,
  virtualNetwork = 'Nested-Fun',
): string {
  return arm.id(resourceGroup, `Microsoft.Network/virtualNetworks/${virtualNetwork}/subnets/${subnet}`);
}

/**
 * An ordinary VM of the customer in one subnet of the default network.
 * @returns the ids of what was created.
 */
export async function createCustomerVm(
  system: System,
  world: World,
  name: string,
  subnet: string,
): Promise<string[]> {
  return await createMachine(system, { ...world, name, subnetId: subnetId(system, world, subnet) });
}

export interface Machine extends Pick<World, 'resourceGroup' | 'location'> {
  /** Absent: the first one. */
  subscriptionId?: string;
  name: string;
  subnetId: string;
  /** Absent: whichever address is free. */
  address?: string;
  /** It forwards what is not for itself, as an appliance does. */
  ipForwarding?: boolean;
}

/**
 * A Linux VM with one NIC.
 * @returns the ids of what was created.
 */
export async function createMachine({ arm }: System, machine: Machine): Promise<string[]> {
  const { location, resourceGroup, name, address } = machine;
  const id = (path: string): string => arm.id(resourceGroup, path, machine.subscriptionId);
  const nic = id(`Microsoft.Network/networkInterfaces/${name}-nic`);
  const vm = id(`Microsoft.Compute/virtualMachines/${name}`);
  const configuration = {
    subnet: { id: machine.subnetId },
    privateIPAllocationMethod: address === undefined ? 'Dynamic' : 'Static',
    ...(address === undefined ? {} : { privateIPAddress: address }),
  };
  await arm.put(nic, {
    location,
    properties: {
      enableIPForwarding: machine.ipForwarding ?? false,
      ipConfigurations: [{ name: 'ipconfig1', properties: configuration }],
    },
  });
  await arm.put(vm, {
    location,
    properties: {
      hardwareProfile: { vmSize: 'Standard_B2s' },
      storageProfile: {
        imageReference: {
          publisher: 'Canonical',
          offer: 'ubuntu-24_04-lts',
          sku: 'server',
          version: 'latest',
        },
        osDisk: { name: `${name}-os`, createOption: 'FromImage', deleteOption: 'Delete' },
      },
      osProfile: { computerName: name, adminUsername: 'app', adminPassword: 'Only-simulated-1' },
      networkProfile: { networkInterfaces: [{ id: nic, properties: { primary: true } }] },
    },
  });
  return [nic, vm, id(`Microsoft.Compute/disks/${name}-os`)];
}
