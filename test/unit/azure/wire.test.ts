import {
  compute,
  group,
  network,
  nicBody,
  nicId,
  subnetId,
  vmBody,
  vmId,
  withMachine,
  withNetwork,
} from './support';
import { text } from './support';
import type { Answer, TestCloud } from './support';

const vnetId = `${network}/virtualNetworks/vnet`;
const tableId = `${network}/routeTables/table`;
const prefix = (addressPrefix: string, more: object = {}): object => ({
  properties: { addressPrefix, ...more },
});
const table = { location: 'westeurope' };
const route = {
  properties: { addressPrefix: '10.0.2.0/24', nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.1.4' },
};
const runCommand = { location: 'westeurope', properties: { source: { script: 'x' }, asyncExecution: true } };

/** Which of the headers that steer a client an answer has. */
function steering({ headers }: Answer): string {
  return [
    ['Azure-AsyncOperation', 'async'],
    ['Location', 'location'],
    ['Retry-After', `retry ${headers['Retry-After']}`],
    ['ETag', 'etag'],
  ]
    .filter(([name]) => headers[name ?? ''] !== undefined)
    .map(([, word]) => word)
    .join(', ');
}

interface Row {
  what: string;
  status: number;
  headers: string;
  state: string | undefined;
  when: (test: TestCloud) => Answer;
}

const rows: Row[] = [
  {
    what: 'PUT group, again',
    status: 200,
    headers: '',
    state: 'Succeeded',
    when: (t) => t.send('PUT', group, table),
  },
  {
    what: 'DELETE group',
    status: 202,
    headers: 'location, retry 15',
    state: undefined,
    when: (t) => t.send('DELETE', group),
  },
  {
    what: 'PUT network',
    status: 201,
    headers: 'async',
    state: 'Updating',
    when: (t) =>
      t.send('PUT', `${network}/virtualNetworks/v2`, {
        location: 'westeurope',
        properties: { addressSpace: { addressPrefixes: ['10.5.0.0/16'] } },
      }),
  },
  { what: 'GET network', status: 200, headers: 'etag', state: 'Succeeded', when: (t) => t.get(vnetId) },
  {
    what: 'PUT subnet',
    status: 201,
    headers: 'async',
    state: 'Updating',
    when: (t) => t.send('PUT', subnetId('x'), prefix('10.0.2.0/24')),
  },
  {
    what: 'PUT subnet, no change',
    status: 200,
    headers: 'async',
    state: 'Succeeded',
    when: (t) => t.send('PUT', subnetId('lan'), prefix('10.0.1.0/24')),
  },
  {
    what: 'PUT subnet, a change',
    status: 200,
    headers: 'async',
    state: 'Updating',
    when: (t) => t.send('PUT', subnetId('lan'), prefix('10.0.1.0/25')),
  },
  {
    what: 'DELETE subnet',
    status: 202,
    headers: 'async, location, retry 10',
    state: undefined,
    when: (t) => t.send('DELETE', subnetId('lan')),
  },
  {
    what: 'DELETE subnet that is not there',
    status: 204,
    headers: '',
    state: undefined,
    when: (t) => t.send('DELETE', subnetId('x')),
  },
  {
    what: 'PUT table',
    status: 201,
    headers: 'async',
    state: 'Updating',
    when: (t) => t.send('PUT', tableId, table),
  },
  {
    what: 'PUT route',
    status: 201,
    headers: 'async',
    state: 'Updating',
    when: (t) => {
      t.settle('PUT', tableId, table);
      return t.send('PUT', `${tableId}/routes/r`, route);
    },
  },
  {
    what: 'PATCH table',
    status: 200,
    headers: '',
    state: 'Succeeded',
    when: (t) => {
      t.settle('PUT', tableId, table);
      return t.send('PATCH', tableId, { tags: { a: 'b' } });
    },
  },
  {
    what: 'PUT interface',
    status: 201,
    headers: '',
    state: 'Succeeded',
    when: (t) => t.send('PUT', nicId('n'), nicBody('lan')),
  },
  {
    what: 'PUT interface, again',
    status: 200,
    headers: '',
    state: 'Succeeded',
    when: (t) => {
      t.send('PUT', nicId('n'), nicBody('lan'));
      return t.send('PUT', nicId('n'), nicBody('lan'));
    },
  },
  {
    what: 'DELETE interface',
    status: 202,
    headers: 'async, location, retry 10',
    state: undefined,
    when: (t) => {
      t.send('PUT', nicId('n'), nicBody('lan'));
      return t.send('DELETE', nicId('n'));
    },
  },
  {
    what: 'PUT machine',
    status: 201,
    headers: 'async, retry 10, etag',
    state: 'Creating',
    when: (t) => {
      t.send('PUT', nicId('n'), nicBody('lan'));
      return t.send('PUT', vmId('vm'), vmBody('vm', ['n']));
    },
  },
];

const machineRows: Row[] = [
  {
    what: 'PUT machine, again',
    status: 200,
    headers: 'etag',
    state: 'Updating',
    when: (t) => t.send('PUT', vmId('hv-01'), vmBody('hv-01', ['hv-01-nat', 'hv-01-lan'])),
  },
  {
    what: 'PATCH machine',
    status: 200,
    headers: 'async, etag',
    state: 'Updating',
    when: (t) => t.send('PATCH', vmId('hv-01'), { tags: { a: 'b' } }),
  },
  {
    what: 'PUT attached interface, a change',
    status: 200,
    headers: 'async, retry 10',
    state: 'Updating',
    when: (t) => t.send('PUT', nicId('hv-01-lan'), nicBody('lan', undefined, { enableIPForwarding: true })),
  },
  {
    what: 'POST restart',
    status: 202,
    headers: 'async, location, retry 10',
    state: undefined,
    when: (t) => t.send('POST', `${vmId('hv-01')}/restart`),
  },
  {
    what: 'DELETE machine',
    status: 202,
    headers: 'async, location, retry 10',
    state: undefined,
    when: (t) => t.send('DELETE', vmId('hv-01')),
  },
  {
    what: 'PUT run command',
    status: 201,
    headers: 'async',
    state: 'Creating',
    when: (t) => t.send('PUT', `${vmId('hv-01')}/runCommands/x`, runCommand),
  },
  {
    what: 'DELETE run command',
    status: 202,
    headers: 'async, location',
    state: undefined,
    when: (t) => {
      t.settle('PUT', `${vmId('hv-01')}/runCommands/x`, runCommand);
      return t.send('DELETE', `${vmId('hv-01')}/runCommands/x`);
    },
  },
  {
    what: 'PUT disk',
    status: 202,
    headers: 'async, location, retry 2',
    state: 'Updating',
    when: (t) =>
      t.send('PUT', `${compute}/disks/d`, {
        location: 'westeurope',
        properties: { creationData: { createOption: 'Empty' }, diskSizeGB: 8 },
      }),
  },
];

describe('status, steering headers and state', () => {
  it.each(rows)('$what: $status ($headers) $state', ({ when, status, headers, state }) => {
    check(when(withNetwork()), status, headers, state);
  });
  it.each(machineRows)('$what: $status ($headers) $state', ({ when, status, headers, state }) => {
    check(when(withMachine()), status, headers, state);
  });

  function check(answer: Answer, status: number, headers: string, state: string | undefined): void {
    expect({
      status: answer.status,
      headers: steering(answer),
      state: answer.body.properties?.provisioningState,
    }).toEqual({ status, headers, state });
  }
});

describe('operations', () => {
  it('run, then succeed, and only for whoever brings the URL back unchanged', () => {
    const test = withNetwork();
    const put = test.send('PUT', subnetId('x'), prefix('10.0.2.0/24'));
    const url = put.headers['Azure-AsyncOperation'] ?? '';
    expect(url.length).toBeGreaterThan(2300);
    const running = test.poll(put);
    expect([running.status, running.body.status, running.headers['Retry-After']]).toEqual([
      200,
      'InProgress',
      '10',
    ]);
    expect(test.get(vnetId).body.properties).toMatchObject({ provisioningState: 'Updating' });
    test.pass(60);
    expect(test.poll(put).body).toEqual({ status: 'Succeeded' });
    expect(test.get(subnetId('x')).body.properties).toMatchObject({ provisioningState: 'Succeeded' });
    expect(test.send('GET', url.replace(/&s=[^&]*/, '&s=x')).status).toBe(403);
    expect(test.send('GET', url.replace(/[0-9a-f]{12}\?/, '000000000000?')).status).toBe(404);
  });

  it('answer 200 when they failed, and leave the resource failed', () => {
    const test = withNetwork();
    const fault = { status: 'Failed', code: 'InternalServerError', message: 'An error occurred.' } as const;
    const put = test.settle('PUT', subnetId('x'), prefix('10.0.2.0/24'), { fault });
    const poll = test.poll(put);
    expect(poll.status).toBe(200);
    expect(poll.body).toEqual({
      status: 'Failed',
      error: { code: 'InternalServerError', message: 'An error occurred.', details: [] },
    });
    expect(test.get(subnetId('x')).body.properties).toMatchObject({ provisioningState: 'Failed' });
  });

  it('on a subnet are canceled by a PUT of the network', () => {
    const test = withNetwork();
    const put = test.send('PUT', subnetId('x'), prefix('10.0.2.0/24'));
    test.settle('PUT', vnetId, {
      location: 'westeurope',
      properties: { addressSpace: { addressPrefixes: ['10.0.0.0/22'] } },
    });
    expect(test.poll(put).body).toMatchObject({
      status: 'Canceled',
      error: { code: 'Canceled', details: [{ code: 'CanceledAndSupersededDueToAnotherOperation' }] },
    });
  });

  it('of a deletion give 202 at their Location until the end', () => {
    const test = withNetwork();
    const removed = test.send('DELETE', subnetId('lan'));
    const location = removed.headers.Location ?? '';
    expect(test.get(location).status).toBe(202);
    test.pass(60);
    expect(test.get(location).status).toBe(204);
  });

  it('of a group deletion end with 409 in title case if something outside uses a subnet', () => {
    const test = withMachine();
    test.send('PUT', `${group}2`, table);
    test.send('PUT', nicId('x').replace('/rg/', '/rg2/'), nicBody('lan'));
    const removed = test.settle('DELETE', group);
    const blocked = test.get(removed.headers.Location ?? '');
    expect(blocked.status).toBe(409);
    expect(blocked.body).toMatchObject({ Error: { Code: 'ResourceGroupDeletionBlocked', Target: null } });
    test.settle('DELETE', nicId('x').replace('/rg/', '/rg2/'));
    const again = test.settle('DELETE', group);
    expect(test.get(again.headers.Location ?? '')).toMatchObject({ status: 200, body: {} });
    expect(test.get(vnetId).body).toMatchObject({ error: { code: 'ResourceGroupNotFound' } });
  });
});

describe('etags', () => {
  const etagOf = (test: TestCloud, id: string): unknown => test.get(id).body.etag;

  it('are shared by a network and its subnets and differ during and after a write', () => {
    const test = withNetwork();
    const before = etagOf(test, vnetId);
    const during = test.send('PUT', subnetId('x'), prefix('10.0.2.0/24')).body.etag;
    test.pass(60);
    const after = etagOf(test, vnetId);
    expect(new Set([before, during, after]).size).toBe(3);
    expect(etagOf(test, subnetId('lan'))).toBe(after);
    expect(test.get(vnetId).headers.ETag).toBe(after);
  });

  it('of a no-change PUT stay', () => {
    const test = withNetwork();
    const before = etagOf(test, vnetId);
    test.settle('PUT', subnetId('lan'), prefix('10.0.1.0/24'));
    expect(etagOf(test, vnetId)).toBe(before);
  });

  it('are shared by a table and its routes', () => {
    const test = withNetwork();
    test.settle('PUT', tableId, table);
    test.settle('PUT', `${tableId}/routes/r`, route);
    expect(etagOf(test, `${tableId}/routes/r`)).toBe(etagOf(test, tableId));
  });

  it('guard writes', () => {
    const test = withNetwork();
    const stale = text(etagOf(test, vnetId));
    test.settle('PUT', subnetId('x'), prefix('10.0.2.0/24'));
    const current = text(etagOf(test, vnetId));
    const write = (headers: Record<string, string>): Answer =>
      test.settle('PUT', subnetId('x'), prefix('10.0.3.0/24'), { headers });
    const refused = write({ 'if-match': stale });
    expect(refused.status).toBe(412);
    expect(refused.body.error?.details?.[0]).toMatchObject({ code: 'PreconditionFailedEtagMismatch' });
    expect(write({ 'if-match': 'invalid' }).body.error?.details?.[0]?.message).toMatch(
      /header W\/"invalid" does not/,
    );
    expect(write({ 'if-none-match': '*' }).status).toBe(412);
    expect(write({ 'if-match': current }).status).toBe(200);
  });

  it('of a machine count', () => {
    const test = withMachine();
    const put = (match: string): Answer =>
      test.settle('PUT', vmId('hv-01'), vmBody('hv-01', ['hv-01-nat', 'hv-01-lan']), {
        headers: { 'if-match': match },
      });
    expect(etagOf(test, vmId('hv-01'))).toBe('"2"');
    expect(put('invalid').body.error?.message).toBe(
      'Etag provided in if-match header "invalid" does not match etag "2" of resource.',
    );
    expect(put('"2"').body.etag).toBe('"3"');
    expect(etagOf(test, vmId('hv-01'))).toBe('"3"');
  });
});

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
    test.settle('PUT', vnetId, {
      location: 'westeurope',
      properties: { addressSpace: { addressPrefixes: ['10.0.0.0/22'] } },
    });
    expect(test.get(`${vnetId}/subnets`).body.value).toEqual([]);
  });

  it('a table PUT without routes removes them and keeps the associations', () => {
    const test = withNetwork();
    test.settle('PUT', tableId, table);
    test.settle('PUT', `${tableId}/routes/r`, route);
    test.settle('PUT', subnetId('lan'), prefix('10.0.1.0/24', { routeTable: { id: tableId } }));
    test.settle('PUT', tableId, table);
    expect(test.get(tableId).body.properties).toMatchObject({
      routes: [],
      subnets: [{ id: subnetId('lan') }],
    });
  });

  it('a subnet PUT replaces the whole subnet', () => {
    const test = withNetwork();
    test.settle('PUT', tableId, table);
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
      test.settle('PUT', `${id}?api-version=${version}`, {
        location: 'westeurope',
        properties: { addressSpace: { addressPrefixes: ['10.5.0.0/16'] } },
      });
      test.settle('PUT', `${id}/subnets/s?api-version=${version}`, prefix('10.5.0.0/24'));
      expect(test.get(`${id}/subnets/s`).body.properties?.defaultOutboundAccess).toBe(expected);
    },
  );
});

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
