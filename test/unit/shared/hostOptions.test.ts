import { hostLayout } from '../../../shared/azure/layout';
import { desiredNetworkInterface } from '../../../shared/azure/resources/networkInterface';
import { desiredPublicIp } from '../../../shared/azure/resources/publicIp';
import { desiredSubnet } from '../../../shared/azure/resources/subnet';
import {
  desiredDetachment,
  desiredVirtualMachine,
  virtualMachineBody,
} from '../../../shared/azure/resources/virtualMachine';
import {
  desiredVirtualNetwork,
  dnsServers,
  peerRanges,
} from '../../../shared/azure/resources/virtualNetwork';
import type { HostSpec, NetworkDefinition } from '../../../shared/records/types';
import { addresses, definition, foreignTags, identity, layout, machine, network, spec } from './fixture';

const make = (changes: Partial<NetworkDefinition> = {}, options: Partial<HostSpec> = {}) =>
  hostLayout(identity, { ...definition, ...changes }, { ...spec, ...options }, addresses);
const putOf = <T>(decision: { action: string; body?: T }): T => {
  if (decision.action !== 'put' || decision.body === undefined) throw new Error('It should be written.');
  return decision.body;
};

describe('options of a host', () => {
  it('leave the body as it is when none is set', () => {
    const body = virtualMachineBody(layout);
    expect(Object.keys(body)).not.toEqual(expect.arrayContaining(['zones', 'licenseType']));
    expect(body.storageProfile?.dataDisks).toBeUndefined();
    expect(virtualMachineBody(make({}, { securityType: 'Standard' }))).toEqual(body);
  });

  it('are all in the body of the VM', () => {
    const options: Partial<HostSpec> = {
      zone: '2',
      licenseType: 'Windows_Server',
      patchMode: 'Manual',
      dataDiskSizeGb: 512,
      securityType: 'TrustedLaunch',
    };
    expect(virtualMachineBody(make({}, options))).toMatchObject({
      zones: ['2'],
      licenseType: 'Windows_Server',
      securityProfile: {
        securityType: 'TrustedLaunch',
        uefiSettings: { secureBootEnabled: true, vTpmEnabled: true },
      },
      osProfile: {
        windowsConfiguration: { enableAutomaticUpdates: false, patchSettings: { patchMode: 'Manual' } },
      },
      storageProfile: {
        dataDisks: [
          { lun: 0, name: 'hv-01-data', createOption: 'Empty', deleteOption: 'Delete', diskSizeGB: 512 },
        ],
      },
    });
  });

  it.each([
    ['2022-datacenter-g2', undefined, true],
    ['2019-datacenter-gensecond', 'full', true],
    ['2025-datacenter-azure-edition-core', 'full', true],
    ['2016-datacenter-gensecond', 'full', false],
    ['2022-datacenter-g2', 'filters', false],
    ['2022-datacenter-g2', 'none', false],
  ] as const)(
    'on %s ask for the metadata security protocol with %s: %s',
    (sku, metadataProtection, asked) => {
      const image = { publisher: 'MicrosoftWindowsServer', offer: 'WindowsServer', sku, version: 'latest' };
      const of = (more: Partial<HostSpec>) =>
        virtualMachineBody(
          make({}, { image, ...more, ...(metadataProtection === undefined ? {} : { metadataProtection }) }),
        ).securityProfile;
      const enforced = { enabled: true, wireServer: { mode: 'Enforce' }, imds: { mode: 'Enforce' } };
      expect(of({})).toEqual(asked ? { proxyAgentSettings: enforced } : undefined);
      expect(of({ securityType: 'TrustedLaunch' })).toHaveProperty('uefiSettings');
      expect(of({ image: { ...image, publisher: 'contoso' } })).toBeUndefined();
    },
  );

  it.each([
    ['Standard', undefined, 'none'],
    [undefined, 'Standard', 'none'],
    ['TrustedLaunch', 'TrustedLaunch', 'none'],
    ['TrustedLaunch', undefined, 'refuse'],
    [undefined, 'TrustedLaunch', 'refuse'],
  ] as const)('want security %s, find %s: %s', (wanted, found, action) => {
    const wish = make({}, wanted === undefined ? {} : { securityType: wanted });
    const existing = machine(found === undefined ? {} : { securityProfile: { securityType: found } });
    expect(desiredVirtualMachine(wish, existing).action).toBe(action);
  });

  it('accelerate both NICs', () => {
    const wish = make({}, { acceleratedNetworking: true });
    for (const nic of [wish.nic1, wish.nic2]) {
      expect(putOf(desiredNetworkInterface(wish, nic, undefined)).enableAcceleratedNetworking).toBe(true);
    }
    expect(putOf(desiredNetworkInterface(layout, layout.nic1, undefined))).not.toHaveProperty(
      'enableAcceleratedNetworking',
    );
  });
});

