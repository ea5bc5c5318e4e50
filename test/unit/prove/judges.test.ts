import type { Evidence } from '../../../local/prove/evidence';
import { differencesOf } from '../../../local/prove/packets';
import { statements } from '../../../local/prove/statements';
import type { Verdict } from '../../../local/prove/verdict';
import { evidence, exchange, facts, phase, report, restart, round, succeeded } from './evidence';

const judge = (id: string, more: Partial<Evidence>): Verdict | undefined =>
  statements.find((one) => one.id === id)?.judge(evidence(more));

const nic = (sent: unknown, answer: unknown) =>
  exchange('PUT', 'Microsoft.Network/networkInterfaces/n', {
    sent: { properties: sent },
    answer: { properties: answer },
  });
const subnet = (status: number) =>
  exchange('PUT', 'Microsoft.Network/virtualNetworks/v/subnets/s', {
    status,
    requestHeaders: { 'if-match': 'W/"1"' },
    sent: { etag: 'e', properties: { ipConfigurations: [] } },
  });
const asked = (times: number) =>
  Array.from({ length: times }, () =>
    exchange('POST', 'Microsoft.Compute/virtualMachines/prove-01/restart', { status: 202 }),
  );
const tags = { a: '1', b: '2' };
const torn: Partial<Evidence> = {
  machine: { tags },
  osDisk: { tags: { b: '2', a: '1' } },
  teardown: succeeded('teardown'),
  leftovers: [],
};
const features = phase('features', { bootTime: '2026-01-01T10:00:00Z' });
const boots = ['2026-01-01T09:59:58Z', '2026-01-01T10:05:00Z', '2026-01-01T10:10:00Z'];
const adapter = (description: string, ipv4: string[]) => ({ description, guid: 'a', ipv4, virtual: false });
const two = [
  adapter('Microsoft Hyper-V Network Adapter', ['10.0.0.4']),
  adapter('Microsoft Hyper-V Network Adapter #2', ['10.0.1.4']),
];

const leased = (last: 16 | 254, protocol = 'Dhcp', stored = false) => ({
  prefix: last === 16 ? '168.63.129.16/32' : '169.254.169.254/32',
  protocol,
  stored,
});
const question = (status = 202, headers: Record<string, string> = { location: 'https://arm.test/1' }) =>
  exchange('POST', 'Microsoft.Network/networkInterfaces/n/effectiveRouteTable', {
    status,
    responseHeaders: headers,
  });
const routesTold = (...value: unknown[]) =>
  exchange('GET', 'Microsoft.Network/locations/westeurope/operationResults/1', { answer: { value } });
const told = routesTold({ nextHopType: 'VnetLocal' });
const routesInForce: typeof cases = [
  ['A25', 'routes were told', { exchanges: [question(), told] }, 'proved'],
  ['A25', 'nobody asked', {}, 'not reached'],
  ['A25', 'it was refused', { exchanges: [question(), question(400), told] }, 'refuted'],
  ['A25', 'it was taken without a place', { exchanges: [question(202, {}), told] }, 'refuted'],
  ['A25', 'no route was told', { exchanges: [question(), routesTold()] }, 'refuted'],
  [
    'A25',
    'they lead elsewhere',
    { exchanges: [question(), told], differences: ['Effective routes of n: elsewhere.'] },
    'refuted',
  ],
];

