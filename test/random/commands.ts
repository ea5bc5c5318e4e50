import fc from 'fast-check';
import type { FaultSpec } from '../../local/azure/edge/faults';
import { faults, type FaultName } from '../faults/faults';

export const networks = ['a', 'b'] as const;
export type NetworkName = (typeof networks)[number];

/** Hosts by number; 4 has a foreign subnet that bears its name. A host of one network may have the name of another's. */
export type HostNumber = 1 | 2 | 3 | 4;

interface OnHost {
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
  | ({ do: 'cancel' } & OnHost)
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
  action: Action;
}

const definitions = ['plain', 'tagged', 'morePools', 'moreRouted'] as const;
/** What a network may be defined as: each differs from `plain` in one thing. */
export type Definition = (typeof definitions)[number];

const drifts = [
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

const guestPhases = ['features', 'network', 'verify', 'inventory'] as const;
type GuestPhase = (typeof guestPhases)[number];
const guestOutcomes = ['error', 'noSentinel', 'timeout', 'exitCode'] as const;
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

const onHost = {
  network: fc.constantFrom(...networks),
  host: fc.constantFrom<HostNumber>(1, 1, 2, 2, 3, 3, 4),
};

/** Free ones, an overlapping one, one with a foreign subnet, one outside the pools. */
const prefixes = ['10.10.3.0/24', '10.10.3.128/25', '10.10.4.0/24', '10.10.7.128/25', '10.99.0.0/24'];

const flag = (likely: number): fc.Arbitrary<boolean> =>
  fc.integer({ min: 1, max: 100 }).map((n) => n <= likely);

const sometimes = <T>(likely: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 100 - likely, arbitrary: fc.constant(undefined) }, { weight: likely, arbitrary });

const provision = fc
  .record({
    do: fc.constant('provision' as const),
    ...onHost,
    keep: flag(25),
    key: sometimes(30, fc.integer({ min: 1, max: 4 })),
    prefix: sometimes(25, fc.constantFrom(...prefixes)),
  })
  .map(({ key, prefix, ...rest }): Action => ({
    ...rest,
    ...(key === undefined ? {} : { key }),
    ...(prefix === undefined ? {} : { prefix }),
  }));

const weighted = <T extends Action>(weight: number, arbitrary: fc.Arbitrary<T>) => ({
  weight,
  arbitrary: arbitrary as fc.Arbitrary<Action>,
});
const named = <K extends Action['do']>(name: K): fc.Arbitrary<K> => fc.constant(name);
const { network } = onHost;

const action: fc.Arbitrary<Action> = fc.oneof(
  weighted(10, provision),
  weighted(5, fc.record({ do: named('teardown'), ...onHost, force: flag(50), keepDisks: flag(30) })),
  weighted(1, fc.record({ do: named('cancel'), ...onHost })),
  weighted(2, fc.record({ do: named('define'), network, how: fc.constantFrom(...definitions) })),
  weighted(3, fc.record({ do: named('reconcile'), network, dryRun: flag(30), verifyGuests: flag(20) })),
  weighted(4, fc.record({ do: named('drift'), what: fc.constantFrom(...drifts), ...onHost })),
  weighted(
    6,
    fc.record({
      do: named('fault'),
      fault: fc.constantFrom(...(Object.keys(faults) as FaultName[])),
      on: fc.constantFrom(...(Object.keys(places) as Place[])),
    }),
  ),
  weighted(
    2,
    fc.record({
      do: named('guest'),
      phase: fc.constantFrom(...guestPhases),
      outcome: fc.constantFrom(...guestOutcomes),
    }),
  ),
  weighted(2, fc.record({ do: named('calm') })),
  weighted(2, fc.record({ do: named('crash'), victim: fc.constantFrom('app' as const, 'host' as const) })),
  weighted(3, fc.record({ do: named('pass'), minutes: fc.integer({ min: 1, max: 90 }) })),
);

/** Most commands of a program but the first. */
const length = Number(process.env['RANDOM_LENGTH'] ?? 18);

/** Begins with a host, so that the rest finds something. */
export const programs: fc.Arbitrary<Command[]> = fc
  .tuple(
    provision,
    fc.array(fc.record({ after: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })), action }), {
      minLength: length / 2,
      maxLength: length,
    }),
  )
  .map(([first, rest]) => [{ after: 0, action: first }, ...rest]);

/** One line of a program, for whoever has to understand why it failed. */
export function textOf({ after, action: { do: name, ...rest } }: Command): string {
  const words = Object.entries(rest).map(([key, value]) => `${key}=${value}`);
  return [after === 0 ? 'at once' : `after ${after} requests`, name, ...words].join(' ');
}
