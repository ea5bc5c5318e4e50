import fc from 'fast-check';
import { faults, type FaultName } from '../faults/faults';
import {
  definitions,
  drifts,
  guestOutcomes,
  guestPhases,
  networks,
  places,
  type Action,
  type Command,
  type HostNumber,
  type Place,
} from './commands';

const network = fc.constantFrom(...networks);
/** Hosts that can be made. */
const toMake = { network, host: fc.constantFrom<HostNumber>(1, 1, 2, 2, 3, 3, 4) };
const onHost = { network, host: fc.constantFrom<HostNumber>(1, 1, 2, 2, 3, 3, 4, 5) };

/** Free ones, an overlapping one, one with a foreign subnet, one outside the pools. */
const prefixes = ['10.10.3.0/24', '10.10.3.128/25', '10.10.4.0/24', '10.10.7.128/25', '10.99.0.0/24'];

const flag = (likely: number): fc.Arbitrary<boolean> =>
  fc.integer({ min: 1, max: 100 }).map((n) => n <= likely);

const sometimes = <T>(likely: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 100 - likely, arbitrary: fc.constant(undefined) }, { weight: likely, arbitrary });

const provision = fc
  .record({
    do: fc.constant('provision' as const),
    ...toMake,
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

const action: fc.Arbitrary<Action> = fc.oneof(
  weighted(10, provision),
  weighted(5, fc.record({ do: named('teardown'), ...onHost, force: flag(50), keepDisks: flag(30) })),
  weighted(3, fc.record({ do: named('release'), ...onHost, force: flag(50) })),
  weighted(3, fc.record({ do: named('repair'), ...onHost, allowInterruption: flag(50) })),
  weighted(
    2,
    fc.record({
      do: named('adopt'),
      network,
      host: fc.constantFrom<HostNumber>(5, 5, 5, 1, 2, 3),
      allowInterruption: flag(70),
      dryRun: flag(20),
    }),
  ),
  weighted(
    1,
    fc.record({
      do: named('batch'),
      network,
      hosts: fc.uniqueArray(toMake.host, { minLength: 1, maxLength: 3 }),
      keep: flag(25),
    }),
  ),
  weighted(1, fc.record({ do: named('cancel'), ...onHost })),
  weighted(1, fc.record({ do: named('converge'), network })),
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
  weighted(4, fc.record({ do: named('calm') })),
  weighted(2, fc.record({ do: named('crash'), victim: fc.constantFrom('app' as const, 'host' as const) })),
  weighted(3, fc.record({ do: named('pass'), minutes: fc.integer({ min: 1, max: 90 }) })),
);

/** What is for hosts that are there, and would mostly come while they are being made. */
const forHosts: Action['do'][] = ['release', 'repair', 'adopt', 'converge'];

const command: fc.Arbitrary<Command> = fc
  .record({
    after: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })),
    rested: flag(60),
    action,
  })
  .map(({ after, rested, action: one }) => ({
    after,
    action: one,
    ...(rested && forHosts.includes(one.do) ? { rested } : {}),
  }));

/** Most commands of a program but the first. */
const length = Number(process.env['RANDOM_LENGTH'] ?? 18);

/** Begins with a host, so that the rest finds something. */
export const programs: fc.Arbitrary<Command[]> = fc
  .tuple(provision, fc.array(command, { minLength: length / 2, maxLength: length }))
  .map(([first, rest]) => [{ after: 0, action: first }, ...rest]);
