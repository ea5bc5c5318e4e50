import type { FaultSpec } from '../../local/azure/edge/faults';
import type { FaultName } from '../faults/faults';

export const networks = ['a', 'b'] as const;
export type NetworkName = (typeof networks)[number];

/**
 * Hosts by number; 4 has a foreign subnet that bears its name, 5 is a VM that somebody built by hand. A host of one network may
 * have the name of another's.
 */
export type HostNumber = 1 | 2 | 3 | 4 | 5;

export interface OnHost {
  network: NetworkName;
  host: HostNumber;
}

/** What happens to the system next. Nobody waits for the end of what was begun before. */
export type Action =
  | ({
      do: 'provision';
      keep: boolean;
      /** Few keys, so that they come again: with the same body or another one. */
      key?: number;
      prefix?: string;
    } & OnHost)
  | ({ do: 'teardown'; force: boolean; keepDisks: boolean } & OnHost)
  | ({ do: 'release'; force: boolean } & OnHost)
  | ({ do: 'repair'; allowInterruption: boolean } & OnHost)
  /** Of a VM that was built by hand, or that the app made and somebody may have released. */
  | ({ do: 'adopt'; allowInterruption: boolean; dryRun: boolean } & OnHost)
  | { do: 'batch'; network: NetworkName; hosts: HostNumber[]; keep: boolean }
  | ({ do: 'cancel' } & OnHost)
  | { do: 'converge'; network: NetworkName }
  | { do: 'define'; network: NetworkName; how: Definition }
  | { do: 'reconcile'; network: NetworkName; dryRun: boolean; verifyGuests: boolean }
  | ({ do: 'drift'; what: Drift } & OnHost)
  | { do: 'fault'; fault: FaultName; on: Place }
  | { do: 'guest'; phase: GuestPhase; outcome: GuestOutcome }
  | { do: 'calm' }
  | { do: 'crash'; victim: 'app' | 'host' }
  | { do: 'pass'; minutes: number };

export interface Command {
  /** Requests to Azure that are waited for first. */
  after: number;
  /** What was begun before ends first, if it does so soon. */
  rested?: true;
  action: Action;
}

export const definitions = ['plain', 'tagged', 'morePools', 'moreRouted'] as const;
/** What a network may be defined as: each differs from `plain` in one thing. */
export type Definition = (typeof definitions)[number];

export const drifts = [
  'ownRouteRemoved',
  'foreignTableRouteRemoved',
  'hopChanged',
  'forwardingOff',
  'forwardingOn',
  'associationLost',
  'squatter',
  'machineRemoved',
] as const;
export type Drift = (typeof drifts)[number];

export const guestPhases = ['features', 'network', 'verify', 'inventory', 'deconfigure'] as const;
type GuestPhase = (typeof guestPhases)[number];
export const guestOutcomes = ['error', 'noSentinel', 'timeout', 'exitCode'] as const;
type GuestOutcome = (typeof guestOutcomes)[number];

/** Where a fault is met: method and path of requests to Azure, of whatever host. */
export const places = {
  anyRead: { method: 'GET' },
  ghostedSubnet: { method: 'PUT', path: '/subnets/Ghosted-' },
  sharedSubnet: { method: 'PUT', path: '/subnets/(NAT|Hyper-V-LAN)$' },
  nic: { method: 'PUT', path: '/networkInterfaces/' },
  machine: { method: 'PUT', path: '/virtualMachines/[^/]+$' },
  runCommand: { method: 'PUT', path: '/runCommands/' },
  restart: { method: 'POST', path: '/restart$' },
  routeTable: { method: 'PUT', path: '/routeTables/[^/]+$' },
  route: { method: 'PUT', path: '/routes/' },
  association: { method: 'PUT', path: '/subnets/Apps$' },
  removal: { method: 'DELETE' },
  routeRemoval: { method: 'DELETE', path: '/routes/' },
  machineRemoval: { method: 'DELETE', path: '/virtualMachines/' },
  subnetRemoval: { method: 'DELETE', path: '/subnets/' },
} as const satisfies Record<string, FaultSpec['match']>;
export type Place = keyof typeof places;

/** One line of a program, for whoever has to understand why it failed. */
export function textOf({ after, rested, action: { do: name, ...rest } }: Command): string {
  const words = Object.entries(rest).map(([key, value]) => `${key}=${value}`);
  const when = rested ? 'after a rest' : `after ${after} requests`;
  return [when, name, ...words].join(' ');
}
