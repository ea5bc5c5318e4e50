import {
  decide,
  defaultPolicy,
  hour,
  keyOf,
  mostRepairs,
  sight,
  type FullPolicy,
} from '../../../shared/reconcile/decide';
import { listable, mostFindings } from '../../../shared/reconcile/limits';
import { diagnose } from '../../../shared/reconcile/diagnose';
import type { Observed, Promised } from '../../../shared/reconcile/facts';
import { judgeLeftover } from '../../../shared/reconcile/judge';
import { leftoverRemoval } from '../../../shared/reconcile/removal';
import type { AzureClients } from '../../../shared/azure/clients';
import { findingKinds, type Finding, type FindingRecord } from '../../../shared/records/reconciliation';
import { definition, layout } from '../shared/fixture';
import { cases, leftTableCase, leftTables, subnetCase, tableCase, type Case } from './cases';
import { alwaysAsked, answers, namedMisses } from './completeness';
import { misses } from './misses';
import { abroad, empty, entry, host, network, nobody, promised, releasing, subnet, table } from './world';

const inFlight = [{ id: 'op-9', kind: 'provision' as const, network: 'nested-fun', host: 'hv-01' }];

const now = Date.UTC(2026, 10, 22, 12);
const live: FullPolicy = { ...defaultPolicy, dryRun: false };

/** Findings of the second run, `age` hours after the first. */
function secondRun(one: Case, policy = live, age = 25, runs = 2): FindingRecord[] {
  const { findings } = diagnose(one.observed, one.promised);
  let sightings = sight({}, findings, now - age * hour);
  for (let run = 1; run < runs; run += 1) sightings = sight(sightings, findings, now);
  return decide(findings, sightings, policy, now);
}

const doomed = (one: Case, findings = secondRun(one)) =>
  findings.filter(
    ({ kind, remedy, action }) => kind === one.kind && remedy === 'delete' && action.verdict === 'planned',
  );

/** The second verdict, on facts that may have changed since. */
function confirmed(one: Case, observed: Observed, records: Promised): string {
  const [finding] = doomed(one);
  if (!finding) throw new Error(`${one.kind} is not to be deleted in the first place.`);
  return judgeLeftover(finding, { observed, promised: records }, false).verdict;
}

describe.each(cases.map((one) => [one.kind, one] as const))('%s', (_, one) => {
  it('is deleted after the grace period, with a warrant that says why', () => {
    const [finding, ...more] = doomed(one);
    expect(more).toEqual([]);
    expect(finding && judgeLeftover(finding, one, false)).toMatchObject({
      verdict: 'delete',
      warrant: { resourceId: finding?.what, purpose: 'reconcile' },
    });
  });

  it.each<[string, FullPolicy, number, number]>([
    ['in a dry run', { ...live, dryRun: true }, 25, 2],
    ['where the policy says report', { ...live, deletes: 'report' }, 25, 2],
    [alwaysAsked.seenOnce, live, 25, 1],
    ['inside the grace period', live, 23, 2],
    ['inside a longer grace period of the network', { ...live, graceHours: 48 }, 25, 2],
    ['with the cap reached', { ...live, mostDeletes: 0 }, 25, 2],
  ])('is not deleted %s', (__, policy, age, runs) => {
    const findings = secondRun(one, policy, age, runs);
    expect(doomed(one, findings)).toEqual([]);
    expect(findings.find(({ kind }) => kind === one.kind)?.action).toMatchObject({
      verdict: 'withheld',
      reason: expect.stringMatching(/./) as string,
    });
  });

  it('is not deleted if the sightings were interrupted', () => {
    const { findings } = diagnose(one.observed, one.promised);
    const interrupted = sight(
      sight(sight({}, findings, now - 48 * hour), [], now - 24 * hour),
      findings,
      now,
    );
    expect(doomed(one, decide(findings, interrupted, live, now))).toEqual([]);
  });

  it(`is not deleted ${alwaysAsked.operationInFlight}`, () => {
    const busy = { ...one, promised: { ...one.promised, inFlight } };
    expect(doomed(busy)).toEqual([]);
    expect(confirmed(one, one.observed, busy.promised)).toBe('keep');
  });

  it('is not deleted while another operation has the claim of the host', () => {
    const [known = host({ state: 'failed' })] = one.promised.hosts;
    const hosts = [{ ...known, claim: 'op-9' }];
    const busy = { ...one, promised: { ...one.promised, hosts } };
    expect(doomed(busy)).toEqual([]);
    expect(confirmed(one, one.observed, busy.promised)).toBe('keep');
  });

  it('is not deleted once it is promised again', () => {
    const again = promised({ hosts: [host({ claim: 'op-9', state: 'provisioning' })] });
    expect(confirmed(one, one.observed, again)).toBe('keep');
    expect(confirmed(one, one.observed, promised())).toBe('keep');
  });

  it('is waited for, or left, while it is being changed', () => {
    const [finding] = doomed(one);
    const changing = JSON.parse(
      JSON.stringify(one.observed).replaceAll('"settled":true', '"settled":false'),
    ) as Observed;
    const fresh = { observed: changing, promised: one.promised };
    expect(finding && judgeLeftover(finding, fresh, false).verdict).toBe('keep');
    expect(finding && judgeLeftover(finding, fresh, true).verdict).toBe('wait');
  });

  it('that is gone needs no deletion', () => {
    expect(confirmed(one, empty(), one.promised)).toBe('gone');
  });
});

