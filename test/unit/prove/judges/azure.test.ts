import type { Evidence } from '../../../../local/prove/evidence';
import { exchange, phase, restart, round, succeeded } from '../evidence';
import { features, itJudges, type Case } from './judge';

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
const tags = { a: '1', b: '2' };
const torn: Partial<Evidence> = {
  machine: { tags },
  osDisk: { tags: { b: '2', a: '1' } },
  teardown: succeeded('teardown'),
  leftovers: [],
};

const question = (status = 202, headers: Record<string, string> = { location: 'https://arm.test/1' }) =>
  exchange('POST', 'Microsoft.Network/networkInterfaces/n/effectiveRouteTable', {
    status,
    responseHeaders: headers,
  });
const routesTold = (...value: unknown[]) =>
  exchange('GET', 'Microsoft.Network/locations/westeurope/operationResults/1', { answer: { value } });
const told = routesTold({ nextHopType: 'VnetLocal' });

const cases: Case[] = [
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
  ['A18', 'one ping was lost', { besideOtherRoute: { sent: 300, answered: 299 } }, 'refuted'],
];

describe('a statement', () => {
  itJudges(cases);
});
