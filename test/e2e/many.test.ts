import { join } from 'node:path';
import { fleetOrders, operationOf, provisionFleet, type FleetOrder } from '../../bench/fleet';
import { readHistories, type HistoryFigures } from '../../bench/histories';
import type { HostView, OperationView } from '../../local/launch/appClient';
import { defineNetwork, networkBody } from '../../local/launch/world';
import { startSystem, type Running } from './harness';

/** How many hosts are ordered at once. 240 is the most that fits into the /24 of the network's subnets. */
const many = Number(process.env['MANY_HOSTS'] ?? 100);
const inFlight = 20;
const limit = 60_000 + many * 5_000;

jest.setTimeout(limit + 60_000);

const prefixOf = ({ addresses }: HostView): string => addresses?.ghostedPrefix ?? 'none';
const number = (prefix: string): number =>
  prefix.split(/[./]/).reduce((sum, part) => sum * 256 + Number(part), 0);

interface Begun {
  way: FleetOrder['way'];
  prefix: number;
  /** Milliseconds. */
  at: number;
}

/** Both by turns, and what is left of the longer one. */
const inTurn = (one: Begun[], other: Begun[]): Begun[] =>
  Array.from({ length: Math.max(one.length, other.length) }, (_, index) =>
    [one[index] ?? [], other[index] ?? []].flat(),
  ).flat();

/** Real time passes while somebody is told to go on: whose turns come so close together begin in either order. */
const closeTogether = 30_000;

/** Those that began after one whose turn came later. */
const overtaken = (line: Begun[]): Begun[] =>
  line.filter(({ at }, index) => line.slice(index + 1).some((later) => later.at < at - closeTogether));

