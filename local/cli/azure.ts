import { parseArgs } from 'node:util';
import { startAzure } from '../azure/start';
import type { AzureOptions } from '../azure/start';

/** Runs the simulated Azure alone; the first line of output says where everything is. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      'admin-port': { type: 'string' },
      speed: { type: 'string' },
      seed: { type: 'string' },
      data: { type: 'string' },
    },
  });
  const azure = await startAzure(optionsFrom(values));
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    void azure.stop().finally(() => process.exit(0));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (process.env.NESTED_HOSTS_PARENT === 'ipc') {
    process.on('disconnect', stop);
    if (!process.connected) stop();
  }
  // Last: whoever reads the line may end this process at once.
  process.stdout.write(`${JSON.stringify(azure.info)}\n`);
}

function optionsFrom(
  values: Partial<Record<'port' | 'admin-port' | 'speed' | 'seed' | 'data', string>>,
): AzureOptions {
  const number = (name: string, text: string | undefined, smallest: number): number | undefined => {
    if (text === undefined) return undefined;
    const value = Number(text);
    if (!Number.isFinite(value) || value < smallest) throw new RangeError(`--${name} ${text} is not usable.`);
    return value;
  };
  const port = number('port', values.port, 0);
  const adminPort = number('admin-port', values['admin-port'], 0);
  const seed = number('seed', values.seed, 0);
  const speed = values.speed === 'max' ? 'max' : number('speed', values.speed, Number.MIN_VALUE);
  return {
    ...(port === undefined ? {} : { port }),
    ...(adminPort === undefined ? {} : { adminPort }),
    ...(seed === undefined ? {} : { seed }),
    ...(speed === undefined ? {} : { speed }),
    ...(values.data === undefined ? {} : { data: values.data }),
  };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
