import type { AppSystem } from '../launch/appSystem';
import type { System } from '../launch/system';
import { networkBody, type World } from '../launch/world';

/** What `npm start` prints: addresses, the key, three calls that work as they stand. */
export function welcome(system: System, world: World): string {
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

export function welcomeOnAzure({ host, storageConnection }: AppSystem): string {
  return `The app runs here and works on the real Azure. What it makes costs money. Ctrl-C stops the app, nothing else.

  HTTP API      ${host.url}/api/v1
  function key  ${host.functionKey}
  storage       ${/QueueEndpoint=([^;]+)/.exec(storageConnection)?.[1] ?? ''}

Is it ready?

  curl -s ${host.url}/api/v1/health/ready
`;
}