describe(`${many} hosts ordered at once (MANY_HOSTS), over HTTP and over the queue`, () => {
  const orders = fleetOrders('nested-fun', many);
  let running: Running;
  let hosts: HostView[];
  let operations: OperationView[];

  beforeAll(async () => {
    running = await startSystem();
    hosts = await provisionFleet(running.system, orders, limit);
    operations = await Promise.all(orders.map((order) => operationOf(running.system, order)));
  });
  afterAll(async () => await running?.stop());

  it('all become ready', () => {
    expect(operations.flatMap(({ failure }) => failure ?? [])).toEqual([]);
    expect(hosts.map(({ state }) => state)).toEqual(orders.map(() => 'ready'));
  });

  it('have the first prefixes of the pools and the first addresses of the subnets, each its own', () => {
    const pool = ['10.0.2.0/24', ...Array.from({ length: many - 1 }, (_, index) => `10.10.${index}.0/24`)];
    expect(new Set(hosts.map(prefixOf))).toEqual(new Set(pool));
    for (const [field, network] of [
      ['natAddress', '10.0.0'],
      ['lanAddress', '10.0.1'],
    ] as const) {
      const addresses = orders.map((_order, index) => `${network}.${index + 4}`);
      expect(new Set(hosts.map((host) => host.addresses?.[field]))).toEqual(new Set(addresses));
    }
  });

  it('are in Azure as they were promised: subnet, addresses, route', async () => {
    const { resources } = await running.system.admin.state();
    const of = (type: string, name: string): Record<string, unknown> | undefined =>
      resources.find((one) => one.type.toLowerCase().endsWith(type) && one.name.endsWith(name))?.properties;
    for (const { name, addresses } of hosts) {
      expect(of('/subnets', `Ghosted-${name}`)).toMatchObject({ addressPrefix: addresses?.ghostedPrefix });
      expect(of('/routes', `Nested-VMs-${name}`)).toMatchObject({
        addressPrefix: addresses?.ghostedPrefix,
        nextHopIpAddress: addresses?.lanAddress,
      });
      expect(of('/networkinterfaces', `${name}-lan`)).toMatchObject({
        ipConfigurations: [{ properties: { privateIPAddress: addresses?.lanAddress } }],
      });
    }
  });

  it('cost no conflict, hardly a refusal for too many requests, and 12 writes each', async () => {
    const { counts } = await running.system.admin.requests();
    expect(counts).toMatchObject({ conflicts: 0, deletes: 0 });
    expect(counts.throttled).toBeLessThanOrEqual(many / 10);
    expect(counts.writes).toBeLessThanOrEqual(12 * many + 20);
    // Nobody else lives in the routed subnets: NIC 2 alone is asked for the routes in force, once.
    expect(counts.questions).toBeGreaterThanOrEqual(many);
    expect(counts.questions).toBeLessThanOrEqual(many + counts.throttled);
  });

  it(`are at most ${inFlight} at a time`, () => {
    const changes = operations.flatMap(({ startedAt, finishedAt }) => [
      { at: Date.parse(startedAt ?? ''), by: 1 },
      { at: Date.parse(finishedAt ?? ''), by: -1 },
    ]);
    changes.sort((a, b) => a.at - b.at || a.by - b.by);
    let now = 0;
    const most = Math.max(...changes.map(({ by }) => (now += by)));
    expect(most).toBe(Math.min(inFlight, many));
  });

  it('come in order of admission, one caller and the other in turn', () => {
    const begun = orders.map((order, index) => ({
      way: order.way,
      prefix: number(prefixOf(hosts[index] as HostView)),
      at: Date.parse(operations[index]?.startedAt ?? ''),
    }));
    // Whoever finds the gate open passes as it comes; from then on there is an order.
    const waited = begun.sort((a, b) => a.at - b.at).slice(inFlight);
    const [http = [], queue = []] = (['http', 'queue'] as const).map((way) =>
      waited.filter((one) => one.way === way).sort((a, b) => a.prefix - b.prefix),
    );
    // Whose turn is the first is chance.
    const [fewer] = [inTurn(http, queue), inTurn(queue, http)]
      .map(overtaken)
      .sort((a, b) => a.length - b.length);
    expect(fewer).toEqual([]);
  });

  it('cost at most 55 awaits each, also those that make what all share', async () => {
    let figures: HistoryFigures | undefined;
    await running.stop((folder) => {
      figures = readHistories(join(folder, 'func', 'durable.db'), 'provisionHost');
    });
    expect(figures?.instances).toBe(many);
    expect(figures?.mostAwaits).toBeLessThanOrEqual(55);
  });
});

describe('two networks on one VNet and one route table', () => {
  let running: Running;
  beforeAll(async () => {
    running = await startSystem();
    const { system, world } = running;
    // The same subnets, the same pools, the same table: only the name differs.
    await defineNetwork(system, 'nested-two', networkBody(system, world));
  });
  afterAll(async () => await running?.stop());

  it('do not collide when hosts of both are ordered at once', async () => {
    const { system } = running;
    const orders: FleetOrder[] = [
      ...fleetOrders('nested-fun', 3, 'one'),
      ...fleetOrders('nested-two', 3, 'two'),
    ];
    const hosts = await provisionFleet(system, orders, 60_000);
    expect(hosts.map(({ state }) => state)).toEqual(orders.map(() => 'ready'));
    for (const field of ['ghostedPrefix', 'natAddress', 'lanAddress'] as const) {
      expect(new Set(hosts.map(({ addresses }) => addresses?.[field])).size).toBe(orders.length);
    }
    const { resources } = await system.admin.state();
    const tables = resources.filter(({ type }) => /\/routetables$/i.test(type));
    const routes = resources.filter(({ type }) => /\/routetables\/routes$/i.test(type));
    expect(tables).toHaveLength(1);
    expect(routes.map(({ name }) => name.split('/').at(-1)).sort()).toEqual(
      orders.map(({ name }) => `Nested-VMs-${name}`).sort(),
    );
    expect((await system.admin.requests()).counts).toMatchObject({ conflicts: 0, deletes: 0 });
  });
});
