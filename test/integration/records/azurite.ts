import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import type { StorageSettings } from '../../../shared/config';

export interface Azurite {
  storage: StorageSettings;
  stop(): Promise<void>;
}

const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * A table service of its own on a free port, in memory, gone with the test. It does not tell which port it chose, so one is
 * chosen for it; somebody may take that before it does, and then it is another one's turn.
 */
export async function startAzurite(): Promise<Azurite> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOn(await freePort());
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

async function startOn(port: number): Promise<Azurite> {
  const cli = path.resolve('node_modules/azurite/dist/src/table/main.js');
  const flags = [
    '--inMemoryPersistence',
    '--loose',
    '--skipApiVersionCheck',
    '--disableTelemetry',
    '--silent',
  ];
  const child = spawn(process.execPath, [cli, ...flags, '--tablePort', String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (text: Buffer) => text.includes('successfully started') && resolve());
    child.once('exit', (code) => reject(new Error(`Azurite ended with ${code}.`)));
  });
  const connectionString =
    'DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;' +
    `AccountKey=${key};TableEndpoint=http://127.0.0.1:${port}/devstoreaccount1;`;
  return {
    storage: { kind: 'connectionString', connectionString },
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit');
        child.once('exit', () => resolve());
        child.kill();
      }),
  };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('No port.');
  return address.port;
}
