import { Child } from './child';
import { builtApp, builtEntry } from './layout';

export interface FunctionsHost {
  child: Child;
  /** http://127.0.0.1:P */
  url: string;
  functionKey: string;
  /** Process that ran the app when it had started; the host starts another one if it dies. */
  childPid: number;
}

export interface HostOptions {
  port: number;
  folder: string;
  logFile: string;
  /** App settings, as environment of the app's process. */
  settings: Record<string, string>;
  /** Clock of the simulated Azure, whose host also serves test aids; absent: the time of this machine. */
  clock?: string;
  /** Folder of the app; absent: the build. */
  app?: string;
}

interface ReadyLine {
  ready: boolean;
  url: string;
  functionKey: string;
  childPid: number;
}

/** Starts the functions host on the built app and waits until the app has registered its functions. */
export async function startFunctionsHost(options: HostOptions): Promise<FunctionsHost> {
  const child = new Child({
    name: 'functions host',
    module: builtEntry('func'),
    args: [
      ...['start', '--port', String(options.port), '--script-root', options.app ?? builtApp()],
      ...['--data', options.folder, '--json'],
      ...(options.clock === undefined ? [] : ['--clock', options.clock, '--test']),
    ],
    env: { DURABLE_HUB: 'NestedHosts', ...options.settings },
    logFile: options.logFile,
  });
  const ready = await child.line((line) => {
    if (!line.startsWith('{"ready"')) return undefined;
    const value = JSON.parse(line) as ReadyLine;
    return value.ready ? value : undefined;
  });
  const { url, functionKey, childPid } = ready;
  return { child, url, functionKey, childPid };
}
