import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Interrupted, withSystem } from '../launch/session';
import type { System } from '../launch/system';
import { createWorld, networkBody, type World } from '../launch/world';

const usage = `Usage: npm start -- [--port P] [--speed N|max] [--data DIR]
  --port   port of the HTTP API (default 7071)
  --speed  simulated seconds per second (default 60), or max: waits are jumped over
  --data   folder for records and logs, kept at the end (default: a temporary one)`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '7071' },
      speed: { type: 'string', default: '60' },
      data: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return console.log(usage);
  const speed = values.speed === 'max' ? 'max' : Number(values.speed);
  const port = Number(values.port);
  if (!(speed === 'max' || speed > 0) || !Number.isInteger(port) || port < 0 || port > 65535) {
    throw new Error(usage);
  }
  await withSystem(
    {
      speed,
      ...(port === 0 ? {} : { hostPort: port }),
      ...(values.data === undefined ? {} : { folder: resolve(values.data) }),
    },
    async (system, signal) => {
      console.log(welcome(system, await createWorld(system)));
      await new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error)),
      );
    },
  );
}

function welcome(system: System, world: World): string {
  const { host, azure, storageConnection } = system;
  const call = `curl -s -H 'x-functions-key: ${host.functionKey}'`;
  const json = "-H 'content-type: application/json'";
  const network = JSON.stringify(networkBody(system, world));
  return `The system runs. Ctrl-C stops it.

  HTTP API         ${host.url}/api/v1
  function key     ${host.functionKey}
  simulated Azure  ${azure.endpoint}  (certificate ${azure.caFile})
  its back door    ${azure.adminEndpoint}/state
  storage          ${/QueueEndpoint=([^;]+)/.exec(storageConnection)?.[1] ?? ''}

Define a network, order a host, watch it:

  ${call} ${json} -X PUT ${host.url}/api/v1/networks/nested-fun -d '${network}'

  ${call} ${json} -X POST ${host.url}/api/v1/hosts -d '{"network":"nested-fun","name":"hv-01"}'

  ${call} ${host.url}/api/v1/hosts/nested-fun/hv-01
`;
}

main().catch((error: unknown) => {
  if (error instanceof Interrupted) return;
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
