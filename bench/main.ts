import { parseArgs } from 'node:util';
import { columns } from '../local/cli/demo/table';
import { measure, type Measurement } from './measure';

const usage = `Usage: npm run bench -- [--hosts 1,10,100] [--seed N] [--json]
  --hosts  sizes of the fleets, one system each (default 1,10,100)
  --seed   of the simulated Azure (default 1)
  --json   figures as JSON`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      hosts: { type: 'string', default: '1,10,100' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return print(usage);
  const sizes = values.hosts.split(',').map(Number);
  const seed = Number(values.seed);
  if (!sizes.every((size) => Number.isInteger(size) && size > 0) || !Number.isInteger(seed)) {
    throw new Error(usage);
  }
  const measured: Measurement[] = [];
  for (const hosts of sizes) {
    if (!values.json) process.stderr.write(`${hosts} at once ...\n`);
    measured.push(await measure(hosts, seed));
  }
  print(values.json ? JSON.stringify(measured, null, 2) : table(measured).join('\n'));
}

function table(measured: Measurement[]): string[] {
  const row = (title: string, cell: (one: Measurement) => string | number): string[] => [
    title,
    ...measured.map((one) => String(cell(one))),
  ];
  return columns([
    row('hosts ordered at once', ({ hosts }) => hosts),
    row('ready', ({ ready }) => ready),
    row('makespan, simulated', ({ makespanSeconds }) => minutes(makespanSeconds)),
    row('one host, median', ({ hostSeconds }) => minutes(hostSeconds.median)),
    row('one host, longest', ({ hostSeconds }) => minutes(hostSeconds.longest)),
    row('ARM requests per host', ({ requestsPerHost }) => requestsPerHost),
    row('ARM writes per host', ({ writesPerHost }) => writesPerHost),
    row('questions by POST per host', ({ questionsPerHost }) => questionsPerHost),
    row('answered 429', ({ throttled }) => throttled),
    row('answered 409 or 412', ({ conflicts }) => conflicts),
    row('awaits per orchestration', ({ awaitsPerHost }) => awaitsPerHost),
    row('awaits, most', ({ mostAwaits }) => mostAwaits),
    row('episodes per orchestration', ({ episodesPerHost }) => episodesPerHost),
  ]);
}

const minutes = (seconds: number): string => `${Math.floor(seconds / 60)} min ${seconds % 60} s`;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
