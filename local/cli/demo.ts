import { parseArgs } from 'node:util';
import { Interrupted, withSystem } from '../launch/session';
import { differences, promised } from './demo/promise';
import { Screen } from './demo/screen';
import { tell } from './demo/story';

const usage = `Usage: npm run demo -- [--json] [--seed N] [--data DIR]
  --json  the last line is one JSON document with everything that was read back
  --seed  seed of the latencies of the simulated Azure (default 1)
  --data  folder for records and logs, kept at the end (default: a temporary one)`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      data: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (!/^\d+$/.test(values.seed)) throw new Error(usage);
  const screen = new Screen(process.stdout, process.stdout.isTTY && !values.json);
  const begun = performance.now();
  screen.print('Starting simulated Azure, storage and the functions host ...', '');
  const document = await withSystem(
    {
      speed: 'max',
      seed: Number(values.seed),
      ...(values.data === undefined ? {} : { folder: values.data }),
    },
    (system, signal) => tell(system, screen, signal),
  );
  const { azure, simulatedSeconds, ...found } = document;
  const wrong = differences(promised, found);
  screen.print(
    ...(wrong.length > 0
      ? ['Not as promised:', ...wrong.map((line) => `  ${line}`)]
      : ['Everything is as promised.']),
    `Simulated: ${Object.entries(simulatedSeconds)
      .map(([host, seconds]) => `${host} in ${seconds} s`)
      .join(
        ', ',
      )}; ${azure.requests} requests to Azure. Real: ${Math.round((performance.now() - begun) / 1000)} s.`,
  );
  if (values.json) screen.print(JSON.stringify(document));
  return wrong.length === 0 ? 0 : 1;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = error instanceof Interrupted ? 130 : 1;
  },
);
