import type { RouteTable } from '@azure/arm-network';
import { recognise } from '../../../shared/adoption/recognise';
import type { Candidate, Hints } from '../../../shared/adoption/types';
import { definition, foreignTags, layout, subnet } from '../shared/fixture';
import { adopted, handMachine, handNetwork, handNic, handRoute, handTable, ids, unique } from './handBuilt';

const hints: Hints = { host: 'hyperv-lab', virtualMachineId: ids.vm };

const candidate = (changes: Partial<Candidate> = {}): Candidate => ({
  vm: handMachine(),
  running: true,
  networkInterfaces: [handNic('nic1'), handNic('nic2')],
  osDiskUniqueId: unique.osDisk,
  virtualNetwork: handNetwork(),
  tables: [handTable()],
  ...changes,
});

function codes(changes: Partial<Candidate>, more: Partial<Hints> = {}, network = definition): string[] {
  const found = recognise(network, { ...hints, ...more }, candidate(changes));
  if (!found.ok) {
    for (const { detail, remedy } of found.reasons) {
      expect(detail).toMatch(/\.$/);
      expect(remedy).toMatch(/\.$/);
    }
  }
  return found.ok ? ['recognised'] : found.reasons.map(({ code }) => code).sort();
}

describe('a host built after the article', () => {
  it('is recognised by how its parts fit together', () => {
    expect(recognise(definition, hints, candidate())).toEqual({
      ok: true,
      host: {
        adopted,
        spec: {
          ...definitionSpec(),
          adminUsername: 'labadmin',
          dataDiskSizeGb: 512,
          metadataProtection: 'none',
        },
        natAddress: '10.0.0.4',
        lanAddress: '10.0.1.4',
        ghostedPrefix: '10.0.2.0/24',
        repairs: [],
        interruptions: [],
      },
    });
  });

  it('is recognised whatever its routes are called, and in however many tables they are', () => {
    const second: RouteTable = handTable({
      id: `${ids.table}-2`,
      name: 'NAT-Routes',
      routes: [handRoute({ name: 'whatever' })],
    });
    const found = recognise(definition, hints, candidate({ tables: [handTable(), second] }));
    expect(found).toMatchObject({
      host: {
        adopted: {
          routes: [
            { tableId: ids.table, name: 'Nested-VMs' },
            { tableId: `${ids.table}-2`, name: 'whatever' },
          ],
        },
      },
    });
  });

  it('may differ in what can be put right while guests run', () => {
    const networkInterfaces = [
      handNic('nic1', { enableIPForwarding: true }),
      handNic('nic2', { enableIPForwarding: false }, { privateIPAllocationMethod: 'Dynamic' }),
    ];
    expect(recognise(definition, hints, candidate({ networkInterfaces }))).toMatchObject({
      host: {
        repairs: [
          'NestedNic2 has a dynamic address.',
          'IP forwarding is on at hyperv-lab456.',
          'IP forwarding is off at NestedNic2.',
        ],
        interruptions: [],
      },
    });
  });

  it('with NIC 2 as the primary one needs an interruption', () => {
    const networkInterfaces = [handNic('nic1', { primary: false }), handNic('nic2', { primary: true })];
    const found = recognise(definition, hints, candidate({ networkInterfaces }));
    expect(found).toMatchObject({
      host: { interruptions: [expect.stringContaining('not the primary NIC')] },
    });
  });

  it('with one NIC needs an interruption, and a prefix if it has no ghosted subnet', () => {
    const one = { networkInterfaces: [handNic('nic1')], tables: [] };
    const found = recognise(definition, hints, candidate(one));
    if (!found.ok) throw new Error('not recognised');
    expect(found.host).not.toHaveProperty('lanAddress');
    expect(found.host).not.toHaveProperty('ghostedPrefix');
    expect(found.host.adopted).not.toHaveProperty('nic2');
    expect(found.host.adopted.ghostedSubnet).toBe('Ghosted-hyperv-lab');
    expect(found.host.interruptions).toHaveLength(1);
    const named = recognise(definition, { ...hints, ghostedSubnet: 'Ghosted' }, candidate(one));
    expect(named).toMatchObject({
      host: { ghostedPrefix: '10.0.2.0/24', adopted: { ghostedSubnet: 'Ghosted', routes: [] } },
    });
  });
});

const definitionSpec = () => {
  const { resourceGroup: _, ...spec } = definition.hosts;
  return spec;
};

