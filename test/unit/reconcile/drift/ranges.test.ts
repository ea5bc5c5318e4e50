import { diagnose } from '../../../../shared/reconcile/diagnose';
import type { Promised } from '../../../../shared/reconcile/facts';
import { ghosted, healthy, host, peering, promised, shared, subnet, virtualNetwork } from '../world';
import { found, routed, type Case } from './found';

const peered = (connected: boolean) => ({
  virtualNetwork: {
    ...virtualNetwork,
    peerings: [peering({ state: connected ? 'Connected' : 'Disconnected' })],
  },
});

/** The host was last verified for these ranges. */
const told = (...what: string[] | [ranges: string[], more: object]): Promised => {
  const [first, more] = what;
  const ranges = Array.isArray(first) ? first : (what as string[]);
  const records = typeof more === 'object' ? routed(more) : promised();
  return { ...records, hosts: [host({ ranges })] };
};

it.each<Case>([
  [
    'new subnet',
    healthy({ subnets: [...shared, ghosted(), subnet('New', '10.0.3.128/25')] }),
    promised(),
    ['newUnroutedSubnet report'],
  ],
  [
    'new subnet that is reached translated',
    healthy({ subnets: [...shared, ghosted(), subnet('New', '10.9.0.0/24')] }),
    routed({ natPrefixes: ['10.9.0.0/16'] }),
    [],
  ],
  [
    'subnets of the platform',
    healthy({ subnets: [...shared, ghosted(), subnet('AzureBastionSubnet', '10.9.0.0/26')] }),
    promised(),
    [],
  ],
  [
    'new range of the VNet',
    healthy({ virtualNetwork: { ...virtualNetwork, ranges: ['10.0.0.0/22', '10.30.0.0/16', 'fd00::/48'] } }),
    told('10.0.0.0/22', '10.10.0.0/16'),
    ['newRange report'],
  ],
  ['new range of a peer', healthy(peered(true)), told('10.0.0.0/22', '10.10.0.0/16'), ['newRange report']],
  [
    'a range of a peer that the host has a route for, whatever the definition names',
    healthy(peered(true)),
    told('10.0.0.0/22', '10.10.0.0/16', '10.20.0.0/16'),
    [],
  ],
  [
    'a range of a peer within one that the host has a route for',
    healthy(peered(true)),
    told('10.0.0.0/22', '10.10.0.0/16', '10.20.0.0/15'),
    [],
  ],
  [
    'a range of a peer that the definition names, and no host was told of',
    healthy(peered(true)),
    told(['10.0.0.0/22', '10.10.0.0/16'], { extraPrefixes: ['10.20.0.0/16'] }),
    ['newRange report'],
  ],
  [
    'a range of a peer that is translated',
    healthy(peered(true)),
    told(['10.0.0.0/22', '10.10.0.0/16'], { natPrefixes: ['10.20.0.0/15'] }),
    [],
  ],
  ['a peer that is not connected', healthy(peered(false)), told('10.0.0.0/22', '10.10.0.0/16'), []],
  ['a range that nobody knows whether the host has', healthy(peered(true)), promised(), []],
])('%s', (_, observed, records, findings) => {
  expect(found(observed, records)).toEqual(findings);
});

it('a new range is one finding, which names the hosts that lack a route', () => {
  const names = Array.from({ length: 7 }, (_, index) => `hv-0${index + 1}`);
  const hosts = names.map((name, index) =>
    host({
      name,
      addresses: { ghostedPrefix: `10.10.${index}.0/24`, natAddress: '10.0.0.4', lanAddress: '10.0.1.4' },
      ranges: ['10.0.0.0/22', '10.10.0.0/16', ...(index === 0 ? ['10.20.0.0/16'] : [])],
    }),
  );
  const { findings } = diagnose(healthy(peered(true)), promised({ hosts, ledger: [] }));
  const [finding, ...more] = findings.filter(({ kind }) => kind === 'newRange');
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ what: '10.20.0.0/16', prefix: '10.20.0.0/16' });
  expect(finding?.evidence).toEqual([
    'the peering hub has it',
    'verified without a route for it: hv-02, hv-03, hv-04, hv-05, hv-06 and 1 more',
  ]);
});
