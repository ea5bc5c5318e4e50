import { hostRouting } from '../../../shared/azure/routing';
import { verifyRouting } from '../../../shared/azure/verify';
import {
  judgeDisk,
  judgeGhostedSubnet,
  judgeNetworkInterface,
  judgeRoute,
  judgeRouteTable,
  judgeVirtualMachine,
  type Verdict,
} from '../../../shared/azure/warrant';
import { claims as claimsOf, layout } from '../shared/fixture';
import {
  handDisk,
  handLayout,
  handMachine,
  handNetwork,
  handNic,
  handRoute,
  handTable,
  ids,
} from './handBuilt';

const claims = claimsOf('teardown', { layout: handLayout });
const brief = (verdict: Verdict) =>
  verdict.verdict === 'refuse' ? `refuse ${verdict.failure.code}` : verdict.verdict;
const ours = layout.tags;
const foreign = { ...layout.tags, 'nested-hosts-host': 'hv-09' };

describe('what was adopted goes by its record, and by nothing less', () => {
  const vm = (extra: object = {}) => brief(judgeVirtualMachine(claims, handMachine(extra)));
  const nic = (extra: object = {}) => brief(judgeNetworkInterface(claims, ids.nic2, handNic('nic2', extra)));
  const disk = (extra: object = {}) => brief(judgeDisk(claims, handDisk(extra), ids.osDisk));

  it.each<[string, string, string]>([
    ['the machine', vm(), 'delete'],
    ['another machine by that name', vm({ vmId: 'guid-later' }), 'refuse NotOurs'],
    ['a machine that Azure does not tell apart', vm({ vmId: undefined }), 'refuse NotOurs'],
    ['the machine, tagged as another host since', vm({ tags: foreign }), 'refuse NotOurs'],
    ['NIC 2', nic(), 'delete'],
    ['another NIC by that name', nic({ resourceGuid: 'guid-later' }), 'refuse NotOurs'],
    ['NIC 2, tagged as another host since', nic({ tags: foreign }), 'refuse NotOurs'],
    ['the OS disk', disk(), 'delete'],
    ['another disk by that name', disk({ uniqueId: 'guid-later' }), 'refuse NotOurs'],
  ])('%s', (_, verdict, expected) => expect(verdict).toBe(expected));

  it('names the record as proof', () => {
    expect(judgeVirtualMachine(claims, handMachine())).toMatchObject({
      warrant: { proof: ['record of the adoption names this very resource'] },
    });
  });

  it('does not hold without a record: the same machine is foreign to a host of ours', () => {
    expect(brief(judgeVirtualMachine(claimsOf('teardown'), handMachine()))).toBe('refuse NotOurs');
    expect(brief(judgeVirtualMachine(claimsOf('teardown'), handMachine({ tags: ours })))).toBe('delete');
  });

  it('keeps a machine with which something would go that was attached later', () => {
    const { storageProfile } = handMachine();
    const later = {
      lun: 1,
      createOption: 'Attach',
      deleteOption: 'Delete',
      managedDisk: { id: `${ids.dataDisk}-2` },
    };
    const dataDisks = [...(storageProfile?.dataDisks ?? []), later];
    expect(vm({ storageProfile: { ...storageProfile, dataDisks } })).toBe('refuse NotListed');
    const stays = dataDisks.map((one) => ({ ...one, deleteOption: 'Detach' }));
    expect(vm({ storageProfile: { ...storageProfile, dataDisks: stays } })).toBe('delete');
  });
});

describe('subnet, route and table of an adopted host', () => {
  it('go under the names that they had', () => {
    expect(brief(judgeGhostedSubnet(claims, handNetwork()))).toBe('delete');
    expect(brief(judgeRoute(claims, handTable()))).toBe('delete');
  });

  it.each<[string, Verdict, string]>([
    [
      'name but other prefix',
      judgeGhostedSubnet(claims, handNetwork({ Ghosted: { addressPrefix: '10.0.2.0/25' } })),
      'refuse NotOurs',
    ],
    [
      'a NIC in it',
      judgeGhostedSubnet(claims, handNetwork({ Ghosted: { ipConfigurations: [{ id: 'x' }] } })),
      'refuse SubnetInUse',
    ],
    ['not promised', judgeGhostedSubnet({ ...claims, promised: false }, handNetwork()), 'refuse NotPromised'],
    [
      'route for another prefix',
      judgeRoute(claims, handTable({ routes: [handRoute({ addressPrefix: '10.0.9.0/24' })] })),
      'refuse NotOurs',
    ],
    [
      'the same route in a table that was not listed',
      judgeRoute(claims, handTable({ id: `${ids.table}-2` })),
      'gone',
    ],
    ['the table, empty', judgeRouteTable(claims, handTable({ routes: [] }), ids.table), 'keep'],
  ])('%s: stays', (_, verdict, expected) => expect(brief(verdict)).toBe(expected));
});

describe('routing of an adopted host', () => {
  const observed = { own: handNetwork(), networks: [handNetwork()], tables: [handTable()] };

  it('is as it should be, with the route under the name that it was given', () => {
    const { tables, problems } = hostRouting(handLayout, observed);
    expect(problems).toEqual([]);
    expect(tables).toEqual([{ id: ids.table, unrouted: [] }]);
    const seen = { ...observed, nic1: handNic('nic1'), nic2: handNic('nic2') };
    expect(verifyRouting(handLayout, seen)).toEqual([]);
  });

  it('of a host that was not adopted refuses the same route as somebody else’s', () => {
    expect(hostRouting(layout, observed).problems.map(({ code }) => code)).toContain('PrefixRoutedElsewhere');
  });
});
