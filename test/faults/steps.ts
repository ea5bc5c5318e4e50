import type { Target } from './faults';

/** A network of its own, of which the host is the first and only one; `publicIp`: the host has an address of its own. */
export type OwnNetwork = 'first' | 'publicIp';

export interface Step extends Target {
  /** Absent: any host writes it, also one among others. */
  network?: OwnNetwork;
}

const steps = <Name extends string>(all: Record<Name, Step>): Record<Name, Step> => all;

const phase = (name: string): Target => ({
  method: 'PUT',
  path: `/virtualMachines/{h}/runCommands/${name}-`,
});
const machine = { method: 'PUT', path: '/virtualMachines/{h}$' } as const;
const secondNic = { method: 'PUT', path: '/networkInterfaces/{h}-lan$' } as const;
const start = { method: 'POST', path: '/virtualMachines/{h}/restart$' } as const;

/** The writes of a provisioning, in order. */
export const writes = steps({
  natSubnet: { method: 'PUT', path: '/virtualNetworks/{n}/subnets/NAT$', network: 'first' },
  lanSubnet: { method: 'PUT', path: '/virtualNetworks/{n}/subnets/Hyper-V-LAN$', network: 'first' },
  ghostedSubnet: { method: 'PUT', path: '/subnets/Ghosted-{h}$' },
  publicIp: { method: 'PUT', path: '/publicIPAddresses/{h}-nat-ip$', network: 'publicIp' },
  nic1: { method: 'PUT', path: '/networkInterfaces/{h}-nat$' },
  nic2: secondNic,
  virtualMachine: machine,
  forwarding: { ...secondNic, since: machine },
  features: phase('features'),
  restart: start,
  network: phase('network'),
  restartAgain: { ...start, since: phase('network') },
  verification: phase('verify'),
  routeTable: { method: 'PUT', path: '/routeTables/Routes-{n}$', network: 'first' },
  route: { method: 'PUT', path: '/routes/Nested-VMs-{h}$' },
  association: { method: 'PUT', path: '/virtualNetworks/{n}/subnets/Azure-VMs$', network: 'first' },
});

export type Write = keyof typeof writes;
export const writeNames = Object.keys(writes) as Write[];

/** What is asked of Azure when all is written: no write, but nothing that may stop a host either. */
export const question: Target = {
  method: 'POST',
  path: '/networkInterfaces/{h}-lan/effectiveRouteTable$',
};

/** The writes of a teardown, in order. Interfaces and disk go with the VM, unless somebody has changed that. */
export const removals = steps({
  inventory: phase('inventory'),
  route: { method: 'DELETE', path: '/routes/Nested-VMs-{h}$' },
  association: { method: 'PUT', path: '/virtualNetworks/{n}/subnets/Hyper-V-LAN$', network: 'first' },
  routeTable: { method: 'DELETE', path: '/routeTables/Routes-{n}$', network: 'first' },
  virtualMachine: { method: 'DELETE', path: '/virtualMachines/{h}$' },
  nic2: { method: 'DELETE', path: '/networkInterfaces/{h}-lan$' },
  nic1: { method: 'DELETE', path: '/networkInterfaces/{h}-nat$' },
  publicIp: { method: 'DELETE', path: '/publicIPAddresses/{h}-nat-ip$', network: 'publicIp' },
  osDisk: { method: 'DELETE', path: '/disks/{h}-os$' },
  ghostedSubnet: { method: 'DELETE', path: '/subnets/Ghosted-{h}$' },
});

export type Removal = keyof typeof removals;
export const removalNames = Object.keys(removals) as Removal[];
