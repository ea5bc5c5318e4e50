import { createHttpHeaders, type Pipeline, type PipelineRequest } from '@azure/core-rest-pipeline';
import type { AzureClients } from '../../../shared/azure/clients';
import { advance } from '../../../shared/azure/effective/ask';
import { mostAsks, planAsks, type Ask, type Witness } from '../../../shared/azure/effective/asks';
import { findWitnesses } from '../../../shared/azure/effective/witnesses';
import { hostLayout, type HostLayout } from '../../../shared/azure/layout';
import type { CallOptions } from '../../../shared/azure/send';
import { addresses, definition, identity, layout, network, nic, route, spec, subnet, table } from './fixture';

const routed = { routeTable: { id: layout.routeTable.id } };
const vnet = (nat: object = { natGateway: { id: 'out' } }, apps: object = routed) =>
  network([
    subnet('NAT', '10.0.0.0/24', nat),
    subnet('Hyper-V-LAN', '10.0.1.0/24', routed),
    subnet('Azure-VMs', '10.0.3.0/24', apps),
  ]);
const verified = (own = vnet(), tables = [table()]) => ({
  own,
  networks: [own],
  tables,
  nic1: nic('nic1'),
});
const witness = (name: string, of: HostLayout = layout): Witness => ({
  id: `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/${name}`,
  name,
  subnet: of.routedSubnets[0] ?? { ...of.lanSubnet, via: 'host', bypassInspection: false },
});
const withOutbound = (outbound: typeof definition.outbound, via: 'host' | 'appliance' = 'host') =>
  hostLayout(
    identity,
    { ...definition, outbound, routedSubnets: definition.routedSubnets.map((one) => ({ ...one, via })) },
    spec,
    addresses,
  );
const asked = (asks: Ask[]) => asks.map(({ nic, subnet: place }) => `${nic} in ${place}`);

describe('what is asked', () => {
  it('is NIC 2 for all that guests send and get, NIC 1 for the way out, and a witness of each subnet', () => {
    const asks = planAsks(layout, verified(), [witness('app-01-nic')]);
    expect(asked(asks)).toEqual(['hv-01-lan in Hyper-V-LAN', 'hv-01-nat in NAT', 'app-01-nic in Azure-VMs']);
    const ghosted = { kind: 'ghosted', prefix: '10.0.2.0/24', nextHop: '10.0.1.4' };
    expect(asks.map(({ expect: wanted }) => wanted)).toEqual([
      [ghosted, expect.objectContaining({ kind: 'carried', ranges: ['10.0.0.0/22', '10.10.0.0/16'] })],
      [{ kind: 'out', translated: true }],
      [ghosted],
    ]);
  });

  it.each([{ kind: 'publicIp' as const }, { kind: 'natGateway' as const, id: '/nat' }])(
    'is not NIC 1 where the way out is known: %j',
    (outbound) => {
      expect(asked(planAsks(withOutbound(outbound), verified(), []))).toEqual(['hv-01-lan in Hyper-V-LAN']);
    },
  );

  it.each<[string, object, boolean]>([
    ['a NAT gateway', { natGateway: { id: 'out' }, defaultOutboundAccess: false }, true],
    ['nothing, privately', { defaultOutboundAccess: false }, false],
    ['nothing, but an older subnet', {}, true],
  ])('takes into account that NAT has %s', (_, nat, translated) => {
    const [, own] = planAsks(layout, verified(vnet(nat)), []);
    expect(own?.expect).toEqual([{ kind: 'out', translated }]);
  });

  it('is the appliance behind which guests are, as the tables say, or nothing if they name none', () => {
    const wish = withOutbound({ kind: 'publicIp' }, 'appliance');
    const through = {
      name: 'inspected',
      addressPrefix: '10.0.0.0/22',
      nextHopType: 'VirtualAppliance' as const,
      nextHopIpAddress: '10.0.0.200',
    };
    const theirs = { ...table({ routes: [through] }), id: '/tables/theirs' };
    const seen = verified(vnet({}, { routeTable: { id: '/tables/theirs' } }), [table(), theirs]);
    const [, app] = planAsks(wish, seen, [witness('app-01-nic', wish)]);
    expect(app?.expect).toEqual([{ kind: 'ghosted', prefix: '10.0.2.0/24', nextHop: '10.0.0.200' }]);
    expect(asked(planAsks(wish, verified(), [witness('app-01-nic', wish)]))).toEqual([
      'hv-01-lan in Hyper-V-LAN',
    ]);
  });

  it(`is never about more than ${mostAsks} interfaces`, () => {
    const many = Array.from({ length: 9 }, (_, index) => witness(`app-${index}`));
    expect(asked(planAsks(layout, verified(), many))).toHaveLength(mostAsks);
  });
});