describe('data disks that are kept', () => {
  const disk = { lun: 0, name: 'hv-01-data', createOption: 'Empty' } as const;
  it('are taken off the VM before it goes', () => {
    const vm = machine({ storageProfile: { osDisk: { createOption: 'FromImage' }, dataDisks: [disk] } });
    expect(putOf(desiredDetachment(layout, vm)).storageProfile?.dataDisks).toEqual([]);
    expect(desiredDetachment(layout, machine())).toEqual({ action: 'none' });
    expect(desiredDetachment(layout, undefined)).toEqual({ action: 'none' });
    expect(desiredDetachment(layout, { ...vm, tags: foreignTags })).toMatchObject({
      failure: { code: 'ForeignVirtualMachine' },
    });
    expect(desiredDetachment(layout, { ...vm, provisioningState: 'Deleting' })).toMatchObject({
      failure: { code: 'VirtualMachineDeleting' },
    });
  });
});

describe('outbound by a public address', () => {
  const wish = make({ outbound: { kind: 'publicIp' } }, { zone: '3' });

  it('is a Standard static address in the zone of the host, on NIC 1 alone', () => {
    expect(putOf(desiredPublicIp(wish, undefined))).toMatchObject({
      sku: { name: 'Standard' },
      publicIPAllocationMethod: 'Static',
      zones: ['3'],
      tags: wish.tags,
    });
    expect(wish.publicIp?.name).toBe('hv-01-nat-ip');
    const [first, second] = [wish.nic1, wish.nic2].map(
      (nic) => putOf(desiredNetworkInterface(wish, nic, undefined)).ipConfigurations?.[0]?.publicIPAddress,
    );
    expect([first?.id, second]).toEqual([wish.publicIp?.id, undefined]);
    expect(layout.publicIp).toBeUndefined();
  });

  it('never takes an address that somebody else made', () => {
    expect(desiredPublicIp(wish, { location: 'westeurope', tags: foreignTags })).toMatchObject({
      failure: { code: 'ForeignPublicIp' },
    });
    expect(desiredPublicIp(wish, { location: 'westeurope', tags: wish.tags })).toEqual({ action: 'none' });
  });
});

describe('what the network gives to everything that is made', () => {
  const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkSecurityGroups/closed';

  it('tags beside the app’s own, which win', () => {
    const { tags } = make({ tags: { costCentre: '4711', 'nested-hosts-host': 'x' } });
    expect(tags).toEqual({ ...layout.tags, costCentre: '4711' });
    const absent = desiredVirtualNetwork({ ...definition, tags: { costCentre: '4711' } }, undefined);
    expect(putOf(absent).tags).toEqual({ costCentre: '4711' });
  });

  it('NSG and NAT gateway of a created subnet, in the one PUT', () => {
    const wish = { ...layout.natSubnet, networkSecurityGroupId: group, natGatewayId: 'gateway' };
    expect(putOf(desiredSubnet(wish, network([])))).toEqual({
      addressPrefix: '10.0.0.0/24',
      defaultOutboundAccess: false,
      natGateway: { id: 'gateway' },
      networkSecurityGroup: { id: group },
    });
    const ghosted = make({ ghosted: { ...definition.ghosted, networkSecurityGroupId: group } }).ghostedSubnet;
    expect(putOf(desiredSubnet(ghosted, network([])))).toMatchObject({ networkSecurityGroup: { id: group } });
  });

  it('a VNet in a resource group of its own, and routed subnets anywhere', () => {
    const spoke =
      '/subscriptions/other/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/Spoke/subnets/Apps';
    const wish = make({
      virtualNetwork: { ...definition.virtualNetwork, resourceGroup: 'rg-vnet' },
      routedSubnets: [{ name: 'Apps', id: spoke, prefix: '10.20.0.0/24', create: false, via: 'appliance' }],
    });
    expect(wish.virtualNetworkId).toContain('/resourceGroups/rg-vnet/');
    expect(wish.nic2.subnetId).toBe(`${wish.virtualNetworkId}/subnets/Hyper-V-LAN`);
    expect(wish.routedSubnets).toMatchObject([
      { id: spoke, via: 'appliance' },
      { id: wish.lanSubnet.id, via: 'host' },
    ]);
  });
});

describe('facts of the VNet for guests', () => {
  const peering = (peeringState: 'Connected' | 'Disconnected', range: string) => ({
    peeringState,
    remoteAddressSpace: { addressPrefixes: [range, 'fd00::/48'] },
  });

  it('has DNS servers of the definition, else of the VNet, else of the platform', () => {
    const asNamed = { ...definition, dnsServers: [] };
    const own = network([], { dhcpOptions: { dnsServers: ['10.0.3.4', 'fd00::4'] } });
    expect(dnsServers({ ...definition, dnsServers: ['10.0.3.9'] }, own)).toEqual(['10.0.3.9']);
    expect(dnsServers(asNamed, own)).toEqual(['10.0.3.4']);
    expect(dnsServers(asNamed, network([]))).toEqual(['168.63.129.16']);
  });

  it('has the IPv4 ranges of peers that are connected', () => {
    const virtualNetworkPeerings = [
      peering('Connected', '10.20.0.0/16'),
      peering('Disconnected', '10.30.0.0/16'),
    ];
    expect(peerRanges(network([], { virtualNetworkPeerings }))).toEqual(['10.20.0.0/16']);
    expect(peerRanges(network([]))).toEqual([]);
  });
});
