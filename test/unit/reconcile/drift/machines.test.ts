import { decide, defaultPolicy } from '../../../../shared/reconcile/decide';
import { diagnose } from '../../../../shared/reconcile/diagnose';
import { layout } from '../../shared/fixture';
import { disk, empty, healthy, host, machine, nic, nobody, promised, route, table, tags } from '../world';
import { found, type Case } from './found';

it.each<Case>([
  ['a host as promised', healthy(), promised(), []],
  ['a network without hosts', empty(), nobody(), []],
  [
    'a deallocated VM is stopped, not drift',
    healthy({ virtualMachines: [machine({ power: 'stopped' })] }),
    promised(),
    [],
  ],
  [
    'a host somebody works on has not drifted',
    healthy({ tables: [], virtualMachines: [] }),
    promised({ hosts: [host({ claim: 'op-9' })] }),
    [],
  ],
  [
    'a host an operation is about has not drifted',
    healthy({ tables: [], virtualMachines: [] }),
    promised({ inFlight: [{ id: 'op-9', kind: 'teardown', network: 'nested-fun', host: 'HV-01' }] }),
    [],
  ],
  [
    'IP forwarding off',
    healthy({ networkInterfaces: [nic('nic1'), nic('nic2', { forwarding: false })] }),
    promised(),
    ['forwardingOff repair'],
  ],
  [
    'IP forwarding on at NIC 1',
    healthy({ networkInterfaces: [nic('nic1', { forwarding: true }), nic('nic2')] }),
    promised(),
    ['forwardingOn repair'],
  ],
  [
    'NIC 2 has another address',
    healthy({ networkInterfaces: [nic('nic1'), nic('nic2', { address: '10.0.1.9', forwarding: false })] }),
    promised(),
    ['networkInterfaceChanged report!'],
  ],
  [
    'NIC 2 in another subnet',
    healthy({ networkInterfaces: [nic('nic1'), nic('nic2', { subnetId: layout.natSubnet.id })] }),
    promised(),
    ['networkInterfaceChanged report!'],
  ],
  ['NIC 2 gone', healthy({ networkInterfaces: [nic('nic1')] }), promised(), ['networkInterfaceGone report!']],
  [
    "another installation's NIC by that name",
    healthy({
      networkInterfaces: [
        nic('nic1'),
        nic('nic2', { tags: { ...tags, installation: 'other' }, forwarding: false }),
      ],
    }),
    promised(),
    ['networkInterfaceGone report!'],
  ],
  [
    'VM gone, its NICs and disk are kept for it',
    healthy({ virtualMachines: [], networkInterfaces: [nic('nic1'), nic('nic2')], disks: [disk()] }),
    promised(),
    ['virtualMachineGone report'],
  ],
  [
    'a VM of that name that is not ours',
    healthy({ virtualMachines: [machine({ tags: {} })] }),
    promised(),
    ['virtualMachineGone report'],
  ],
  ['dead lease', healthy({ deadLeases: [{ key: 'k', holder: 'op-7' }] }), promised(), ['deadLease repair']],
  [
    'the VNet gone',
    { ...healthy(), virtualNetwork: undefined as never },
    promised(),
    ['virtualNetworkGone report'],
  ],
])('%s', (_, observed, records, findings) => {
  expect(found(observed, records)).toEqual(findings);
});

it('tells stopped hosts', () => {
  const { stopped } = diagnose(healthy({ virtualMachines: [machine({ power: 'stopped' })] }), promised());
  expect(stopped).toEqual(['hv-01']);
});

it('mends what belongs to a host under one claim, and repairs before it deletes', () => {
  const { findings } = diagnose(
    healthy({
      tables: [table({ routes: [route({ nextHop: '10.0.1.99' })] })],
      networkInterfaces: [nic('nic1'), nic('nic2', { forwarding: false })],
      deadLeases: [{ key: 'k', holder: 'op-7' }],
    }),
    promised(),
  );
  const decided = decide(findings, {}, { ...defaultPolicy, dryRun: false }, 0);
  expect(decided.map(({ kind, job, policy, action }) => [kind, job, policy, action.verdict])).toEqual([
    ['deadLease', 0, 'repair', 'planned'],
    ['forwardingOff', 1, 'repair', 'planned'],
    ['wrongHopRoute', 1, 'repair', 'planned'],
  ]);
  const cautious = decide(findings, {}, { ...defaultPolicy, dryRun: false, repairs: 'report' }, 0);
  expect(cautious.every(({ policy, action }) => policy === 'report' && action.verdict === 'withheld')).toBe(
    true,
  );
});