describe('witnesses', () => {
  const group = '/subscriptions/s/resourceGroups/g/providers';
  const nicId = (name: string) => `${group}/Microsoft.Network/networkInterfaces/${name}`;
  const inhabited = (...names: string[]) =>
    network([
      subnet('Azure-VMs', '10.0.3.0/24', {
        ipConfigurations: names.map((name) => ({ id: `${nicId(name)}/ipConfigurations/one` })),
      }),
    ]);
  const refuse = ({ onResponse }: CallOptions) => {
    const body = { error: { code: 'AuthorizationFailed', message: 'No.' } };
    onResponse?.(
      { status: 403, headers: createHttpHeaders(), bodyAsText: JSON.stringify(body) } as never,
      undefined,
    );
    return Promise.reject(new Error('403'));
  };

  /** By the names of NICs: the power state of their machines, `none` for no machine, `denied` for no leave. */
  function clientsOf(power: Record<string, string>) {
    const looks: string[] = [];
    const clients = {
      network: () =>
        Promise.resolve({
          networkInterfaces: {
            get: (_: string, name: string, options: CallOptions) => {
              looks.push(name);
              if (power[name] === 'denied') return refuse(options);
              const id = `${group}/Microsoft.Compute/virtualMachines/${name}`;
              return Promise.resolve(power[name] === 'none' ? {} : { virtualMachine: { id } });
            },
          },
        }),
      compute: () =>
        Promise.resolve({
          virtualMachines: {
            get: (_: string, name: string) =>
              Promise.resolve({ instanceView: { statuses: [{ code: `PowerState/${power[name]}` }] } }),
          },
        }),
    } as unknown as AzureClients;
    return { clients, looks };
  }

  it.each<[string, Record<string, string>, string[], string[]]>([
    ['the first that runs', { a: 'deallocated', b: 'running', c: 'running' }, ['b'], []],
    ['none where none runs', { a: 'stopped', b: 'none' }, [], []],
    ['none in an empty subnet', {}, [], []],
    ['none where the app may not look, which it says', { a: 'denied', b: 'none' }, [], ['Azure-VMs']],
    ['one that it may look at', { a: 'denied', b: 'running' }, ['b'], []],
    ['none beyond the first three', { a: 'none', b: 'none', c: 'none', d: 'running' }, [], []],
  ])('are %s', async (_, power, found, unread) => {
    const { clients, looks } = clientsOf(power);
    const networks = [inhabited(...Object.keys(power))];
    const { witnesses, unread: named } = await findWitnesses(clients, layout, { networks });
    expect(witnesses.map(({ name }) => name)).toEqual(found);
    expect(named).toEqual(unread);
    expect(looks.length).toBeLessThanOrEqual(3);
  });
});

