import { foreignRanges, nicSubnets, strangers, type SubnetUse } from '../../../shared/network/occupied';
import type { LedgerEntry } from '../../../shared/records/types';
import { definition } from '../shared/fixture';

const vnet = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v';
const use = (name: string, ...prefixes: string[]): SubnetUse => ({
  id: `${vnet}/subnets/${name}`,
  name,
  prefixes,
  occupants: [],
});
const promise = (host: string, ghostedPrefix: string): LedgerEntry => ({
  ghostedPrefix,
  natAddress: '10.0.0.4',
  lanAddress: '10.0.1.4',
  network: 'n',
  host,
  state: 'active',
  operation: 'o',
});

describe('ranges of others', () => {
  const subnets = [
    use('NAT', '10.0.0.0/24'),
    use('azure-vms', '10.10.255.0/24'),
    use('late', 'fd00::/64', '10.10.7.64/26'),
    use('Ghosted-hv-01', '10.0.2.0/24'),
    use('Ghosted-lost', '10.10.1.0/24'),
    use('around', '10.8.0.0/13'),
    use('outside', '10.0.3.0/24'),
  ];
  const found = (promised: LedgerEntry[], self?: Parameters<typeof foreignRanges>[3]) =>
    foreignRanges(definition, subnets, promised, self).ranges.map(({ prefix }) => prefix);

  it('are those in the pools that neither the definition names nor anybody was promised, lowest first', () => {
    expect(found([promise('hv-01', '10.0.2.0/24')])).toEqual([
      '10.8.0.0/13',
      '10.10.1.0/24',
      '10.10.7.64/26',
    ]);
    expect(found([])).toContain('10.0.2.0/24');
  });

  it('are not excused by the promise of the host that asks, but for the subnet of its name', () => {
    const self = (host: string) => ({ host, ghostedSubnet: `Ghosted-${host}` });
    const promised = [promise('hv-01', '10.0.2.0/24'), promise('hv-02', '10.10.1.0/24')];
    expect(found(promised, self('hv-02'))).toContain('10.10.1.0/24');
    expect(foreignRanges(definition, subnets, promised, self('hv-01')).contested).toEqual([
      { prefix: '10.10.1.0/24', by: `${vnet}/subnets/Ghosted-lost` },
    ]);
    expect(found(promised, self('hv-01'))).not.toContain('10.0.2.0/24');
  });
});

it('strangers are all but the one IP configuration of a promised NIC', () => {
  const nics = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces';
  const one = `${nics}/HV-01-nat/ipConfigurations/ipconfig1`;
  const two = [`${nics}/hv-02-nat/ipConfigurations/a`, `${nics}/hv-02-nat/ipConfigurations/b`];
  const balancer =
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/x/frontendIPConfigurations/f';
  const known = ['hv-01', 'hv-02'].map((host) => `${nics}/${host}-nat`);
  expect(strangers([one, ...two, balancer], known)).toEqual([...two, balancer]);
  expect(strangers([one], known)).toEqual([]);
  expect(
    nicSubnets(definition, [use('nat'), use('Azure-VMs'), use('HYPER-V-LAN')]).map(({ name }) => name),
  ).toEqual(['nat', 'HYPER-V-LAN']);
});
