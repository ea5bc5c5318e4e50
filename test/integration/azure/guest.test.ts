import * as guest from '../../../local/azure/guest';
import type { WindowsState } from '../../../local/azure/guest';
import { addGroup, connect } from './support';
import type { Connected } from './support';

let connected: Connected;
const location = 'westeurope';
const options = { updateIntervalInMs: 1 };

beforeAll(async () => {
  connected = await connect({ guest });
  addGroup(connected, 'rg', location);
  const { network, compute } = connected;
  const vnet = await network.virtualNetworks.createOrUpdate(
    'rg',
    'vnet',
    {
      location,
      addressSpace: { addressPrefixes: ['10.0.0.0/22'] },
      subnets: [
        { name: 'nat', addressPrefix: '10.0.0.0/24', defaultOutboundAccess: true },
        { name: 'lan', addressPrefix: '10.0.1.0/24', defaultOutboundAccess: false },
      ],
    },
    options,
  );
  for (const name of ['nat', 'lan']) {
    await network.networkInterfaces.createOrUpdate(
      'rg',
      name,
      { location, ipConfigurations: [{ name: 'ipconfig1', subnet: { id: `${vnet.id}/subnets/${name}` } }] },
      options,
    );
  }
  const nicId = (name: string): string =>
    `${vnet.id?.split('/virtualNetworks')[0]}/networkInterfaces/${name}`;
  await compute.virtualMachines.createOrUpdate(
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
        networkInterfaces: [
          { id: nicId('nat'), primary: true, deleteOption: 'Delete' },
          { id: nicId('lan'), primary: false, deleteOption: 'Delete' },
        ],
      },
    },
    options,
  );
});
afterAll(() => connected.stop());

it('a machine has a Windows whose adapters are those of its interfaces', async () => {
  const { guests } = (await connected.admin('GET', '/state')) as { guests: Record<string, WindowsState> };
  const [state] = Object.values(guests);
  const nics = [];
  for await (const nic of connected.network.networkInterfaces.list('rg')) nics.push(nic);
  expect(state?.computerName).toBe('hv-01');
  expect(state?.adapters.map(({ mac }) => mac).sort()).toEqual(
    nics.map(({ macAddress }) => macAddress).sort(),
  );
  expect(state?.addresses.map(({ address }) => address).sort()).toEqual(
    nics.map(({ ipConfigurations }) => ipConfigurations?.[0]?.privateIPAddress).sort(),
  );
});

it('a script that nobody knows runs without effect', async () => {
  const { compute } = connected;
  const before = (await connected.admin('GET', '/state')).guests;
  await compute.virtualMachineRunCommands.createOrUpdate(
    'rg',
    'hv-01',
    'probe',
    { location, source: { script: 'Get-Nothing' }, asyncExecution: true },
    options,
  );
  const { instanceView } = await compute.virtualMachineRunCommands.getByVirtualMachine(
    'rg',
    'hv-01',
    'probe',
    {
      expand: 'instanceView',
    },
  );
  expect(instanceView).toMatchObject({ executionState: 'Succeeded', exitCode: 0 });
  expect(instanceView?.output).not.toContain('##nested-hosts-begin##');
  expect((await connected.admin('GET', '/state')).guests).toEqual(before);
});

it('a packet walks over what is there', async () => {
  const walked = await connected.admin('POST', '/walk', { from: { subnet: 'lan' }, to: { subnet: 'nat' } });
  expect(walked).toMatchObject({
    hops: expect.any(Array) as unknown,
    returnHops: expect.any(Array) as unknown,
  });
  const missing = await connected.admin('POST', '/walk', { from: { subnet: 'none' }, to: 'internet' });
  expect(missing).toHaveProperty('error');
});

it('a machine that is changed by hand stays changed', async () => {
  const vm = await connected.compute.virtualMachines.get('rg', 'hv-01');
  const path = `/guests?vm=${encodeURIComponent(vm.id ?? '')}`;
  await connected.admin('PATCH', path, { nestedVms: [{ name: 'g1', state: 'Running' }] });
  expect(await connected.admin('GET', path)).toMatchObject({ nestedVms: [{ name: 'g1' }] });
});
