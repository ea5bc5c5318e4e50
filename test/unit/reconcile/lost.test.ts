import { diagnose } from '../../../shared/reconcile/diagnose';
import type { Observed, Promised } from '../../../shared/reconcile/facts';
import { lostHosts } from '../../../shared/reconcile/lost';
import { scopeOf } from '../../../shared/reconcile/scope';
import type { Finding } from '../../../shared/records/reconciliation';
import { addresses, layout } from '../shared/fixture';
import {
  entry,
  ghosted,
  healthy,
  host,
  machine,
  nic,
  nobody,
  promised,
  route,
  shared,
  subnet,
  table,
  tags,
} from './world';

const others = { ghostedPrefix: '10.10.0.0/24', natAddress: '10.0.0.5', lanAddress: '10.0.1.5' };
const other = (changes: Parameters<typeof entry>[0] = {}) => entry({ host: 'hv-02', ...others, ...changes });

const attached = { virtualMachineId: layout.virtualMachine.id };
const nics = (nic1: Parameters<typeof nic>[1] = {}, nic2: Parameters<typeof nic>[1] = {}) => ({
  networkInterfaces: [nic('nic1', { ...attached, ...nic1 }), nic('nic2', { ...attached, ...nic2 })],
});
const find = (observed: Observed, records: Promised): Finding[] => diagnose(observed, records).findings;
const lost = (observed: Observed, records: Promised) => lostHosts(scopeOf(observed, records));

const placeholder = host({ state: 'deleting', claim: 'own' });
delete placeholder.addresses;

describe('a host that everything in Azure agrees on', () => {
  it.each<[string, Partial<Observed>, Promised, string[], boolean]>([
    ['ledger and record are lost', {}, nobody(), ['promise', 'record'], true],
    ['the record is lost', {}, nobody({ ledger: [entry()] }), ['record'], true],
    ['the promise is lost', {}, promised({ ledger: [] }), ['promise'], true],
    [
      'another host stands',
      {},
      promised({ hosts: [host({ name: 'hv-02', addresses: others })], ledger: [other()] }),
      ['promise', 'record'],
      true,
    ],
    [
      'the run itself holds its name',
      {},
      nobody({ hosts: [placeholder], own: ['own'] }),
      ['promise', 'record'],
      true,
    ],
    ['its subnet is gone', { subnets: shared }, nobody(), ['promise', 'record'], true],
    [
      'its route leads elsewhere',
      { tables: [table({ routes: [route({ nextHop: '10.0.1.99' })] })] },
      nobody(),
      ['promise', 'record'],
      true,
    ],
    ['its route is missing: it was never ready', { tables: [] }, nobody(), ['promise', 'record'], false],
    [
      'the host had failed',
      {},
      promised({ hosts: [host({ state: 'failed' })], ledger: [] }),
      ['promise'],
      false,
    ],
  ])('is rebuilt: %s', (_, changes, records, missing, routed) => {
    const observed = healthy(changes);
    expect(lost(observed, records)).toMatchObject([
      { host: 'hv-01', what: layout.virtualMachine.id, addresses, missing, contradictions: [], routed },
    ]);
    const [finding, ...more] = find(observed, records);
    expect(finding).toMatchObject({
      kind: 'recordsLost',
      remedy: 'repair',
      host: 'hv-01',
      prefix: '10.0.2.0/24',
    });
    expect(finding?.blockedBy).toBeUndefined();
    expect(more.filter(({ remedy }) => remedy === 'delete')).toEqual([]);
    expect(more.filter(({ kind }) => /^(orphaned|leftover|ledger)/.test(kind))).toEqual([]);
  });

  it('waits while somebody changes its VM', () => {
    const [finding] = find(healthy({ virtualMachines: [machine({ settled: false })] }), nobody());
    expect(finding).toMatchObject({ remedy: 'repair', blockedBy: ['Its VM is being changed.'] });
  });
});