const cases: [id: string, what: string, seen: Partial<Evidence>, verdict: Verdict['verdict']][] = [
  [
    'A2',
    'a machine that came as Trusted Launch',
    { machine: {}, probe: { properties: { securityProfile: { securityType: 'TrustedLaunch' } } } },
    'refuted',
  ],
  [
    'A2',
    'a guest ran, nothing says otherwise',
    { machine: {}, probe: {}, rounds: [round('provisioning')] },
    'proved',
  ],
  ['A2', 'no guest yet', { machine: {}, probe: {} }, 'not reached'],
  [
    'A3',
    'a size that was refused',
    { exchanges: [phase('features', { ok: false, error: { code: 'x', message: 'y' } })] },
    'refuted',
  ],
  ['A3', 'one size that nests', { exchanges: [features], rounds: [round('provisioning')] }, 'not reached'],
  ['A5', 'all is gone by itself', torn, 'proved'],
  ['A5', 'a disk is left', { ...torn, leftovers: ['/providers/Microsoft.Compute/disks/d'] }, 'refuted'],
  ['A5', 'a disk without tags', { ...torn, osDisk: {} }, 'refuted'],
  [
    'A5',
    'the app had to delete a NIC',
    { ...torn, exchanges: [exchange('DELETE', 'Microsoft.Network/networkInterfaces/n', { status: 202 })] },
    'refuted',
  ],
  [
    'A6',
    'off at first, switched on while attached',
    {
      exchanges: [
        nic({}, { enableIPForwarding: false }),
        nic({ enableIPForwarding: true }, { enableIPForwarding: true, virtualMachine: {} }),
      ],
    },
    'proved',
  ],
  ['A6', 'on from the start', { exchanges: [nic({}, { enableIPForwarding: true })] }, 'refuted'],
  [
    'A6',
    'the PUT changed nothing',
    {
      exchanges: [
        nic({}, {}),
        nic({ enableIPForwarding: true }, { enableIPForwarding: false, virtualMachine: {} }),
      ],
    },
    'refuted',
  ],
  [
    'A7',
    'a subnet was taken, another time the ETag was old',
    { exchanges: [subnet(412), subnet(200)] },
    'proved',
  ],
  ['A7', 'a subnet was refused as it was', { exchanges: [subnet(400)] }, 'refuted'],
  ['A9', 'a name ran twice', { exchanges: [features], ranTwice: { runs: 2 } }, 'refuted'],
  ['A9', 'a name ran once', { exchanges: [features], ranTwice: { runs: 1 } }, 'proved'],
  [
    'A9',
    'a script that succeeded and of which Azure says Failed',
    { exchanges: [phase('verify', {}, { executionState: 'Failed' })], ranTwice: { runs: 1 } },
    'refuted',
  ],
  ['A10', 'the report became newer', { restarts: [restart()] }, 'proved'],
  ['A10', 'a report without a time', { restarts: [{ askedAt: 1, endedAt: 2, readyAt: 3 }] }, 'refuted'],
  [
    'A12',
    'a question was refused',
    { exchanges: [exchange('POST', 'Microsoft.PolicyInsights/checkPolicyRestrictions', { status: 400 })] },
    'refuted',
  ],
  [
    'A13',
    'Azure made up an id of its own',
    {
      exchanges: [
        exchange('GET', 'Microsoft.Network/x/y', {
          requestHeaders: { 'x-ms-correlation-request-id': 'a' },
          responseHeaders: { 'x-ms-correlation-request-id': 'b' },
        }),
      ],
    },
    'refuted',
  ],
  [
    'A14',
    'a restart of an hour',
    { provision: succeeded('provision'), restarts: [restart({ readyAt: 3_600_000 })] },
    'refuted',
  ],
  [
    'A14',
    'a restart as long as believed',
    { provision: succeeded('provision'), restarts: [restart()] },
    'proved',
  ],
  [
    'A15',
    'DNS is silent once',
    { rounds: [round('provisioning'), round('restart 1', { dns: 'silent' })] },
    'refuted',
  ],
  ['A16', 'the settings are not shown', { machine: { properties: {} } }, 'refuted'],
  [
    'A17',
    'Azure refused what passed the filter',
    { rounds: [round('provisioning', { metadata: 'refused' })] },
    'refuted',
  ],
  ['A17', 'another error', { rounds: [round('provisioning', { wireServer: 'failed' })] }, 'not reached'],
  ['A17', 'silence', { rounds: [round('provisioning')] }, 'proved'],
  ...routesInForce,
  ['A18', 'one ping was lost', { besideOtherRoute: { sent: 300, answered: 299 } }, 'refuted'],
  [
    'G1',
    'another PowerShell',
    { exchanges: [features], facts: [facts('provisioning', { powerShell: '7.6' })] },
    'not reached',
  ],
  [
    'G2',
    'NAT is lost after a restart',
    {
      restarts: [restart()],
      facts: [facts('restart 1')],
      rounds: [round('restart 1', { internet: 'silent' })],
    },
    'refuted',
  ],
  [
    'G3',
    'as many starts as restarts',
    { exchanges: [features, ...asked(2)], facts: [facts('provisioning', { boots })] },
    'proved',
  ],
  [
    'G3',
    'a start that nobody asked for',
    { exchanges: [features, ...asked(1)], facts: [facts('provisioning', { boots })] },
    'refuted',
  ],
  [
    'G3',
    'a log that does not reach back',
    { exchanges: [features, ...asked(3)], facts: [facts('provisioning', { boots })] },
    'not reached',
  ],
  ['G6', 'no web server', { facts: [facts('provisioning', { services: {} })] }, 'refuted'],
  [
    'G8',
    'another form',
    { facts: [facts('provisioning', { natDump: ['add interface name="Ethernet" FULL'] })] },
    'refuted',
  ],
  [
    'G9',
    'no adapter has the id',
    { facts: [facts('provisioning', { adapters: two, switchDeviceId: 'b' })] },
    'refuted',
  ],
  [
    'G11',
    'the task failed',
    { facts: [facts('restart 1', { task: { lastResult: 1, sameScript: true } })] },
    'refuted',
  ],
  [
    'G11',
    'before a restart nothing is known',
    { facts: [facts('provisioning', { task: { lastResult: 267011, sameScript: true } })] },
    'not reached',
  ],
  [
    'G12',
    'a VF with an address',
    { facts: [facts('provisioning', { adapters: [...two, adapter('Mellanox', ['10.0.0.4'])] })] },
    'refuted',
  ],
  [
    'G12',
    'a VF without one',
    { facts: [facts('provisioning', { adapters: [...two, adapter('Mellanox', [])] })] },
    'proved',
  ],
  [
    'G14',
    'a guest got through after a restart',
    {
      facts: [facts('restart 1', { filterDump: ['add filter name="v" filtertype=INPUT'] })],
      rounds: [round('restart 1', { metadata: 'answered' })],
    },
    'refuted',
  ],
  ['G22', 'nobody asked Windows', {}, 'not reached'],
  [
    'G22',
    'only the stored route of the scripts',
    { facts: [facts('provisioning', { platformRoutes: [leased(16, 'NetMgmt', true)] })] },
    'not reached',
  ],
  [
    'G22',
    'both by DHCP, also after a restart',
    {
      facts: ['provisioning', 'restart 1'].map((after) =>
        facts(after, { platformRoutes: [leased(16), leased(254)] }),
      ),
    },
    'proved',
  ],
  [
    'G22',
    'a route of Azure by another protocol',
    { facts: [facts('provisioning', { platformRoutes: [leased(16), leased(254, 'NetMgmt')] })] },
    'refuted',
  ],
  [
    'G22',
    'a route that did not come back',
    {
      facts: [
        facts('provisioning', { platformRoutes: [leased(16), leased(254)] }),
        facts('restart 1', { platformRoutes: [leased(16)] }),
      ],
    },
    'refuted',
  ],
  ['G19', 'clocks that agree', { facts: [facts('provisioning')] }, 'proved'],
  [
    'G19',
    'clocks a minute apart',
    { facts: [facts('provisioning', { startTime: '2026-01-01T12:09:00Z' })] },
    'refuted',
  ],
];