describe('the named near misses are all there', () => {
  /** Only the way from a kind to its DELETE is asked for: nothing is sent. */
  const clients = { network: () => ({}), compute: () => ({}) } as unknown as AzureClients;
  const canBeDeleted = async (kind: FindingRecord['kind']): Promise<boolean> => {
    const [doomedOne] = doomed(subnetCase);
    if (!doomedOne) throw new Error('Nothing to ask with.');
    const removal = leftoverRemoval(
      { ...doomedOne, kind },
      () => Promise.reject(new Error('Unasked.')),
      false,
    );
    return await Promise.resolve(removal.remover(clients)).then(
      () => true,
      () => false,
    );
  };

  it('for every kind that can be deleted', async () => {
    const found = await Promise.all(findingKinds.map(canBeDeleted));
    const deletable = findingKinds.filter((_, at) => found[at]);
    expect(deletable.toSorted()).toEqual(Object.keys(answers).toSorted());
    expect([...new Set(cases.map(({ kind }) => kind))].toSorted()).toEqual(deletable.toSorted());
  });

  it.each(
    cases.flatMap((one) => namedMisses.map((miss) => [one.kind, cases.indexOf(one), miss, one] as const)),
  )('%s (case %i): %s', (kind, _, miss, one) => {
    const answer = answers[kind]?.[miss];
    const names = misses.filter(([of]) => of === one).map(([, name]) => name);
    if (answer?.cannotBe !== undefined) expect(answer.cannotBe).toMatch(/^[A-Z].+\.$/);
    else expect(names).toEqual(expect.arrayContaining([expect.stringMatching(answer?.rows ?? /^$/)]));
  });
});

it.each(misses.map(([one, name, seen, records]) => [one.kind, name, one, seen, records] as const))(
  '%s is not deleted: %s',
  (_, __, one, seen, records) => {
    const miss = {
      ...one,
      observed: { ...one.observed, ...seen },
      promised: { ...one.promised, ...records },
    };
    const findings = secondRun(miss);
    const [finding] = doomed(one);
    const same = findings.filter((found) => finding && keyOf(found) === keyOf(finding));
    expect(same.filter(({ remedy, action }) => remedy === 'delete' && action.verdict === 'planned')).toEqual(
      [],
    );
    expect(confirmed(one, miss.observed, miss.promised)).not.toBe('delete');
    // Nor is anything else of that kind.
    expect(doomed(miss)).toEqual([]);
  },
);

it.each<[string, Partial<Observed>, Partial<Promised>]>([
  ['nobody remembers it', {}, { network }],
  ['another network remembers it', {}, { network: { ...network, tables: [{ id: 'other', subnets: [] }] } }],
  [
    'it was never on that subnet by us',
    {},
    { network: { ...network, tables: [{ id: abroad.tableId, subnets: [] }] } },
  ],
  [
    'others remember another table on that subnet',
    {},
    {
      network: { ...network, tables: [{ id: abroad.tableId, subnets: [] }] },
      tablesOfOthers: [{ id: `${abroad.tableId}-2`, subnets: [abroad.routed.id] }],
    },
  ],
  ['the app may not read it', { tables: [], unreadTables: [abroad.tableId] }, {}],
])('a table where nothing is routed any more is not deleted: %s', (_, seen, records) => {
  const miss = {
    ...leftTableCase,
    observed: { ...leftTableCase.observed, ...seen },
    promised: { ...leftTableCase.promised, ...records },
  };
  expect(doomed(miss)).toEqual([]);
  expect(confirmed(leftTableCase, miss.observed, miss.promised)).not.toBe('delete');
});