describe('a question', () => {
  const place = 'https://arm.test/subscriptions/s/operationResults/1?t=1&c=MII%2b';
  const ask: Ask = {
    id: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/n',
    nic: 'n',
    subnet: 'Hyper-V-LAN',
    expect: [{ kind: 'ghosted', prefix: '10.0.2.0/24', nextHop: '10.0.1.4' }],
  };
  const table2 = (hop: string) => {
    const { addressPrefix, nextHopType } = route();
    const told = { source: 'User', state: 'Active', nextHopType };
    return { value: [{ ...told, addressPrefix: [addressPrefix], nextHopIpAddress: [hop] }] };
  };

  async function look(
    answered: { status: number; headers?: Record<string, string>; body?: unknown } | Error,
    over: Partial<Ask> = {},
  ) {
    const requests: PipelineRequest[] = [];
    const sendRequest = (_: unknown, request: PipelineRequest) => {
      requests.push(request);
      if (answered instanceof Error) return Promise.reject(answered);
      const { status, headers = {}, body } = answered;
      return Promise.resolve({
        request,
        status,
        headers: createHttpHeaders(headers),
        bodyAsText: JSON.stringify(body),
      });
    };
    const pipeline = { sendRequest } as unknown as Pipeline;
    const clients = {
      endpoint: 'https://arm.test',
      network: () => Promise.resolve({ pipeline }),
    } as unknown as AzureClients;
    const advanced = await advance(clients, [{ ...ask, ...over }]);
    return { ...advanced, sent: requests.map(({ method, url }) => `${method} ${url}`) };
  }

  it('is put by POST; where the answer will be is kept as it was said', async () => {
    const taken = { status: 202, headers: { location: place, 'retry-after': '10' } };
    expect(await look(taken)).toEqual({
      asks: [{ ...ask, operation: place }],
      pollAfterSeconds: 10,
      sent: [`POST https://arm.test${ask.id}/effectiveRouteTable?api-version=2026-01-01`],
    });
    expect(await look({ status: 202 }, { operation: place })).toEqual({
      asks: [{ ...ask, operation: place }],
      sent: [`GET ${place}`],
    });
  });

  it.each<[string, Parameters<typeof look>[0], Partial<Ask>, string[], RegExp[]]>([
    ['at once', { status: 200, body: table2('10.0.1.4') }, {}, [], []],
    ['later', { status: 200, body: table2('10.0.1.4') }, { operation: place }, [], []],
    [
      'with a contradiction',
      { status: 200, body: table2('10.0.1.9') },
      { operation: place },
      [expect.stringContaining('10.0.1.9') as string],
      [],
    ],
    ['with something else', { status: 200, body: { id: 'x' } }, {}, [], [/no list of routes/]],
    ['with nothing', { status: 204 }, { operation: place }, [], [/no list of routes/]],
    [
      'with a refusal: the role lacks the action',
      { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'No.' } } },
      {},
      [],
      [/routes in force at n in Hyper-V-LAN are not known: AuthorizationFailed: No\. Give the app's/],
    ],
    [
      'with a refusal: the machine does not run',
      { status: 400, body: { error: { code: 'NotRunning', message: 'It must run.' } } },
      {},
      [],
      [/NotRunning: It must run/],
    ],
    ['with the interface gone', { status: 404 }, {}, [], [/Http404/]],
    ['with the place gone', { status: 404 }, { operation: place }, [], [/Http404/]],
    ['without a place', { status: 202 }, {}, [], [/NoLocation/]],
    [
      'from elsewhere, which is not asked',
      { status: 200, body: table2('10.0.1.4') },
      { operation: 'https://evil.test/1' },
      [],
      [/ForeignOperationUrl/],
    ],
  ])('is answered %s', async (_, answered, over, problems, notes) => {
    const { asks, sent } = await look(answered, over);
    expect(asks[0]?.opinion?.problems).toEqual(problems);
    expect(asks[0]?.opinion?.notes).toEqual(notes.map((one) => expect.stringMatching(one) as string));
    expect(sent.filter((one) => one.includes('evil'))).toEqual([]);
  });

  it.each<[string, Parameters<typeof look>[0], number | undefined]>([
    ['too many requests', { status: 429, headers: { 'retry-after': '17' } }, 17],
    ['another operation', { status: 409 }, undefined],
    ['an error of the server', { status: 503 }, undefined],
    ['a connection that broke', new Error('socket hang up'), undefined],
  ])('stays open after %s', async (_, answered, wait) => {
    const put = await look(answered);
    expect([put.asks, put.pollAfterSeconds]).toEqual([[ask], wait]);
    // An operation that failed has no answer any more: the question is put anew.
    const polled = await look(answered, { operation: place });
    const kept = wait === undefined ? {} : { operation: place };
    expect([polled.asks, polled.pollAfterSeconds]).toEqual([[{ ...ask, ...kept }], wait]);
  });

  it('that has its answer is not put again', async () => {
    const opinion = { problems: [], notes: ['said'] };
    const { asks, sent } = await look({ status: 500 }, { opinion });
    expect(asks).toEqual([{ ...ask, opinion }]);
    expect(sent).toEqual([]);
  });
});
