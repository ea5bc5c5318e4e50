import { parseArgs } from 'node:util';
import type { LoggedRequest } from '../launch/adminClient';
import { collectorSettings, startCollector } from '../launch/collector';
import { Interrupted, withSystem } from '../launch/session';
import type { System } from '../launch/system';
import { deletions, toldWarrants, unwarranted } from '../launch/warrants';
import { promisedFleet } from './demo/fleet/promise';
import { tellFleet } from './demo/fleet/story';
import { differences, inOrder, promised } from './demo/promise';
import { Screen } from './demo/screen';
import { tell } from './demo/story';
import { traceOf } from './demo/trace';

const usage = `Usage: npm run demo -- [--scenario NAME] [--trace] [--json] [--seed N] [--data DIR]
  --scenario  hosts: two hosts on a new network, from nothing to nothing (default)
              fleet: twelve hosts on a company's network with firewall, gateway and peer
  --trace     prints what the app did to provision hv-01, as a tree of spans with durations
  --json      the last line is one JSON document with everything that was read back
  --seed      seed of the latencies of the simulated Azure (default 1)
  --data      folder for records and logs, kept at the end (default: a temporary one)`;

/** What every scenario reads back, besides what it promises. */
interface Measured {
  azure: { requests: number };
  simulatedSeconds: Record<string, number>;
}

interface Scenario {
  tell(system: System, screen: Screen, signal: AbortSignal): Promise<Measured>;
  /** What has to be read back, without what was measured. */
  promised: unknown;
}

const scenarios: Record<string, Scenario> = {
  hosts: { tell, promised: { ...promised, ...inOrder } },
  fleet: { tell: tellFleet, promised: { ...promisedFleet, ...inOrder } },
};

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      scenario: { type: 'string', default: 'hosts' },
      trace: { type: 'boolean', default: false },
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
  const scenario = Object.hasOwn(scenarios, values.scenario) ? scenarios[values.scenario] : undefined;
  if (!scenario || !/^\d+$/.test(values.seed)) throw new Error(usage);
  const screen = new Screen(process.stdout, process.stdout.isTTY && !values.json);
  const begun = performance.now();
  screen.print('Starting simulated Azure, storage and the functions host ...', '');
  const collector = values.trace ? await startCollector() : undefined;
  let requests: LoggedRequest[] = [];
  const document = await withSystem(
    {
      speed: 'max',
      seed: Number(values.seed),
      ...(values.data === undefined ? {} : { folder: values.data }),
      ...(collector && { settings: collectorSettings(collector) }),
    },
    async (system, signal) => {
      const told = await scenario.tell(system, screen, signal);
      if (collector) requests = (await system.admin.requests()).requests;
      const deleted = await deletions(system);
      const missing = unwarranted(deleted, await toldWarrants(system));
      screen.print(
        `Azure was asked to delete ${deleted.length} times, ${deleted.length - missing.length} of them with a warrant on record.`,
      );
      return { ...told, unwarranted: missing, azure: { ...told.azure, deletes: deleted.length } };
    },
  ).finally(() => collector?.stop());
  // The app has ended and sent its last spans by now.
  const trace = collector && traceOf(collector.spans, requests, { kind: 'provision', host: 'hv-01' });
  if (trace) screen.print(...trace.lines, ...(trace.breaks.length === 0 ? ['It is one trace.', ''] : ['']));
  const { azure, simulatedSeconds, ...found } = document;
  const wrong = [...differences(scenario.promised, found), ...(trace?.breaks ?? [])];
  screen.print(
    ...(wrong.length > 0
      ? ['Not as promised:', ...wrong.map((line) => `  ${line}`)]
      : ['Everything is as promised.']),
    `Simulated: ${Object.entries(simulatedSeconds)
      .map(([what, seconds]) => `${what} in ${seconds} s`)
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
