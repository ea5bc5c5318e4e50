import { addGroup, connect } from './support';
import type { Connected } from './support';

let connected: Connected;
const options = { updateIntervalInMs: 1 };

beforeAll(async () => {
  connected = await connect();
  addGroup(connected, 'rg', 'westeurope');
});
afterAll(() => connected.stop());

async function collect<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const entry of pages) all.push(entry);
  return all;
}

it('lets the public clients build, run and remove a two-armed host', async () => {
  const { network, compute, azure } = connected;
  const location = 'westeurope';
  const vnet = await network.virtualNetworks.createOrUpdate(
    'rg',
    'vnet',
    { location, addressSpace: { addressPrefixes: ['10.0.0.0/22'] } },
    options,
  );
  expect(vnet).toMatchObject({ provisioningState: 'Succeeded', subnets: [] });
  for (const [name, addressPrefix] of [
    ['NAT', '10.0.0.0/24'],
    ['Hyper-V-LAN', '10.0.1.0/24'],
    ['Ghosted-hv-01', '10.0.2.0/24'],
  ] as const) {
    const subnet = await network.subnets.createOrUpdate('rg', 'vnet', name, { addressPrefix }, options);
    expect(subnet).toMatchObject({ name, addressPrefix, provisioningState: 'Succeeded' });
  }
  const nics = [];
  for (const [name, subnet, enableIPForwarding] of [
    ['hv-01-nat', 'NAT', false],
    ['hv-01-lan', 'Hyper-V-LAN', true],
  ] as const) {
    nics.push(
      await network.networkInterfaces.createOrUpdate(
        'rg',
        name,
        {
          location,
          enableIPForwarding,
          ipConfigurations: [{ name: 'ipconfig1', subnet: { id: `${vnet.id}/subnets/${subnet}` } }],
        },
        options,
      ),
    );
  }
  expect(nics.map((nic) => nic.ipConfigurations?.[0]?.privateIPAddress)).toEqual(['10.0.0.4', '10.0.1.4']);
  expect(nics.map((nic) => nic.macAddress)).toEqual([undefined, undefined]);

  const vm = await compute.virtualMachines.createOrUpdate(
    'rg',
    'hv-01',
    {
      location,
      hardwareProfile: { vmSize: 'Standard_D4s_v5' },
      storageProfile: {
        imageReference: {
          publisher: 'MicrosoftWindowsServer',
          offer: 'WindowsServer',
          sku: '2022-datacenter-g2',
          version: 'latest',
        },
        osDisk: { name: 'hv-01-os', createOption: 'FromImage', deleteOption: 'Delete' },
      },
      osProfile: { computerName: 'hv-01', adminUsername: 'hostadmin', adminPassword: 'not-A-real-1' },
      networkProfile: {
        networkInterfaces: nics.map((nic, index) => ({
          id: nic.id ?? '',
          primary: index === 0,
          deleteOption: 'Delete',
        })),
      },
    },
    options,
  );
  expect(vm.provisioningState).toBe('Succeeded');
  expect(vm.storageProfile?.osDisk?.managedDisk?.id).toMatch(/\/disks\/hv-01-os$/);
  const lan = await network.networkInterfaces.get('rg', 'hv-01-lan');
  expect(lan).toMatchObject({ primary: false, enableIPForwarding: true, virtualMachine: { id: vm.id } });
  expect(lan.macAddress).toMatch(/^00-0D-3A(-[0-9A-F]{2}){3}$/);
  const view = await compute.virtualMachines.instanceView('rg', 'hv-01');
  expect(view.statuses?.map(({ code }) => code)).toEqual([
    'ProvisioningState/succeeded',
    'PowerState/running',
  ]);
  expect(view.vmAgent?.statuses?.[0]?.displayStatus).toBe('Ready');

  const command = await compute.virtualMachineRunCommands.createOrUpdate(
    'rg',
    'hv-01',
    'probe',
    { location, source: { script: 'hostname' }, asyncExecution: true, timeoutInSeconds: 600 },
    options,
  );
  expect(command).toMatchObject({ provisioningState: 'Succeeded', instanceView: undefined });
  const ran = await compute.virtualMachineRunCommands.getByVirtualMachine('rg', 'hv-01', 'probe', {
    expand: 'instanceView',
  });
  expect(ran.instanceView).toMatchObject({
    executionState: 'Succeeded',
    exitCode: 0,
    output: 'ran hostname internet false',
  });

  const table = await network.routeTables.createOrUpdate('rg', 'table', { location }, options);
  await network.routes.createOrUpdate(
    'rg',
    'table',
    'Nested-VMs-hv-01',
    { addressPrefix: '10.0.2.0/24', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.1.4' },
    options,
  );
  await network.subnets.createOrUpdate(
    'rg',
    'vnet',
    'Hyper-V-LAN',
    { addressPrefix: '10.0.1.0/24', routeTable: { id: table.id ?? '' } },
    options,
  );
  const routed = await network.routeTables.get('rg', 'table');
  expect(routed.routes?.map(({ name }) => name)).toEqual(['Nested-VMs-hv-01']);
  expect(routed.subnets?.map(({ id }) => id)).toEqual([`${vnet.id}/subnets/Hyper-V-LAN`]);

  await compute.virtualMachines.restart('rg', 'hv-01', options);
  await compute.virtualMachines.deallocate('rg', 'hv-01', options);
  await compute.virtualMachines.start('rg', 'hv-01', options);
  await compute.virtualMachines.delete('rg', 'hv-01', options);
  expect(await collect(network.networkInterfaces.list('rg'))).toEqual([]);
  expect(await collect(compute.disks.listByResourceGroup('rg'))).toEqual([]);
  await network.subnets.delete('rg', 'vnet', 'Ghosted-hv-01', options);
  expect((await collect(network.subnets.list('rg', 'vnet'))).map(({ name }) => name)).toEqual([
    'NAT',
    'Hyper-V-LAN',
  ]);
  expect(azure.cloud.store.list('Microsoft.Compute/virtualMachines')).toEqual([]);
});
