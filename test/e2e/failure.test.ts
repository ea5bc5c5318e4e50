import { defineNetwork, networkBody } from '../../local/launch/world';
import { ended, order, promisedPrefixes, resourceIds, startSystem, type Running } from './harness';

jest.setTimeout(120_000);

describe('a provisioning that fails inside Windows', () => {
  let running: Running;
  const failGuest = async (): Promise<string> =>
    await running.system.admin.addFault({
      match: {},
      times: 20,
      effect: {
        kind: 'guest',
        phase: 'network',
        outcome: 'error',
        code: 'SwitchFailed',
        message: 'No switch.',
      },
    });

  beforeAll(async () => {
    running = await startSystem();
  });
  afterAll(async () => await running?.stop());

  it('leaves no resource, no promise and a clear reason', async () => {
    const { system } = running;
    const before = await resourceIds(system);
    const fault = await failGuest();
    const operation = await ended(system, await order(system, 'hv-01'));
    await system.admin.removeFault(fault);
    expect(operation).toMatchObject({
      status: 'failed',
      failure: {
        step: 'configureGuest',
        code: 'SwitchFailed',
        message: expect.stringContaining('No switch.') as string,
      },
    });
    expect(operation.failure?.leftovers ?? []).toEqual([]);
    expect(await resourceIds(system)).toEqual(before);
    expect(await promisedPrefixes(system)).toBe(0);
  });

  it('leaves a NAT subnet that was there before', async () => {
    const { system, world } = running;
    const { arm } = system;
    const network = arm.id(world.resourceGroup, 'Microsoft.Network/virtualNetworks/Older');
    await arm.put(network, {
      location: world.location,
      properties: { addressSpace: { addressPrefixes: ['10.50.0.0/16'] } },
    });
    const properties = { addressPrefix: '10.50.0.0/24', natGateway: { id: world.natGatewayId } };
    await arm.put(`${network}/subnets/NAT`, { properties });
    const changes = {
      virtualNetwork: { name: 'Older', create: false, addressSpaces: ['10.50.0.0/16'] },
      natSubnet: { name: 'NAT', prefix: '10.50.0.0/24', create: true },
      lanSubnet: { name: 'Hyper-V-LAN', prefix: '10.50.1.0/24', create: true },
      ghosted: { pools: ['10.50.16.0/20'], prefixLength: 24 },
      routedSubnets: [{ name: 'Azure-VMs', prefix: '10.50.3.0/24', create: true }],
      routeTable: 'Routes-of-Older',
    };
    await defineNetwork(system, 'older', networkBody(system, world, changes));

    const fault = await failGuest();
    const operation = await ended(system, await order(system, 'hv-02', { network: 'older' }));
    await system.admin.removeFault(fault);
    expect(operation).toMatchObject({ status: 'failed', failure: { step: 'configureGuest' } });
    const { status, body } = await arm.get(`${network}/subnets/NAT`);
    expect({ status, properties: body.properties }).toMatchObject({ status: 200, properties });
    expect((await resourceIds(system)).filter((id) => id.includes('hv-02'))).toEqual([]);
  });
});
