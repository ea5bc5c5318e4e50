import type { DemoDocument, HostEndState, Leftovers } from './document';

/** Subnet that the demo plants without telling the app. */
export const planted = { subnet: 'Ghosted-lost-01', prefix: '10.10.7.0/24' } as const;

type Promised = Omit<DemoDocument, 'azure' | 'simulatedSeconds'>;

const table = 'Routes-for-nested-VMs';
const routed = ['Azure-VMs', 'Hyper-V-LAN'];

function host(name: string, last: number, range: string): HostEndState {
  return {
    name,
    state: 'ready',
    nat: { address: `10.0.0.${last}`, ipForwarding: false },
    lan: { address: `10.0.1.${last}`, ipForwarding: true },
    ghosted: { subnet: `Ghosted-${name}`, prefix: `${range}.0/24`, gateway: `${range}.1` },
    dhcp: { start: `${range}.2`, end: `${range}.254`, router: `${range}.1`, dns: ['168.63.129.16'] },
    rrasNat: { nic: 1, mode: 'full' },
    hostRoutes: [
      { prefix: '10.0.0.0/24', gateway: '10.0.0.1', nic: 1, metric: 256 },
      { prefix: '168.63.129.16/32', gateway: '10.0.0.1', nic: 1, metric: 256 },
      { prefix: '10.0.0.0/22', gateway: '10.0.1.1', nic: 2, metric: 256 },
      { prefix: '10.10.0.0/16', gateway: '10.0.1.1', nic: 2, metric: 256 },
    ],
    route: { table, prefix: `${range}.0/24`, nextHop: `10.0.1.${last}`, subnets: routed },
  };
}

const nothing: Leftovers = {
  routeTables: [],
  ghostedSubnets: [],
  virtualMachines: [],
  networkInterfaces: [],
  disks: [],
};

/** What the demo promises its reader, written down by hand: the document has to say the same. */
export const promised: Promised = {
  hosts: [host('hv-01', 4, '10.0.2'), host('hv-02', 5, '10.10.0')],
  paths: [
    { from: 'guest hv-01', to: 'internet', ok: true, sourceSeen: '10.0.0.4' },
    { from: 'guest hv-01', to: 'Azure-VMs', ok: true, sourceSeen: '10.0.2.2' },
    { from: 'Azure-VMs', to: 'guest hv-01', ok: true, sourceSeen: '10.0.3.4' },
    { from: 'guest hv-01', to: 'guest hv-02', ok: true, sourceSeen: '10.0.2.2' },
    { from: 'guest hv-02', to: 'guest hv-01', ok: true, sourceSeen: '10.10.0.2' },
    { from: 'guest hv-01', to: 'dns', ok: true, sourceSeen: '10.0.0.4' },
  ],
  afterFirstTeardown: {
    routeTables: [
      { name: table, routes: [{ prefix: '10.10.0.0/24', nextHop: '10.0.1.5' }], subnets: routed },
    ],
    ghostedSubnets: ['Ghosted-hv-02'],
    virtualMachines: ['hv-02'],
  },
  afterTeardown: nothing,
  reconciliation: { findings: [{ kind: 'orphanedGhostedSubnet', ...planted }] },
};

/** What every scenario promises: Azure was asked to delete nothing without a warrant on record. */
export const inOrder: { unwarranted: string[] } = { unwarranted: [] };

/** Every place where a value differs from the promised one, as `path: promised ..., found ...`; none if all is well. */
export function differences(expected: unknown, found: unknown, path = ''): string[] {
  if (isBranch(expected) && isBranch(found)) {
    const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    return names.flatMap((name) =>
      differences(expected[name], found[name], path === '' ? name : `${path}.${name}`),
    );
  }
  if (JSON.stringify(expected) === JSON.stringify(found)) return [];
  return [`${path}: promised ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`];
}

function isBranch(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}
