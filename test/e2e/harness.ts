import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../../local/launch/http';
import type { OperationView } from '../../local/launch/appClient';
import { System } from '../../local/launch/system';
import { until } from '../../local/launch/until';
import { createWorld, defineNetwork, networkBody, type World } from '../../local/launch/world';
import { watchAnswers } from './documented';
import { expectWarrants } from './warrants';

export interface Running {
  system: System;
  world: World;
  /** Where data and logs of the system are. */
  folder: string;
  /**
   * Ends the system; throws if Azure was asked to delete anything without a warrant on record, or if the app gave an answer
   * that its API document does not tell of. `look` sees the folder before it goes, when all processes have ended.
   */
  stop(look?: (folder: string) => void): Promise<void>;
}

/** Starts the built system with a clock that jumps over waits, and defines the default network `nested-fun`. */
export async function startSystem(
  changes: Record<string, unknown> = {},
  seed = 1,
  settings: Record<string, string> = {},
  trusted = '',
  app?: string,
): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'nested-hosts-e2e-'));
  const system = await System.start({
    folder,
    speed: 'max',
    seed,
    trusted,
    ...(app === undefined ? {} : { app }),
    // A message that fails is tried again at once.
    settings: { AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '00:00:00', ...settings },
  });
  let over = false;
  const end = async (look?: (folder: string) => void): Promise<void> => {
    over = true;
    await system.stop();
    look?.(folder);
    if (process.env['E2E_LOGS']) printLogs(join(folder, 'logs'));
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  const mistakes = watchAnswers(system);
  const stop: Running['stop'] = async (look) => {
    if (over) return;
    try {
      await expectWarrants(system);
      expect(mistakes).toEqual([]);
    } finally {
      await end(look);
    }
  };
  try {
    const world = await createWorld(system);
    await defineNetwork(system, 'nested-fun', networkBody(system, world, changes));
    return { system, world, folder, stop };
  } catch (error) {
    await end();
    throw error;
  }
}

function printLogs(folder: string): void {
  for (const name of readdirSync(folder)) {
    process.stderr.write(`--- ${name}\n${readFileSync(join(folder, name), 'utf8')}\n`);
  }
}

/** Asks for a host on `nested-fun`; returns the operation's id. */
export async function order(
  { app }: System,
  name: string,
  more: Record<string, unknown> = {},
): Promise<string> {
  const answer: Answer<{ id: string }> = await app.send('POST', '/hosts', {
    network: 'nested-fun',
    name,
    ...more,
  });
  if (answer.status !== 202) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.id;
}

/** Waits for the end of an operation, whatever it is. The host may be down in between. */
export async function ended({ app }: System, id: string): Promise<OperationView> {
  return await until(
    async () => {
      try {
        const operation = await app.operation(id);
        return operation.finishedAt === undefined ? undefined : operation;
      } catch {
        return undefined;
      }
    },
    { what: `operation ${id}`, limit: 100_000 },
  );
}

/** Ids of everything that exists, in lower case and order. */
export async function resourceIds({ admin }: System): Promise<string[]> {
  return (await admin.state()).resources.map(({ id }) => id.toLowerCase()).sort();
}

/** Prefixes promised to hosts of a network, as its occupancy says. */
export async function promisedPrefixes({ app }: System, network = 'nested-fun'): Promise<number> {
  const { occupancy } = await app.get<{ occupancy: { pools: { used: number; foreign: number }[] } }>(
    `/networks/${network}`,
  );
  return occupancy.pools.reduce((sum, { used, foreign }) => sum + used - foreign, 0);
}