describe('a statement', () => {
  it.each(cases)('%s: %s', (id, _what, seen, verdict) => {
    const found = judge(id, seen);
    expect(found?.verdict).toBe(verdict);
    expect(found?.evidence).toMatch(/^\S.*[^ ]$/);
  });

  it.each(statements.map(({ id }) => id))('%s is not reached by a run that saw nothing', (id) => {
    expect(judge(id, {})?.verdict).toBe('not reached');
  });
});

describe('packets and the packet walk', () => {
  const predicted = (ok: boolean, sourceSeen = '10.0.3.4') => [
    { from: 'subnet:Azure-VMs', to: 'guest:prove-01', ok, sourceSeen },
  ];

  it('agree', () => {
    expect(differencesOf({ ...round('provisioning'), predicted: predicted(true) })).toEqual([]);
  });

  it.each([
    [
      'the walk says no and the packet came',
      predicted(false),
      round('provisioning').probe,
      /walk says it does not/,
    ],
    [
      'the packet came from elsewhere',
      predicted(true, '10.0.0.4'),
      round('provisioning').probe,
      /came as 10\.0\.3\.4/,
    ],
    [
      'the guest reaches no internet',
      [{ from: 'guest:prove-01', to: 'internet', ok: true }],
      { ...round('provisioning').probe, guest: report({ internet: 'silent' }) },
      /guest to internet/,
    ],
  ])('differ where %s', (_what, walk, probe, why) => {
    const found = differencesOf({ after: 'provisioning', probe, predicted: walk });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(why);
  });
});
