import type { VirtualMachine, VirtualMachineInstanceView } from '@azure/arm-compute';
import type { NetworkInterface } from '@azure/arm-network';
import { agentReadiness, readinessAfterRestart } from '../../../shared/azure/resources/agent';
import { desiredForwarding, desiredNetworkInterface } from '../../../shared/azure/resources/networkInterface';
import { desiredAttachment, desiredVirtualMachine } from '../../../shared/azure/resources/virtualMachine';
import { foreignTags, layout, machine, nic, shouted } from './fixture';

const at = (privateIPAddress: string, subnetId = layout.nic2.subnetId) => ({
  ipConfigurations: [{ privateIPAddress, subnet: { id: subnetId } }],
});

/** NICs that no step may take for ours. */
const wrongNics: [string, Partial<NetworkInterface>, string][] = [
  ['of another installation', { tags: foreignTags }, 'ForeignNetworkInterface'],
  ['without tags', { tags: {} }, 'ForeignNetworkInterface'],
  ['of another host', { tags: { ...layout.tags, 'nested-hosts-host': 'hv-02' } }, 'ForeignNetworkInterface'],
  ['with another address', at('10.0.1.9'), 'NetworkInterfaceDiffers'],
  ['in another subnet', at('10.0.1.4', layout.natSubnet.id), 'NetworkInterfaceDiffers'],
  ['without any configuration', { ipConfigurations: [] }, 'NetworkInterfaceDiffers'],
];

describe('desiredNetworkInterface', () => {
  const desired = (existing: NetworkInterface | undefined) =>
    desiredNetworkInterface(layout, layout.nic2, existing);

  it('makes it with the promised static address and our tags', () => {
    expect(desired(undefined)).toMatchObject({
      action: 'put',
      change: 'created',
      body: {
        tags: layout.tags,
        ipConfigurations: [
          {
            primary: true,
            privateIPAllocationMethod: 'Static',
            privateIPAddress: '10.0.1.4',
            subnet: { id: layout.lanSubnet.id },
          },
        ],
      },
    });
  });

  it('leaves one that is as desired, and waits for one that is changing', () => {
    expect(desired(nic('nic2'))).toEqual({ action: 'none' });
    expect(desired(nic('nic2', { provisioningState: 'Updating' }))).toEqual({ action: 'wait' });
  });

  it.each(wrongNics)('refuses one %s', (_, extra, code) => {
    expect(desired(nic('nic2', extra))).toMatchObject({ action: 'refuse', failure: { code } });
  });
});

describe('desiredForwarding', () => {
  const on = (existing: NetworkInterface | undefined) =>
    desiredForwarding(layout, layout.nic2, true, existing);

  it('turns it on and sends everything else back as it was', () => {
    const existing = nic('nic2', {
      enableIPForwarding: false,
      networkSecurityGroup: { id: 'nsg' },
      dnsSettings: { dnsServers: ['10.0.3.4'] },
    });
    expect(on(existing)).toEqual({
      action: 'put',
      change: 'updated',
      body: {
        ...existing,
        enableIPForwarding: true,
        ipConfigurations: [
          { ...existing.ipConfigurations?.[0], subnet: { id: shouted(layout.lanSubnet.id) } },
        ],
      },
    });
  });

  it('sends back the IPv6 address of a NIC that somebody gave one', () => {
    const [first] = nic('nic2').ipConfigurations ?? [];
    const second = {
      name: 'v6',
      primary: false,
      privateIPAddressVersion: 'IPv6' as const,
      privateIPAddress: 'fd00:1::4',
      subnet: { id: layout.lanSubnet.id },
    };
    const existing = nic('nic2', { enableIPForwarding: false, ipConfigurations: [{ ...first }, second] });
    expect(on(existing)).toMatchObject({
      body: { enableIPForwarding: true, ipConfigurations: [{ privateIPAddress: '10.0.1.4' }, second] },
    });
  });

  it('writes nothing if it is as desired', () => {
    expect(on(nic('nic2'))).toEqual({ action: 'none' });
    expect(on(nic('nic2', { provisioningState: 'Updating' }))).toEqual({ action: 'wait' });
    const { enableIPForwarding: _, ...unsaid } = nic('nic1');
    expect(desiredForwarding(layout, layout.nic1, false, unsaid)).toEqual({ action: 'none' });
  });

  it('turns it off on NIC 1', () => {
    const existing = nic('nic1', { enableIPForwarding: true });
    expect(desiredForwarding(layout, layout.nic1, false, existing)).toMatchObject({
      action: 'put',
      body: { enableIPForwarding: false },
    });
  });

  it('refuses a NIC that is gone or not ours', () => {
    expect(on(undefined)).toMatchObject({ failure: { code: 'NetworkInterfaceNotFound' } });
    for (const [, extra, code] of wrongNics) {
      expect(on(nic('nic2', { ...extra, enableIPForwarding: false }))).toMatchObject({ failure: { code } });
    }
  });
});

