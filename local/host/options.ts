import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';

export interface HostOptions {
  /** 0 = any free port. */
  port: number;
  scriptRoot: string;
  dataFolder: string;
  /** Address of the simulated clock; undefined = this machine's clock. */
  clockUrl: string | undefined;
  /** Announce readiness as one JSON line on stdout and log to stderr. */
  json: boolean;
  /** Serve the test aids. */
  test: boolean;
}

export const usage = `Usage: func start [--port P] [--script-root DIR] [--data DIR] [--clock URL] [--json] [--test]
  --port         port on 127.0.0.1 (default 7071, 0 = any free one)
  --script-root  folder of the function app (default: this folder, else its dist/app)
  --data         folder for keys, timers and durable state (default: <script-root>/../../.nested-hosts/func)
  --clock        simulated clock to follow, e.g. http://127.0.0.1:8082/admin/clock (default: real time)
  --json         print readiness as a JSON line
  --test         serve test aids such as POST /admin/host/kill-worker`;

/** Parses the command line after the program name. Throws with a readable message on anything unknown. */
export function parseOptions(argv: string[], cwd: string): HostOptions {
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      port: { type: 'string', short: 'p', default: '7071' },
      'script-root': { type: 'string' },
      data: { type: 'string' },
      clock: { type: 'string' },
      json: { type: 'boolean', default: false },
      test: { type: 'boolean', default: false },
    },
  });
  const command = positionals.join(' ');
  if (command !== 'start' && command !== 'host start') throw new Error(`Unknown command "${command}".`);
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65_535) throw new Error(`"${values.port}" is no port.`);
  const scriptRoot = path.resolve(cwd, values['script-root'] ?? defaultRoot(cwd));
  return {
    port,
    scriptRoot,
    dataFolder: path.resolve(cwd, values.data ?? path.join(scriptRoot, '../../.nested-hosts/func')),
    clockUrl: values.clock?.replace(/\/$/, ''),
    json: values.json,
    test: values.test,
  };
}

/** A checkout is not itself the app: its build is. */
function defaultRoot(cwd: string): string {
  const built = path.join(cwd, 'dist', 'app');
  return existsSync(path.join(built, 'package.json')) ? built : cwd;
}