describe('nothing is written where facts do not agree', () => {
  const second = machine({ id: layout.virtualMachine.id.replace('hv-01', 'hv-02'), name: 'hv-02' });
  it.each<[string, Partial<Observed>, Promised, RegExp]>([
    ['a VM with copied tags', { virtualMachines: [second] }, nobody(), /called hv-02, its tags name hv-01/],
    ['two VMs with the same tags', { virtualMachines: [machine(), second] }, nobody(), /is also claimed by/],
    [
      'no prefix on the VM',
      { virtualMachines: [machine({ tags: { ...tags, prefix: 'x' } })] },
      nobody(),
      /'x'/,
    ],
    [
      'nonsense for a prefix',
      { virtualMachines: [machine({ tags: { ...tags, prefix: '10.0.2.0/99' } })] },
      nobody(),
      /'10.0.2.0\/99'/,
    ],
    [
      'a prefix outside the pools',
      { virtualMachines: [machine({ tags: { ...tags, prefix: '10.9.9.0/24' } })] },
      nobody(),
      /none of the pools/,
    ],
    [
      'no NIC 2',
      { networkInterfaces: nics().networkInterfaces.slice(0, 1) },
      nobody(),
      /no network interface hv-01-lan/,
    ],
    [
      'a NIC of another installation',
      nics({}, { tags: { ...tags, installation: 'other' } }),
      nobody(),
      /hv-01-lan has other tags/,
    ],
    [
      'a NIC for another prefix',
      nics({ tags: { ...tags, prefix: '10.10.0.0/24' } }),
      nobody(),
      /hv-01-nat has other tags/,
    ],
    ['a NIC on another VM', nics({ virtualMachineId: second.id }), nobody(), /not attached/],
    ['a NIC in another subnet', nics({}, { subnetId: layout.natSubnet.id }), nobody(), /hv-01-lan is in/],
    [
      'its subnet has another prefix',
      { subnets: [...shared, subnet('Ghosted-hv-01', '10.10.0.0/24')] },
      nobody(),
      /has 10.10.0.0\/24/,
    ],
    [
      'its subnet has one more prefix',
      { subnets: [...shared, ghosted({ prefixes: ['10.0.2.0/24', '10.10.0.0/24'] })] },
      nobody(),
      /has 10.0.2.0\/24, 10.10.0.0\/24/,
    ],
    [
      'somebody else has its range',
      { subnets: [...shared, subnet('Mine', '10.0.2.0/26')] },
      nobody(),
      /the subnet Mine/,
    ],
    [
      'its route is for another prefix',
      { tables: [table({ routes: [route({ prefix: '10.10.0.0/24' })] })] },
      nobody(),
      /is for 10.10.0.0\/24/,
    ],
    [
      'its prefix is promised to another',
      {},
      nobody({ ledger: [other({ ghostedPrefix: '10.0.2.0/25' })] }),
      /10.0.2.0\/25 is promised to hv-02/,
    ],
    [
      'its address is promised on another network',
      {},
      nobody({ ledger: [other({ network: 'x', lanAddress: '10.0.1.4' })] }),
      /10.0.1.4 is promised to hv-02/,
    ],
    [
      'its address is on record for another',
      {},
      nobody({
        hosts: [host({ name: 'hv-02', addresses: { ...others, natAddress: '10.0.0.4' } })],
        ledger: [other({ natAddress: '10.0.0.4' })],
      }),
      /10.0.0.4 is on record for hv-02/,
    ],
    [
      'the ledger says otherwise',
      {},
      nobody({ ledger: [entry({ lanAddress: '10.0.1.9' })] }),
      /promises 10.0.1.9/,
    ],
    [
      'the record clashes with a promise',
      {},
      promised({ ledger: [other({ ghostedPrefix: '10.0.2.0/24' })] }),
      /10.0.2.0\/24 is promised to hv-02/,
    ],
  ])('%s', (_, changes, records, why) => {
    const found = find(healthy({ ...nics(), ...changes }), records).filter(
      ({ kind }) => kind === 'recordsLost',
    );
    expect(found.length).toBeGreaterThan(0);
    for (const finding of found) expect(finding.remedy).toBe('report');
    expect(found.flatMap(({ evidence }) => evidence).join('; ')).toMatch(why);
  });
});

describe('nothing is lost', () => {
  it.each<[string, Partial<Observed>, Promised]>([
    ['all is recorded', {}, promised()],
    [
      'an operation works on it',
      {},
      nobody({ inFlight: [{ id: 'op', kind: 'provision', network: 'nested-fun', host: 'hv-01' }] }),
    ],
    [
      'it has just been admitted',
      {},
      promised({ hosts: [host({ claim: 'op', state: 'provisioning' })], ledger: [] }),
    ],
    ['its promise is being released', {}, nobody({ ledger: [entry({ state: 'releasing' })] })],
    [
      'nothing of a recorded host is there any more',
      { virtualMachines: [], networkInterfaces: [], subnets: shared },
      promised({ ledger: [] }),
    ],
    [
      'the VM is of another installation',
      { virtualMachines: [machine({ tags: { ...tags, installation: 'other' } })] },
      nobody(),
    ],
    [
      'the VM is of another network',
      { virtualMachines: [machine({ tags: { ...tags, network: 'other' } })] },
      nobody(),
    ],
    ['the VM has no tags', { virtualMachines: [machine({ tags: {} })] }, nobody()],
  ])('%s', (_, changes, records) => {
    expect(lost(healthy({ ...nics(), ...changes }), records)).toEqual([]);
  });
});

it('while anything is lost, no table is taken for needless', () => {
  const observed = healthy({ ...nics(), tables: [table({ routes: [], subnets: [] })] });
  expect(find(observed, nobody()).map(({ kind }) => kind)).not.toContain('unneededRouteTable');
});
