import { TableServiceClient } from '@azure/data-tables';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';
import { createRecords } from '../../../shared/records/createRecords';
import type { Records } from '../../../shared/records/store';

interface Azurite {
  connectionString: string;
  stop(): Promise<void>;
}

interface Storage {
  readonly kind: 'connectionString';
  connectionString: string;
}

/** A table service for the tests of this file. It can be asked from the first of them on. */
export function withStorage(): Storage {
  const storage: Storage = { kind: 'connectionString', connectionString: '' };
  let azurite: Azurite | undefined;
  beforeAll(async () => {
    azurite = await startAzurite();
    storage.connectionString = azurite.connectionString;
  });
  afterAll(() => azurite?.stop());
  return storage;
}

/** Records for the tests of this file, at first empty. */
export const withRecords = (): Records => createRecords(withStorage());

/** Takes every table away; records that are created afterwards are empty. */
export async function empty({ connectionString }: Storage): Promise<void> {
  const service = TableServiceClient.fromConnectionString(connectionString, {
    allowInsecureConnection: true,
  });
  for await (const { name } of service.listTables()) if (name !== undefined) await service.deleteTable(name);
}

const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * A table service of its own on a free port, in memory, gone with the test. It does not tell which port it chose, so one is
 * chosen for it; somebody may take that before it does, and then it is another one's turn.
 */
async function startAzurite(): Promise<Azurite> {
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
    connectionString,
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
