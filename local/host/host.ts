import { existsSync, mkdirSync } from 'node:fs';
import { AppRuntime, type AppRuntimeOptions } from './runtime';
import { realClock } from './clock/clock';
import { ClockFollower } from './clock/follower';
import type { AppFunction } from './appFunction';
import { functionKey } from './http/auth';
import type { Route } from './http/router';
import { createServer } from './http/server';
import type { HostOptions } from './options';
import { readAppSettings, readHostJson, setting } from './settings';

/** What a started host tells its operator. */
export interface Ready {
  /** http://127.0.0.1:P */
  url: string;
  functionKey: string;
  childPid: number | undefined;
  functions: AppFunction[];
  routes: Route[];
}

export interface HostEnvironment {
  /** The bundled worker/main.ts. */
  workerFile: string;
  environment: NodeJS.ProcessEnv;
  /** File descriptor that takes what the app prints. */
  output: number;
  log: (line: string) => void;
}

export interface RunningHost {
  ready: Ready;
  /** Takes no new work, gives what runs a few seconds, then ends the app's process and the server. */
  stop(): Promise<void>;
}

/**
 * Hosts one function app until stopped. Resolves when the app is loaded and its triggers run; rejects when the port is
 * taken or the data folder in use, host.json is invalid, the clock does not answer, or the app cannot be loaded.
 */
export async function startHost(options: HostOptions, env: HostEnvironment): Promise<RunningHost> {
  if (!existsSync(options.scriptRoot)) throw new Error(`There is no folder "${options.scriptRoot}".`);
  mkdirSync(options.dataFolder, { recursive: true });
  const settings = readAppSettings(options.scriptRoot, env.environment);
  const hostJson = readHostJson(options.scriptRoot, settings);
  const key = functionKey(options.dataFolder, setting(settings, 'FUNCTION_KEY'));
  const follower =
    options.clockUrl === undefined ? undefined : new ClockFollower(options.clockUrl, 'functions-host');
  await follower?.connect();

  const current: { runtime?: AppRuntime } = {};
  const server = createServer(() => current.runtime?.state, env.log);
  const url = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : options.port}`);
    });
  });
  const runtime = (current.runtime = openRuntime({
    ...{ settings, hostJson, key, url, follower },
    ...{ scriptRoot: options.scriptRoot, dataFolder: options.dataFolder, test: options.test },
    ...{ workerFile: env.workerFile, output: env.output, log: env.log },
    clock: follower ?? realClock,
  }));
  const stop = async (): Promise<void> => {
    // Until then invocations under way may still call the durable webhooks.
    await runtime.stop();
    server.close();
    server.closeAllConnections();
  };
  try {
    await runtime.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const { functions, routes } = runtime.state;
  const childPid = runtime.state.childPid();
  return { ready: { url, functionKey: key, childPid, functions, routes }, stop };
}

function openRuntime(options: AppRuntimeOptions): AppRuntime {
  try {
    return new AppRuntime(options);
  } catch (error) {
    if (!String(error).includes('database is locked')) throw error;
    throw new Error(`The data folder "${options.dataFolder}" is in use by another functions host.`, {
      cause: error,
    });
  }
}
