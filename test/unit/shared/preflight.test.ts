import type { ResourceSku, Usage } from '@azure/arm-compute';
import type { NatGateway, RouteTable, Subnet } from '@azure/arm-network';
import { judgeOutbound, judgeSize } from '../../../shared/azure/preflight';
import type { NetworkDefinition } from '../../../shared/records/types';
import { definition, subnet } from './fixture';

const size = 'Standard_D4s_v5';
const sku = (extra: Partial<ResourceSku> = {}, nics = '2'): ResourceSku => ({
  resourceType: 'virtualMachines',
  name: size,
  family: 'standardDSv5Family',
  capabilities: [
    { name: 'vCPUs', value: '4' },
    { name: 'MaxNetworkInterfaces', value: nics },
  ],
  ...extra,
});
const usage = (name: string, currentValue: number, limit: number): Usage => ({
  unit: 'Count',
  name: { value: name, localizedValue: `Cores of ${name}` },
  currentValue,
  limit,
});
const plenty = [usage('cores', 0, 100), usage('standardDSv5Family', 0, 100)];

describe('judgeSize', () => {
  it.each<[string, ResourceSku[], Usage[], string | undefined]>([
    ['fits', [sku()], plenty, undefined],
    ['fits exactly', [sku()], [usage('standardDSv5Family', 96, 100), usage('cores', 96, 100)], undefined],
    ['in another spelling', [sku({ name: size.toUpperCase() })], plenty, undefined],
    ['no usage known', [sku()], [], undefined],
    ['does not exist', [sku({ name: 'Standard_D8s_v5' })], plenty, 'SizeNotFound'],
    ['is a disk', [sku({ resourceType: 'disks' })], plenty, 'SizeNotFound'],
    ['not offered here', [sku({ restrictions: [{ type: 'Location' }] })], plenty, 'SkuNotAvailable'],
    ['not offered in one zone', [sku({ restrictions: [{ type: 'Zone' }] })], plenty, undefined],
    ['takes one NIC', [sku({}, '1')], plenty, 'TooFewNics'],
    [
      'family used up',
      [sku()],
      [usage('StandardDSv5Family', 97, 100), usage('cores', 0, 100)],
      'QuotaExceeded',
    ],
    [
      'region used up',
      [sku()],
      [usage('standardDSv5Family', 0, 100), usage('cores', 99, 100)],
      'QuotaExceeded',
    ],
    ['another family used up', [sku()], [...plenty, usage('standardFSv2Family', 100, 100)], undefined],
  ])('%s', (_, skus, usages, code) => {
    expect(judgeSize(size, 'westeurope', skus, usages)[0]?.code).toBe(code);
  });

  it('names limit, use and remedy', () => {
    const full = [usage('cores', 8, 10), usage('standardDSv5Family', 97, 100)];
    expect(judgeSize(size, 'westeurope', [sku()], full)).toMatchObject([
      { limit: { used: 97, limit: 100, needed: 4 } },
      {
        class: 'quota',
        message: expect.stringMatching(/needs 4 vCPUs.* 8 of 10 .*Raise the quota/) as string,
        limit: { used: 8, limit: 10, needed: 4, remedy: expect.stringContaining('Raise') as string },
      },
    ]);
  });
});

describe('judgeOutbound', () => {
  const gateway: NatGateway = { id: 'gateway' };
  const named: NetworkDefinition = { ...definition, outbound: { kind: 'natGateway', id: 'gateway' } };
  const nat = (extra: Partial<Subnet>) => subnet('NAT', '10.0.0.0/24', extra);
  it.each<[string, NetworkDefinition, Subnet | undefined, NatGateway | undefined, string | undefined]>([
    [
      'subnet with a gateway',
      definition,
      nat({ defaultOutboundAccess: false, natGateway: gateway }),
      undefined,
      undefined,
    ],
    [
      'subnet with a table',
      definition,
      nat({ defaultOutboundAccess: false, routeTable: { id: 't' } }),
      undefined,
      undefined,
    ],
    ['subnet of the old kind', definition, nat({}), undefined, undefined],
    ['private subnet', definition, nat({ defaultOutboundAccess: false }), undefined, 'NoOutbound'],
    [
      'private subnet, gateway only in the definition',
      named,
      nat({ defaultOutboundAccess: false }),
      gateway,
      'NoOutbound',
    ],
    ['new subnet with a gateway', named, undefined, gateway, undefined],
    ['new subnet, gateway gone', named, undefined, undefined, 'NatGatewayNotFound'],
    ['new subnet without a way out', definition, undefined, undefined, 'NoOutbound'],
  ])('%s', (_, wish, existing, found, code) => {
    expect(judgeOutbound(wish, existing, found)?.code).toBe(code);
  });
});

describe('a table on the private NAT subnet', () => {
  const nat = subnet('NAT', '10.0.0.0/24', { defaultOutboundAccess: false, routeTable: { id: 't' } });
  const toFirewall = {
    ...{ name: 'default', addressPrefix: '0.0.0.0/0' },
    ...{ nextHopType: 'VirtualAppliance', nextHopIpAddress: '10.0.4.4' },
  };
  it.each<[string, RouteTable, string | undefined]>([
    ['leads out by its default route', { routes: [toFirewall] }, undefined],
    ['may learn one from a gateway', { routes: [] }, undefined],
    ['without either leads nowhere', { routes: [], disableBgpRoutePropagation: true }, 'NoOutbound'],
    ['may drop everything', { routes: [{ ...toFirewall, nextHopType: 'None' }] }, 'NoOutbound'],
  ])('%s', (_what, table, code) => {
    expect(judgeOutbound(definition, nat, undefined, table)?.code).toBe(code);
  });
});
