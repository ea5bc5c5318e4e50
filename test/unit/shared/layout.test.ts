import { nameOf, parseId, sameId } from '../../../shared/azure/ids';
import { hostLayout, isTaggedFor } from '../../../shared/azure/layout';
import { addresses, definition, identity, layout, spec } from './fixture';

const network =
  '/subscriptions/5eed0000-0a11-4b2c-9d3e-000000000001/resourceGroups/rg-network/providers/Microsoft.Network';
const hosts = '/subscriptions/5eed0000-0a11-4b2c-9d3e-000000000001/resourceGroups/rg-hosts/providers';

it('derives every name and id of a host', () => {
  expect(layout).toMatchObject({
    virtualNetworkId: `${network}/virtualNetworks/Nested-Fun`,
    ghostedSubnet: {
      id: `${network}/virtualNetworks/Nested-Fun/subnets/Ghosted-hv-01`,
      prefix: '10.0.2.0/24',
    },
    nic1: {
      id: `${hosts}/Microsoft.Network/networkInterfaces/hv-01-nat`,
      address: '10.0.0.4',
      subnetId: `${network}/virtualNetworks/Nested-Fun/subnets/NAT`,
    },
    nic2: {
      id: `${hosts}/Microsoft.Network/networkInterfaces/hv-01-lan`,
      address: '10.0.1.4',
      subnetId: `${network}/virtualNetworks/Nested-Fun/subnets/Hyper-V-LAN`,
    },
    virtualMachine: { id: `${hosts}/Microsoft.Compute/virtualMachines/hv-01` },
    osDisk: { id: `${hosts}/Microsoft.Compute/disks/hv-01-os` },
    routeTable: { id: `${network}/routeTables/Routes-for-nested-VMs` },
    route: { name: 'Nested-VMs-hv-01', prefix: '10.0.2.0/24', nextHop: '10.0.1.4' },
  });
});

it('routes Hyper-V-LAN once, whether or not the definition names it', () => {
  const names = (routedSubnets: typeof definition.routedSubnets) =>
    hostLayout(identity, { ...definition, routedSubnets }, spec, addresses).routedSubnets.map(
      ({ name }) => name,
    );
  expect(names(definition.routedSubnets)).toEqual(['Azure-VMs', 'Hyper-V-LAN']);
  expect(names([])).toEqual(['Hyper-V-LAN']);
  expect(names([{ ...definition.lanSubnet, name: 'hyper-v-lan' }])).toEqual(['Hyper-V-LAN']);
});

it('takes no tag for proof unless installation, network and host agree', () => {
  expect(isTaggedFor(layout.tags, layout)).toBe(true);
  expect(isTaggedFor({ ...layout.tags, 'nested-hosts-operation': 'another', extra: 'x' }, layout)).toBe(true);
  for (const name of ['installation', 'network', 'host']) {
    const key = `nested-hosts-${name}`;
    expect(isTaggedFor({ ...layout.tags, [key]: 'other' }, layout)).toBe(false);
    const { [key]: _, ...rest } = layout.tags;
    expect(isTaggedFor(rest, layout)).toBe(false);
  }
  expect(isTaggedFor(undefined, layout)).toBe(false);
  expect(isTaggedFor({}, { tags: {} })).toBe(false);
});

describe('ids', () => {
  it('are read in any case', () => {
    expect(parseId(layout.ghostedSubnet.id.toUpperCase()).names).toEqual(['NESTED-FUN', 'GHOSTED-HV-01']);
    expect(sameId(layout.nic1.id, layout.nic1.id.toUpperCase())).toBe(true);
    expect(sameId(undefined, undefined)).toBe(false);
    expect(nameOf(layout.nic1.id)).toBe('hv-01-nat');
  });

  it.each([
    '',
    '/',
    'hv-01',
    '/subscriptions/s/resourceGroups/g',
    '/subscriptions//resourceGroups/g/providers/p/t/n',
    '/providers/p/t/n',
  ])('refuses %j', (id) => expect(() => parseId(id)).toThrow('Not the id'));
});
