import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { System } from '../local/launch/system';
import { createWorld, defineNetwork, networkBody } from '../local/launch/world';
import { fleetOrders, operationOf, provisionFleet } from './fleet';
import { readHistories } from './histories';

/** Figures of one fleet. Counts and simulated time depend little on the machine that measures; real time is not among them. */
export interface Measurement {
  hosts: number;
  ready: number;
  /** Simulated seconds from the first order until the last host was ready. */
  makespanSeconds: number;
  /** Simulated seconds that a host took from its first step on, without its wait at the gate: median and longest. */
  hostSeconds: { median: number; longest: number };
  requests: number;
  /** Neither GET nor DELETE nor a question. */
  writes: number;
  requestsPerHost: number;
  writesPerHost: number;
  /** Asked by POST, changing nothing. */
  questionsPerHost: number;
  throttled: number;
  conflicts: number;
  awaitsPerHost: number;
  mostAwaits: number;
  episodesPerHost: number;
}

const network = 'nested-fun';
const limitPerHost = 30_000;

/** Provisions so many hosts at once on a new network of a new system. */
export async function measure(hosts: number, seed: number): Promise<Measurement> {
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-bench-'));
  try {
    const system = await System.start({ folder, speed: 'max', seed });
    try {
      const observed = await observe(system, hosts);
      await system.stop();
      const { awaits, mostAwaits, episodes } = readHistories(
        join(folder, 'func', 'durable.db'),
        'provisionHost',
      );
      return {
        ...observed,
        awaitsPerHost: ratio(awaits, hosts),
        mostAwaits,
        episodesPerHost: ratio(episodes, hosts),
      };
    } finally {
      await system.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function observe(
  system: System,
  hosts: number,
): Promise<Omit<Measurement, 'awaitsPerHost' | 'mostAwaits' | 'episodesPerHost'>> {
  const { admin } = system;
  await defineNetwork(system, network, networkBody(system, await createWorld(system)));
  const before = (await admin.requests()).requests.at(-1)?.seq ?? 0;
  const begun = (await admin.clock()).now;
  const orders = fleetOrders(network, hosts);
  const views = await provisionFleet(system, orders, 60_000 + hosts * limitPerHost);
  const { counts } = await admin.requests(before);
  const operations = await Promise.all(orders.map((order) => operationOf(system, order)));
  const ends = operations.map(({ finishedAt }) => Date.parse(finishedAt ?? ''));
  const seconds = operations
    .map(({ startedAt, finishedAt }) => (Date.parse(finishedAt ?? '') - Date.parse(startedAt ?? '')) / 1_000)
    .sort((a, b) => a - b);
  return {
    hosts,
    ready: views.filter(({ state }) => state === 'ready').length,
    makespanSeconds: Math.round((Math.max(...ends) - begun) / 1_000),
    hostSeconds: {
      median: Math.round(seconds[Math.floor(seconds.length / 2)] ?? 0),
      longest: Math.round(seconds.at(-1) ?? 0),
    },
    requests: counts.requests,
    writes: counts.writes,
    requestsPerHost: ratio(counts.requests, hosts),
    writesPerHost: ratio(counts.writes, hosts),
    questionsPerHost: ratio(counts.questions, hosts),
    throttled: counts.throttled,
    conflicts: counts.conflicts,
  };
}

const ratio = (total: number, hosts: number): number => Math.round((total / hosts) * 10) / 10;
