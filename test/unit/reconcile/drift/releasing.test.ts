import { layout } from '../../shared/fixture';
import {
  address,
  dataDisk,
  disk,
  empty,
  entry,
  ghosted,
  machine,
  nic,
  nobody,
  releasing,
  route,
  table,
  teardown,
} from '../world';
import { found, type Case } from './found';

const vmId = layout.virtualMachine.id;

it.each<Case>([
  [
    'promise without a host',
    empty(),
    nobody({ ledger: [entry({ state: 'reserved' })] }),
    ['ledgerWithoutResource report'],
  ],
  [
    'promise just made',
    empty(),
    nobody({
      ledger: [entry({ state: 'reserved' })],
      inFlight: [{ id: 'op-1', kind: 'provision', network: 'nested-fun', host: 'hv-01' }],
    }),
    [],
  ],
  ['nothing left of a promise being released', empty(), releasing(), ['ledgerWithoutResource repair']],
  [
    'a subnet of its name left that has another range',
    empty({ subnets: [ghosted({ prefixes: ['10.0.9.0/24'] })] }),
    releasing(),
    ['ledgerWithoutResource repair'],
  ],
  [
    'a subnet of its name left that has a part of its range',
    empty({ subnets: [ghosted({ prefixes: ['10.0.2.0/25'] })] }),
    releasing(),
    ['orphanedGhostedSubnet report'],
  ],
  [
    'a route left of it, whoever named it',
    empty({ tables: [table({ routes: [route({ name: 'theirs' })] })] }),
    releasing(),
    [],
  ],
  [
    'the same prefix in a table of another VNet',
    empty({
      tables: [
        table({
          id: 'twin',
          tags: {},
          routes: [route({ name: 'theirs' })],
          subnets: [`${layout.virtualNetworkId}-twin/subnets/Azure-VMs`],
        }),
      ],
    }),
    releasing(),
    ['ledgerWithoutResource repair'],
  ],
  ['its disk left', empty({ disks: [disk()] }), releasing(), ['leftoverDisk delete']],
  ['its data disk left', empty({ disks: [dataDisk] }), releasing(), ['leftoverDisk delete']],
  [
    'its data disk left on purpose',
    empty({ disks: [dataDisk] }),
    releasing({
      finished: [teardown({ request: { kind: 'teardown', force: false, keepDisks: true } })],
    }),
    ['ledgerWithoutResource repair'],
  ],
  [
    'its public address left',
    empty({ publicAddresses: [address()] }),
    releasing(),
    ['leftoverPublicAddress delete'],
  ],
  [
    'a leftover VM, what it holds comes after it',
    empty({ virtualMachines: [machine()], networkInterfaces: [nic('nic2', { virtualMachineId: vmId })] }),
    releasing(),
    ['leftoverNetworkInterface delete', 'leftoverVirtualMachine delete'],
  ],
])('%s', (_, observed, records, findings) => {
  expect(found(observed, records)).toEqual(findings);
});
