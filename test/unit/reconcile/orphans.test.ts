import { diagnose } from '../../../shared/reconcile/diagnose';
import type { ObservedSubnet } from '../../../shared/reconcile/facts';
import type { HostRecord, LedgerEntry } from '../../../shared/records/types';
import { empty, entry, host, nobody, subnet } from './world';

const seen = (name: string, ...prefixes: string[]): ObservedSubnet => ({ ...subnet(name, ''), prefixes });
const own = seen('Ghosted-hv-01', '10.0.2.0/24');

it.each<[string, ObservedSubnet[], LedgerEntry[], HostRecord[], string[]]>([
  ['nothing there', [], [], [], []],
  ['promised in ledger and record', [own], [entry()], [host()], []],
  ['promised in the ledger alone: admitted a moment ago', [own], [entry()], [], []],
  ['promised in the record alone', [own], [], [host()], []],
  ['promised to nobody', [own], [], [], ['10.0.2.0/24']],
  [
    'promised to nobody, beside one that is',
    [own, seen('ghosted-old', '10.10.7.0/24')],
    [entry()],
    [host()],
    ['10.10.7.0/24'],
  ],
  [
    'a record without addresses promises nothing',
    [own],
    [],
    [{ ...host(), addresses: undefined as never }],
    ['10.0.2.0/24'],
  ],
  ['another name', [seen('Azure-VMs', '10.10.7.0/24')], [], [], []],
  ['our word inside another name', [seen('not-Ghosted-x', '10.10.7.0/24')], [], [], []],
  ['outside the pools', [seen('Ghosted-x', '10.0.3.0/24')], [], [], []],
  ['wider than a pool', [seen('Ghosted-x', '10.0.0.0/8')], [], [], []],
  ['another size inside a pool', [seen('Ghosted-x', '10.10.7.0/26')], [], [], ['10.10.7.0/26']],
  ['IPv6 beside it', [seen('Ghosted-x', 'fd00::/64', '10.10.7.0/24')], [], [], ['10.10.7.0/24']],
  ['no prefix to be seen', [seen('Ghosted-x')], [], [], []],
  [
    'released by another network on the VNet',
    [own],
    [entry({ network: 'other', state: 'releasing' })],
    [],
    [],
  ],
])('%s', (_, subnets, ledger, hosts, orphans) => {
  const { findings } = diagnose(empty({ subnets }), nobody({ ledger, hosts }));
  const found = findings.filter(({ kind }) => kind === 'orphanedGhostedSubnet');
  expect(found.map(({ prefix }) => prefix)).toEqual(orphans);
  for (const finding of found) expect(finding).toMatchObject({ network: 'nested-fun', remedy: 'report' });
});