it('a table that another network put on its own subnet is not in use by a stranger', () => {
  const shared = {
    ...leftTableCase,
    promised: nobody({
      network: { ...network, tables: [{ id: abroad.tableId, subnets: [] }] },
      tablesOfOthers: leftTables,
    }),
  };
  expect(doomed(shared)).toHaveLength(1);
});

it('deletes at most as many as the cap allows, and says so for the rest', () => {
  const names = ['hv-01', 'hv-02', 'hv-03'];
  const ledger = names.map((name, index) =>
    entry({ host: name, ghostedPrefix: `10.10.${index}.0/24`, state: 'releasing' }),
  );
  const subnets = names.map((name, index) => subnet(`Ghosted-${name}`, `10.10.${index}.0/24`));
  const many = {
    kind: 'orphanedGhostedSubnet',
    observed: empty({ subnets }),
    promised: releasing({ ledger, hosts: [] }),
  } as const;
  const findings = secondRun(many, { ...live, mostDeletes: 2 });
  expect(doomed(many, findings)).toHaveLength(2);
  expect(findings.filter(({ action }) => /At most 2/.test(action.reason ?? ''))).toHaveLength(1);
});

it('counts what earlier rounds of the run have done against what a run may do', () => {
  const { findings } = diagnose(subnetCase.observed, subnetCase.promised);
  const [doomedOne] = doomed(subnetCase);
  if (!doomedOne) throw new Error('Nothing to delete.');
  const done = (remedy: 'delete' | 'repair', times: number): FindingRecord[] =>
    Array.from({ length: times }, (_, index) => ({
      ...{ ...doomedOne, what: `done-${index}`, remedy },
      action: { verdict: 'done' as const },
    }));
  const drifted: Finding = {
    ...doomedOne,
    kind: 'guestDrift',
    what: 'hv-09',
    remedy: 'repair',
    evidence: [],
  };
  const sightings = sight(sight({}, findings, now - 25 * hour), findings, now);
  const reasons = (settled: FindingRecord[]) =>
    decide([...findings, drifted], sightings, live, now, settled).map(({ remedy, action }) => [
      remedy,
      action.reason ?? action.verdict,
    ]);
  expect(reasons([...done('delete', 9), ...done('repair', mostRepairs - 1)])).toEqual([
    ['repair', 'planned'],
    ['delete', 'planned'],
  ]);
  expect(reasons([...done('delete', 10), ...done('repair', mostRepairs)])).toEqual([
    ['repair', `At most ${mostRepairs} repairs in one run.`],
    ['delete', 'At most 10 deletions in one run.'],
  ]);
});

describe('more findings than a report lists', () => {
  const others = (kind: Finding['kind'], remedy: Finding['remedy'], more: Partial<Finding> = {}): Finding[] =>
    Array.from({ length: mostFindings + 50 }, (_, index) => ({
      ...{ kind, remedy, network: 'n', what: `/other/${kind}/${index}`, evidence: [], detail: '' },
      ...more,
    }));
  const { findings } = diagnose(subnetCase.observed, subnetCase.promised);

  it.each<[string, Finding[]]>([
    ['that are only reported', others('newRange', 'report')],
    ['of repairs', others('guestDrift', 'repair')],
    ['of repairs that something blocks', others('guestDrift', 'repair', { blockedBy: ['Something.'] })],
    ['of deletions that something blocks', others('orphanedRoute', 'delete', { blockedBy: ['Something.'] })],
  ])('%s keep no deletion from its turn', (_, crowd) => {
    const all = [...crowd, ...findings];
    const sightings = sight(sight({}, all, now - 25 * hour), all, now);
    const records = decide(all, sightings, live, now);
    const { listed, truncated } = listable(records);
    expect(doomed(subnetCase, listed)).toHaveLength(1);
    expect([listed.length, truncated]).toEqual([mostFindings, records.length - mostFindings]);
    expect(Object.keys(sightings)).toHaveLength(mostFindings);
    // What is listed is in the order of the run.
    expect(listed).toEqual(records.filter((record) => listed.includes(record)));
  });
});

describe('a table that networks share', () => {
  const late = { name: 'Late', prefix: '10.10.200.0/24', create: false };
  const on = (subnet: string): Case => ({
    ...tableCase,
    observed: empty({
      tables: [table({ routes: [], subnets: [`${layout.virtualNetworkId}/subnets/${subnet}`] })],
    }),
    promised: { ...nobody(), neighbours: [{ ...definition, routedSubnets: [late] }] },
  });

  it('goes when it is on a subnet that one of them routes, and stays when it is on another one', () => {
    expect(doomed(on('Late'))).toHaveLength(1);
    expect(doomed(on('Theirs'))).toEqual([]);
  });
});
