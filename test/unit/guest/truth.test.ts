import fc from 'fast-check';
import type { WindowsState } from '../../../local/azure/guest';
import type { Route } from '../../../local/azure/guest/types';
import { defects, faultsOf, harmless } from './defects';
import { TestHost } from './host';

type Change = (state: WindowsState) => unknown;

/** Any field of a route, and routes put anywhere. */
const prefixes = [
  '10.0.0.0/22',
  '10.0.3.0/24',
  '10.10.0.0/16',
  '10.0.2.0/25',
  '172.20.0.0/16',
  '128.0.0.0/1',
];
const route: fc.Arbitrary<Partial<Route>> = fc.record(
  {
    prefix: fc.constantFrom(...prefixes),
    nextHop: fc.constantFrom('10.0.0.1', '10.0.1.1', '10.0.1.99', '10.0.2.9', '0.0.0.0'),
    index: fc.constantFrom(5, 8, 11, 99),
    metric: fc.constantFrom(1, 256),
    persistent: fc.boolean(),
    inactive: fc.boolean(),
    router: fc.boolean(),
  },
  { requiredKeys: [] },
);
const routed: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(fc.nat(), route).map(
    ([which, change]) =>
      ({ routes }: WindowsState) =>
        Object.assign(routes[which % routes.length] ?? {}, change),
  ),
  route.map(
    (wish) => (state: WindowsState) =>
      state.routes.push({
        ...{ prefix: '10.0.3.0/24', nextHop: '10.0.1.1', index: 8, metric: 256, persistent: true },
        ...wish,
      }),
  ),
  fc.nat().map(
    (which) =>
      ({ routes }: WindowsState) =>
        routes.splice(which % routes.length, 1),
  ),
);

/** Any setting of RRAS and of the DHCP server that phase network has an opinion of. */
const setting: fc.Arbitrary<Change> = fc.constantFrom<Change>(
  (s) => delete s.rras.initialAddressPoolSize,
  (s) => (s.rras.initialAddressPoolSize = 20),
  (s) => (s.rras.filters = {}),
  (s) => (s.nat.interfaces['Ethernet 2'] = 'private'),
  (s) => (s.nat.interfaces['Ethernet 9'] = 'private'),
  (s) => (s.nat.interfaces['vEthernet (NestedSwitch)'] = 'private'),
  (s) => (s.dhcp.conflictDetection = 3),
  (s) => delete s.dhcp.conflictDetection,
  (s) => (s.dhcp.silent = true),
  (s) => (s.dhcp.bindings.Ethernet = true),
  ...[1, 192].map(
    (leaseHours): Change =>
      (s) =>
        Object.assign(s.dhcp.scopes['10.0.2.0'] ?? {}, { leaseHours }),
  ),
  ...['start', 'end', 'name'].map(
    (field): Change =>
      (s) =>
        Object.assign(s.dhcp.scopes['10.0.2.0'] ?? {}, { [field]: '10.0.2.77' }),
  ),
  ...['RemoteAccess', 'DHCPServer'].map(
    (name): Change =>
      (s) =>
        (s.services[name] = { status: 'Running', startType: 'Manual' }),
  ),
  ...['nested-hosts'].map(
    (name): Change =>
      (s) =>
        delete s.startupTasks?.[name],
  ),
);

const known: fc.Arbitrary<Change> = fc.constantFrom<Change>(
  ...defects.filter(({ beyond }) => !beyond).map(({ damage }) => damage),
  ...harmless.map(([, add]) => add),
);

describe('verify and network agree', () => {
  const ready = new TestHost().configured();

  it('whatever is changed on a host: what network would change or refuse is named, and what it repaired is not', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(routed, setting, known), { minLength: 1, maxLength: 3 }), (changes) => {
        const host = new TestHost();
        host.state = structuredClone(ready.state);
        for (const change of changes) {
          try {
            change(host.state);
          } catch {
            // What it would change is gone.
          }
        }
        const faults = faultsOf(host.run('verify'));
        const done = host.run('network');
        const idle = done.ok && done.changed.length === 0;
        expect({ faults, idle }).toEqual({ faults, idle: Object.keys(faults).length === 0 });
        if (!done.ok) return;
        expect(faultsOf(host.run('verify'))).toEqual({});
        expect(host.run('network')).toMatchObject({ ok: true, changed: [] });
      }),
      { numRuns: 150 },
    );
  });
});
