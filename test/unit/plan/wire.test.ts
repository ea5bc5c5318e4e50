import type { AzureClients } from '../../../shared/azure/clients';
import type { ResourceSpec } from '../../../shared/azure/ensure';
import { hostLayout, type HostLayout } from '../../../shared/azure/layout';
import { networkInterfaceSpec } from '../../../shared/azure/resources/networkInterface';
import { publicIpSpec } from '../../../shared/azure/resources/publicIp';
import { routeSpec, routeTableSpec } from '../../../shared/azure/resources/routeTable';
import { subnetSpec, subnetWishes } from '../../../shared/azure/resources/subnet';
import { virtualMachineSpec } from '../../../shared/azure/resources/virtualMachine';
import { wireBody } from '../../../shared/azure/plan/wire';
import { addresses, definition, identity, network, spec, table } from '../shared/fixture';

const rich: HostLayout = hostLayout(
  identity,
  {
    ...definition,
    tags: { owner: 'us' },
    natSubnet: { ...definition.natSubnet, networkSecurityGroupId: '/subscriptions/s/group' },
    outbound: { kind: 'publicIp' },
  },
  {
    ...spec,
    zone: '1',
    acceleratedNetworking: true,
    licenseType: 'Windows_Server',
    patchMode: 'AutomaticByPlatform',
    dataDiskSizeGb: 512,
    securityType: 'TrustedLaunch',
  },
  addresses,
);

/** What the SDK sends for a body, instead of sending it. */
async function sentBySdk<E, B>(of: ResourceSpec<E, B>, body: B, existing?: E): Promise<unknown> {
  let sent: unknown;
  const { NetworkManagementClient } = await import('@azure/arm-network');
  const { ComputeManagementClient } = await import('@azure/arm-compute');
  const credential = {
    getToken: () => Promise.resolve({ token: 't', expiresOnTimestamp: Date.now() + 1e9 }),
  };
  const options = {
    endpoint: 'https://arm.test',
    retryOptions: { maxRetries: 0 },
    httpClient: {
      sendRequest: (request: { body?: unknown }) => {
        sent = JSON.parse(String(request.body), (key, value: unknown) =>
          key === 'adminPassword' ? undefined : value,
        );
        return Promise.reject(new Error('not sent'));
      },
    },
  };
  const clients = {
    endpoint: options.endpoint,
    network: (id: string) => Promise.resolve(new NetworkManagementClient(credential, id, options)),
    compute: (id: string) => Promise.resolve(new ComputeManagementClient(credential, id, options)),
  } as unknown as AzureClients;
  await of.write(clients, body, existing).catch(() => undefined);
  return sent;
}

async function expectSame<E, B extends object>(of: ResourceSpec<E, B>, existing?: E): Promise<void> {
  const decision = of.desired(existing);
  if (decision.action !== 'put') throw new Error(`nothing to put: ${decision.action}`);
  expect(wireBody(decision.body)).toEqual(await sentBySdk(of, decision.body, existing));
}

describe('a planned body is what the SDK sends', () => {
  const wishes = subnetWishes(rich);
  it.each<[string, () => Promise<void>]>([
    ['subnet', () => expectSame(subnetSpec(wishes.natSubnet), network([]))],
    ['ghosted subnet', () => expectSame(subnetSpec(wishes.ghostedSubnet), network([]))],
    ['public address', () => expectSame(publicIpSpec(rich, rich.publicIp?.id ?? ''))],
    ['NIC 1', () => expectSame(networkInterfaceSpec(rich, rich.nic1))],
    ['NIC 2', () => expectSame(networkInterfaceSpec(rich, rich.nic2))],
    ['VM', () => expectSame(virtualMachineSpec(rich))],
    ['route table', () => expectSame(routeTableSpec(rich))],
    ['route', () => expectSame(routeSpec(rich, rich.routeTable.id), table({ routes: [] }))],
  ])('%s', (_, check) => check());
});
