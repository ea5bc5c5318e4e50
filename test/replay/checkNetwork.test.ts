import { checkNetwork } from '../../orchestrations/activities/checkNetwork';
import type { Dependencies } from '../../orchestrations/activities/context';
import type { NetworkDefinition, NetworkRecord } from '../../shared/records/types';
import { definition } from '../unit/shared/fixture';

const gateway = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/natGateways/way-out';
const denied = () => Promise.reject(Object.assign(new Error('It said no.'), { code: 'AuthorizationFailed' }));

/** The activity on records of these networks, in an Azure where `get` answers for each kind of resource. */
function check(
  wish: NetworkDefinition,
  get: Record<string, () => Promise<unknown>>,
  others: NetworkRecord[] = [],
) {
  const client = Object.fromEntries(Object.entries(get).map(([kind, answer]) => [kind, { get: answer }]));
  const request = { kind: 'defineNetwork', definition: wish };
  const deps = {
    records: {
      operations: { get: () => Promise.resolve({ record: { network: 'own', request }, etag: '' }) },
      networks: { list: () => Promise.resolve(others) },
      ledger: { entries: () => Promise.resolve([]) },
    },
    clients: { network: () => Promise.resolve(client) },
  } as unknown as Dependencies;
  return checkNetwork(deps, { operation: 'op' });
}

it('tells what it may not read beside everything else', async () => {
  const wish: NetworkDefinition = { ...definition, outbound: { kind: 'natGateway', id: gateway } };
  const table = () => Promise.resolve({ location: 'elsewhere' });
  const found = await check(wish, { virtualNetworks: denied, natGateways: denied, routeTables: table });
  expect(found).toMatchObject({
    ...{ status: 'failed', class: 'denied', code: 'AuthorizationFailed' },
    errors: [{ pointer: '/virtualNetwork' }, { pointer: '/outbound/id' }, { pointer: '/routeTable' }],
  });
});

it('compares with the other networks on its VNet', async () => {
  const lanSubnet = { name: 'LAN-2', prefix: '10.10.0.0/24', create: true };
  const other: NetworkRecord = {
    ...{ name: 'other', state: 'ready', operation: 'x', updatedAt: '' },
    definition: { ...definition, lanSubnet },
  };
  const absent = () => Promise.resolve(undefined);
  const routedSubnets = [{ name: 'Azure-VMs', prefix: '10.0.3.0/24', create: true }];
  const found = await check(
    { ...definition, routedSubnets },
    { virtualNetworks: absent, routeTables: absent },
    [other],
  );
  expect(found).toMatchObject({ class: 'invalid', errors: [{ pointer: '/ghosted/pools/1' }] });
});
