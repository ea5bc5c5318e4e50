import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from './child';
import { projectRoot } from './layout';

/** The development account's published key: Azurite accepts it and nothing else does. */
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

export interface Storage {
  child: Child;
  connectionString: string;
}

// Azurite does not watch its parent. The channel must not keep it alive either once its servers are closed.
const preload = "process.on('disconnect', () => process.exit(0)); process.channel?.unref();";

/** Starts Azurite on free ports with its files in `folder`. */
export async function startAzurite(folder: string, logFile: string): Promise<Storage> {
  mkdirSync(folder, { recursive: true });
  const services = ['blob', 'queue', 'table'];
  const child = new Child({
    name: 'storage emulator (Azurite)',
    module: join(projectRoot(), 'node_modules', 'azurite', 'dist', 'src', 'azurite.js'),
    args: [
      ...['--location', folder, '--silent', '--loose', '--skipApiVersionCheck', '--disableTelemetry'],
      ...services.flatMap((service) => [`--${service}Host`, '127.0.0.1', `--${service}Port`, '0']),
    ],
    logFile,
    preload,
  });
  const endpoint = (service: string): Promise<string> =>
    child.line(
      (line) => new RegExp(`^Azurite ${service} service is successfully listening at (\\S+)`).exec(line)?.[1],
    );
  const [blob, queue, table] = await Promise.all([endpoint('Blob'), endpoint('Queue'), endpoint('Table')]);
  return {
    child,
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${account}`,
      `AccountKey=${accountKey}`,
      `BlobEndpoint=${blob}/${account}`,
      `QueueEndpoint=${queue}/${account}`,
      `TableEndpoint=${table}/${account}`,
    ].join(';'),
  };
}