describe('what is no host, and why', () => {
  const os = handMachine().storageProfile;
  const elsewhere = { subnet: { id: `${layout.virtualNetworkId}/subnets/Azure-VMs` } };
  it.each<[string, Partial<Candidate>, string[]]>([
    ['no VM', { vm: undefined }, ['VirtualMachineNotFound']],
    ['in another region', { vm: handMachine({ location: 'northeurope' }) }, ['VirtualMachineElsewhere']],
    ['being changed', { vm: handMachine({ provisioningState: 'Updating' }) }, ['VirtualMachineNotSettled']],
    ['made by the program', { vm: handMachine({ tags: layout.tags }) }, ['ManagedAlready']],
    ['made by another installation', { vm: handMachine({ tags: foreignTags }) }, ['ManagedAlready']],
    [
      'a Linux machine',
      {
        vm: handMachine({
          storageProfile: { ...os, osDisk: { ...os?.osDisk, createOption: 'FromImage', osType: 'Linux' } },
        }),
      },
      ['NotWindows'],
    ],
    ['stopped', { running: false }, ['VirtualMachineNotRunning']],
    ['another host already', { adoptedAs: 'hv-07' }, ['ManagedAlready']],
    [
      'a size that cannot nest',
      { vm: handMachine({ hardwareProfile: { vmSize: 'Standard_B2s' } }) },
      ['SizeCannotNest'],
    ],
    ['no NIC in NAT', { networkInterfaces: [handNic('nic2')] }, ['NatNicNotFound']],
    [
      'a third NIC',
      {
        networkInterfaces: [handNic('nic1'), handNic('nic2'), handNic('nic2', { name: 'third' }, elsewhere)],
      },
      ['UnexpectedNic'],
    ],
    [
      'two NICs in NAT',
      { networkInterfaces: [handNic('nic1'), handNic('nic1', { name: 'twin' }), handNic('nic2')] },
      ['SeveralNics'],
    ],
    [
      'a NIC with two addresses',
      {
        networkInterfaces: [
          handNic('nic1'),
          handNic('nic2', {
            ipConfigurations: [...(handNic('nic2').ipConfigurations ?? []), { name: 'second' }],
          }),
        ],
      },
      ['SeveralAddresses'],
    ],
    ['no route to NIC 2', { tables: [handTable({ routes: [] })] }, ['GhostedSubnetNotFound']],
    [
      'a route to somebody else',
      { tables: [handTable({ routes: [handRoute({ nextHopIpAddress: '10.0.1.9' })] })] },
      ['GhostedSubnetNotFound'],
    ],
    [
      'a made-up range',
      { tables: [handTable({ routes: [handRoute({ addressPrefix: '192.168.7.0/24' })] })] },
      ['GhostedOutsideNetwork'],
    ],
    [
      'two ranges',
      {
        tables: [
          handTable({ routes: [handRoute(), handRoute({ name: 'more', addressPrefix: '10.10.4.0/24' })] }),
        ],
        virtualNetwork: handNetwork({}, [subnet('Ghosted-2', '10.10.4.0/24')]),
      },
      ['GhostedSubnetAmbiguous'],
    ],
    [
      'a NIC among the guests',
      { virtualNetwork: handNetwork({ Ghosted: { ipConfigurations: [{ id: 'somebody' }] } }) },
      ['GhostedSubnetInUse'],
    ],
    [
      'a delegated range',
      { virtualNetwork: handNetwork({ Ghosted: { delegations: [{ name: 'd' }] } }) },
      ['GhostedSubnetInUse'],
    ],
    [
      'a range of two prefixes',
      { virtualNetwork: handNetwork({ Ghosted: { addressPrefixes: ['10.0.2.0/24', '10.10.5.0/24'] } }) },
      ['GhostedPrefixUnusable'],
    ],
  ])('%s', (_, changes, expected) => expect(codes(changes)).toEqual(expected));

  it('a range outside the pools', () => {
    const narrow = { ...definition, ghosted: { pools: ['10.10.0.0/16'], prefixLength: 24 } };
    expect(codes({}, {}, narrow)).toEqual(['GhostedOutsidePools']);
  });

  it('a routed subnet is no ghosted one, also when it is named', () => {
    expect(codes({}, { ghostedSubnet: 'Azure-VMs' })).toEqual(['GhostedSubnetNotFound']);
    expect(codes({}, { ghostedSubnet: 'NAT' })).toEqual(['GhostedSubnetNotFound']);
  });

  it('is told all at once', () => {
    expect(
      codes({
        vm: handMachine({ hardwareProfile: { vmSize: 'Standard_B2s' }, provisioningState: 'Failed' }),
        networkInterfaces: [handNic('nic2')],
        tables: [],
      }),
    ).toEqual(['GhostedSubnetNotFound', 'NatNicNotFound', 'SizeCannotNest', 'VirtualMachineNotSettled']);
  });
});
