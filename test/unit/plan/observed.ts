import type { ObservedHost } from '../../../shared/azure/plan';
import { planHost, type HostPlan } from '../../../shared/azure/plan';
import type { HostLayout } from '../../../shared/azure/layout';
import { nothingSeen } from '../../../shared/records/occupied';
import { definition, layout, machine, network, nic, subnet, table } from '../shared/fixture';

const { natGateway, withGateway } = (() => {
  const id =
    '/subscriptions/5eed0000-0a11-4b2c-9d3e-000000000001/resourceGroups/rg-network/providers/Microsoft.Network/natGateways/outbound';
  return { natGateway: { id, name: 'outbound' }, withGateway: { kind: 'natGateway', id } as const };
})();

/** The documented network, whose NAT subnet is to be made and gets a NAT gateway. */
export const planned: HostLayout = { ...layout, definition: { ...definition, outbound: withGateway } };

export const size = {
  resourceType: 'virtualMachines',
  name: layout.spec.size,
  family: 'standardDSv5Family',
  capabilities: [
    { name: 'vCPUs', value: '4' },
    { name: 'MaxNetworkInterfaces', value: '2' },
  ],
};

export const quota = (currentValue: number) => ({
  unit: 'Count' as const,
  name: { value: 'standardDSv5Family', localizedValue: 'Cores' },
  currentValue,
  limit: 100,
});

/** Azure before the first host: only Azure-VMs is there. */
export const before = (more: Partial<ObservedHost> = {}): ObservedHost => {
  const own = network([subnet('Azure-VMs', '10.0.3.0/24')]);
  return {
    routing: { own, networks: [own], tables: [] },
    nic1: undefined,
    nic2: undefined,
    virtualMachine: undefined,
    publicIp: undefined,
    osDisk: undefined,
    dataDisk: undefined,
    natGateway,
    natTable: undefined,
    skus: [size],
    usages: [quota(0)],
    groups: [],
    occupied: nothingSeen,
    verified: false,
    ...more,
  };
};

/** Azure with the host in it, as it was verified. */
export const after = (more: Partial<ObservedHost> = {}): ObservedHost => {
  const own = network([
    subnet('Azure-VMs', '10.0.3.0/24', { routeTable: { id: layout.routeTable.id } }),
    subnet('NAT', '10.0.0.0/24', { defaultOutboundAccess: false, natGateway: { id: natGateway.id } }),
    subnet('Hyper-V-LAN', '10.0.1.0/24', { routeTable: { id: layout.routeTable.id } }),
    subnet('Ghosted-hv-01', '10.0.2.0/24'),
  ]);
  return before({
    routing: { own, networks: [own], tables: [table()] },
    nic1: nic('nic1'),
    nic2: nic('nic2'),
    virtualMachine: machine(),
    osDisk: { location: 'westeurope' },
    usages: [quota(4)],
    verified: true,
    ...more,
  });
};

/** The writes of a plan, in words. */
export const writes = ({ resources }: HostPlan): string[] =>
  resources
    .filter(({ change }) => change !== 'unchanged')
    .map(({ change, kind, id }) => `${change} ${kind} ${id.slice(id.lastIndexOf('/') + 1)}`);

export const plan = (observed: ObservedHost, of: HostLayout = planned): HostPlan => planHost(of, observed);