describe('desiredVirtualMachine', () => {
  it.each<[string, VirtualMachine | undefined, object]>([
    ['absent', undefined, { action: 'put', change: 'created' }],
    ['same', machine(), { action: 'none' }],
    ['creating', machine({ provisioningState: 'Creating' }), { action: 'wait' }],
    ['updating', machine({ provisioningState: 'Updating' }), { action: 'wait' }],
    ['failed', machine({ provisioningState: 'Failed' }), { action: 'put' }],
    ['deleting', machine({ provisioningState: 'Deleting' }), { failure: { code: 'VirtualMachineDeleting' } }],
    ['foreign', machine({ tags: foreignTags }), { failure: { code: 'ForeignVirtualMachine' } }],
    [
      'foreign and failed',
      machine({ tags: {}, provisioningState: 'Failed' }),
      { failure: { code: 'ForeignVirtualMachine' } },
    ],
  ])('%s', (_, existing, expected) => {
    expect(desiredVirtualMachine(layout, existing)).toMatchObject(expected);
  });

  it('is made with both NICs, which go with it as its disk does, and holds no secret', () => {
    const decision = desiredVirtualMachine(layout, undefined);
    if (decision.action !== 'put') throw new Error('It should be made.');
    expect(decision.body.networkProfile?.networkInterfaces).toEqual([
      { id: layout.nic1.id, primary: true, deleteOption: 'Delete' },
      { id: layout.nic2.id, primary: false, deleteOption: 'Delete' },
    ]);
    expect(decision.body.storageProfile?.osDisk).toMatchObject({ name: 'hv-01-os', deleteOption: 'Delete' });
    expect(decision.body.securityProfile).not.toHaveProperty('securityType');
    expect(JSON.stringify(decision.body)).not.toMatch(/password/i);
  });
});

describe('desiredAttachment', () => {
  const attached = (...networkInterfaces: { id: string; primary: boolean }[]) =>
    machine({ networkProfile: { networkInterfaces } });
  it.each<[string, VirtualMachine | undefined, object]>([
    ['both, NIC 1 primary', machine(), { action: 'none' }],
    ['gone', undefined, { failure: { code: 'VirtualMachineNotFound' } }],
    ['foreign', machine({ tags: foreignTags }), { failure: { code: 'ForeignVirtualMachine' } }],
    [
      'NIC 2 missing',
      attached({ id: layout.nic1.id, primary: true }),
      { failure: { code: 'RepairNeedsInterruption' } },
    ],
    [
      'NIC 2 primary',
      attached({ id: layout.nic2.id, primary: true }, { id: layout.nic1.id, primary: false }),
      { failure: { code: 'RepairNeedsInterruption' } },
    ],
    ['none', machine({ networkProfile: {} }), { failure: { code: 'RepairNeedsInterruption' } }],
  ])('%s', (_, existing, expected) => {
    expect(desiredAttachment(layout, existing)).toMatchObject(expected);
  });
});

describe('agentReadiness', () => {
  const restartedAt = Date.UTC(2026, 0, 1, 12);
  const view = (power: string, agentAt?: number): VirtualMachineInstanceView => ({
    statuses: [{ code: 'ProvisioningState/succeeded' }, { code: `PowerState/${power}` }],
    ...(agentAt === undefined
      ? {}
      : {
          vmAgent: {
            statuses: [
              { code: 'ProvisioningState/succeeded', displayStatus: 'Ready', time: new Date(agentAt) },
            ],
          },
        }),
  });
  it.each<[string, VirtualMachineInstanceView | undefined, number | undefined, object]>([
    ['ready', view('running', restartedAt), undefined, { status: 'done' }],
    ['ready since the restart', view('running', restartedAt + 1), restartedAt, { status: 'done' }],
    ['ready only before the restart', view('running', restartedAt - 1), restartedAt, { status: 'pending' }],
    ['no agent yet', view('running'), undefined, { status: 'pending' }],
    ['starting', view('starting', restartedAt + 1), restartedAt, { status: 'pending' }],
    ['deallocated', view('deallocated'), undefined, { code: 'VirtualMachineStopped' }],
    ['stopped', view('stopped', restartedAt), undefined, { code: 'VirtualMachineStopped' }],
    ['gone', undefined, undefined, { code: 'VirtualMachineNotFound' }],
  ])('%s', (_, seen, since, expected) => {
    expect(agentReadiness(seen, since)).toMatchObject(expected);
  });

  it.each([
    [30, 'pending'],
    [60, 'pending'],
    [61, 'done'],
  ])('after a restart an agent of %d s later is %s', (seconds, status) => {
    const seen = view('running', restartedAt + seconds * 1_000);
    expect(readinessAfterRestart(seen, restartedAt)).toMatchObject({ status });
  });
});
