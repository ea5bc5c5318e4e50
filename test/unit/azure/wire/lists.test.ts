import { network, nicBody, nicId, prefix, subnetId, text, withMachine, withNetwork } from '../support';

describe('lists', () => {
  it('go on at nextLink, across groups for the subscription', () => {
    const test = withNetwork({ pageSize: 2 });
    for (const name of ['a', 'b', 'c']) test.send('PUT', nicId(name), nicBody('lan'));
    const ofSubscription = `${network.split('/resourceGroups')[0]}/providers/Microsoft.Network/networkInterfaces`;
    const first = test.get(ofSubscription);
    const second = test.get(text(first.body.nextLink));
    const names = [first, second].flatMap((page) =>
      Object.values(page.body.value ?? {}).map(({ name }) => name),
    );
    expect(names).toEqual(['a', 'b', 'c']);
    expect(second.body.nextLink).toBeUndefined();
  });

  it('name sizes with their capabilities and what is used of the quota', () => {
    const test = withMachine();
    const provider = `${network.split('/resourceGroups')[0]}/providers/Microsoft.Compute`;
    const skus = Object.values(
      test.get(`${provider}/skus?$filter=location eq 'westeurope'`).body.value ?? {},
    );
    const d4 = skus.find(({ name }) => text(name) === 'Standard_D4s_v5');
    expect(d4).toMatchObject({ family: 'standardDSv5Family', locations: ['westeurope'], restrictions: [] });
    expect(d4?.capabilities).toEqual(expect.arrayContaining([{ name: 'MaxNetworkInterfaces', value: '2' }]));
    const usages = Object.values(test.get(`${provider}/locations/westeurope/usages`).body.value ?? {});
    expect(usages[0]).toMatchObject({ currentValue: 4, limit: 1000, name: { value: 'cores' } });
  });
});

describe('plain network resources', () => {
  it('are kept, show who uses them, and stay while they are used', () => {
    const test = withNetwork();
    const ip = `${network}/publicIPAddresses/ip`;
    const nat = `${network}/natGateways/nat`;
    test.settle('PUT', ip, {
      location: 'westeurope',
      sku: { name: 'Standard' },
      properties: { publicIPAllocationMethod: 'Static' },
    });
    test.settle('PUT', nat, {
      location: 'westeurope',
      sku: { name: 'Standard' },
      properties: { publicIpAddresses: [{ id: ip }] },
    });
    test.settle('PUT', subnetId('nat'), prefix('10.0.0.0/24', { natGateway: { id: nat } }));
    expect(test.get(ip).body.properties).toMatchObject({
      natGateway: { id: nat },
      ipAddress: expect.stringMatching(/^203\./) as unknown,
    });
    expect(test.get(nat).body.properties).toMatchObject({ subnets: [{ id: subnetId('nat') }] });
    expect(test.send('DELETE', ip).body.error).toMatchObject({ code: 'PublicIPAddressCannotBeDeleted' });
    expect(test.send('DELETE', nat).body.error).toMatchObject({ code: 'InUseNatGatewayCannotBeDeleted' });
  });
});
