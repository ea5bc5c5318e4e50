import { exchange, facts, restart, round } from '../evidence';
import { features, itJudges, type Case } from './judge';

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
const asked = (times: number) =>
  Array.from({ length: times }, () =>
    exchange('POST', 'Microsoft.Compute/virtualMachines/prove-01/restart', { status: 202 }),
  );

const cases: Case[] = [
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
  itJudges(cases);
});
