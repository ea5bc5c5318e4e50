import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withAzure } from '../launch/azureSession';
import { Interrupted, withSystem } from '../launch/session';
import { createWorld } from '../launch/world';
import { welcome, welcomeOnAzure } from './welcome';

const usage = `Usage: npm start -- [--port P] [--speed N|max] [--data DIR]
       npm start -- --azure --data DIR [--port P]
  --port   port of the HTTP API (default 7071)
  --speed  simulated seconds per second (default 60), or max: waits are jumped over
  --data   folder for records and logs, kept at the end (default: a temporary one)
  --azure  works on the real Azure, as whoever is signed in ("az login")`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '7071' },
      speed: { type: 'string' },
      data: { type: 'string' },
      azure: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const { azure, data } = values;
  const speed = values.speed === 'max' ? 'max' : Number(values.speed ?? '60');
  const port = Number(values.port);
  const onAzure = !azure || (data !== undefined && values.speed === undefined);
  if (!(speed === 'max' || speed > 0) || !Number.isInteger(port) || port < 0 || port > 65535 || !onAzure) {
    throw new Error(usage);
  }
  const hostPort = port === 0 ? {} : { hostPort: port };
  if (azure) {
    await withAzure({ folder: resolve(data ?? ''), ...hostPort }, async (system, signal) => {
      console.log(welcomeOnAzure(system));
      await interruption(signal);
    });
    return;
  }
  await withSystem(
    { speed, ...hostPort, ...(data === undefined ? {} : { folder: resolve(data) }) },
    async (system, signal) => {
      console.log(welcome(system, await createWorld(system)));
      await interruption(signal);
    },
  );
}

const interruption = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
  );

main().catch((error: unknown) => {
  if (error instanceof Interrupted) return;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
