import { hop, network, place, prefix, subnetId, tableId, vnetBody, vnetId, withNetwork } from '../support';

describe('writing a parent', () => {
  it('a network PUT without subnets leaves them, with an empty list removes them', () => {
    const test = withNetwork();
    const put = (more: object): void =>
      void test.settle('PUT', vnetId, {
        location: 'westeurope',
        properties: { addressSpace: { addressPrefixes: ['10.0.0.0/22'] }, ...more },
      });
    put({});
    expect(test.get(`${vnetId}/subnets`).body.value).toHaveLength(2);
    put({ subnets: [] });
    expect(test.get(`${vnetId}/subnets`).body.value).toEqual([]);
  });

  it('the old way, a network PUT without subnets removes them', () => {
    const test = withNetwork({ omittedSubnetsAreDeleted: true });
    test.settle('PUT', vnetId, vnetBody('10.0.0.0/22'));
    expect(test.get(`${vnetId}/subnets`).body.value).toEqual([]);
  });

  it('a table PUT without routes removes them and keeps the associations', () => {
    const test = withNetwork();
    test.settle('PUT', tableId, place);
    test.settle('PUT', `${tableId}/routes/r`, hop('10.0.2.0/24', '10.0.1.4'));
    test.settle('PUT', subnetId('lan'), prefix('10.0.1.0/24', { routeTable: { id: tableId } }));
    test.settle('PUT', tableId, place);
    expect(test.get(tableId).body.properties).toMatchObject({
      routes: [],
      subnets: [{ id: subnetId('lan') }],
    });
  });

  it('a subnet PUT replaces the whole subnet', () => {
    const test = withNetwork();
    test.settle('PUT', tableId, place);
    test.settle(
      'PUT',
      subnetId('lan'),
      prefix('10.0.1.0/24', { routeTable: { id: tableId }, futureThing: 1 }),
    );
    expect(test.get(subnetId('lan')).body.properties).toMatchObject({
      routeTable: { id: tableId },
      futureThing: 1,
    });
    test.settle('PUT', subnetId('lan'), prefix('10.0.1.0/24'));
    const { properties } = test.get(subnetId('lan')).body;
    expect([properties?.routeTable, properties?.futureThing]).toEqual([undefined, undefined]);
  });

  it.each([
    ['2025-05-01', undefined],
    ['2025-07-01', false],
    ['2026-01-01', false],
  ])(
    'a network made with api-version %s gives new subnets default outbound access %s',
    (version, expected) => {
      const test = withNetwork();
      const id = `${network}/virtualNetworks/v2`;
      test.settle('PUT', `${id}?api-version=${version}`, vnetBody('10.5.0.0/16'));
      test.settle('PUT', `${id}/subnets/s?api-version=${version}`, prefix('10.5.0.0/24'));
      expect(test.get(`${id}/subnets/s`).body.properties?.defaultOutboundAccess).toBe(expected);
    },
  );
});
