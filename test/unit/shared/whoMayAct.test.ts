import { readFileSync } from 'node:fs';
import {
  decideAdoption,
  decideProvision,
  decideTeardown,
  decideWork,
  type Decision,
} from '../../../shared/admission/decide';
import { specFingerprint } from '../../../shared/admission/order';
import { decideTakeOver } from '../../../shared/admission/takeOver';
import type { HostRecord } from '../../../shared/records/types';
import { definitionOn } from '../../integration/records/door';

const { resourceGroup: _, ...spec } = definitionOn('net').hosts;
const virtualMachineId =
  '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/hv-01';
const host = (more: Partial<HostRecord>): HostRecord => ({
  network: 'net',
  name: 'hv-01',
  state: 'ready',
  spec,
  specFingerprint: specFingerprint(spec),
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...more,
});

/** What there is, as the table in the documentation calls it. */
const situations: Record<string, HostRecord | undefined> = {
  nothing: undefined,
  'being provisioned': host({ state: 'provisioning', claim: 'other' }),
  'being provisioned, teardown waits': host({ state: 'provisioning', claim: 'other', next: 'waiting' }),
  ready: host({}),
  'ready, worked on': host({ claim: 'other' }),
  failed: host({ state: 'failed' }),
  'failed, worked on': host({ state: 'failed', claim: 'other' }),
  'being adopted': host({ state: 'adopting', claim: 'other' }),
  'being torn down': host({ state: 'deleting', claim: 'other' }),
  'teardown failed halfway': host({ state: 'failed', reason: 'Why.' }),
};

type Decide = (there: HostRecord | undefined) => Decision;
const requests: Record<string, Decide> = {
  'provision, same': (there) => decideProvision(there, 'new', spec),
  'provision, other': (there) => decideProvision(there, 'new', { ...spec, size: 'Standard_D8s_v5' }),
  teardown: (there) => decideTeardown(there, 'new'),
  release: (there) => decideTeardown(there, 'new', { wanted: true, other: false }),
  'repair, inventory': (there) => decideWork(there, 'new'),
  adopt: (there) => decideAdoption(there, 'new', virtualMachineId, false),
};

function told(there: HostRecord | undefined, decision: Decision): string {
  switch (decision.kind) {
    case 'claim':
      return there?.claim === undefined ? '202' : '202, takes over';
    case 'mine':
      return 'mine';
    case 'same':
      return decision.operation === 'waiting' ? '202, that teardown' : '202, the same';
    case 'unchanged':
      return '200 `unchanged`';
    case 'refuse':
      return `${decision.problem.status} \`${decision.problem.slug}\``;
  }
}

const computed = Object.entries(situations).map(([situation, there]) => [
  situation,
  ...Object.values(requests).map((decide) => told(there, decide(there))),
]);

it('every cell of the table in docs/architecture.md is what is decided', () => {
  const lines = readFileSync('docs/architecture.md', 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith('| there is '));
  const end = lines.findIndex((line, index) => index > start && !line.startsWith('|'));
  const [heading, , ...rows] = lines.slice(start, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  expect(heading).toEqual(['there is', ...Object.keys(requests)]);
  expect(rows).toEqual(computed);
});

it.each(Object.entries(requests).filter(([name]) => name !== 'adopt'))(
  '%s: the operation that holds the host goes on, whatever the host is',
  (_name, decide) => {
    for (const there of Object.values(situations)) {
      if (there) expect(decide({ ...there, claim: 'new' }).kind).toBe('mine');
    }
  },
);

it('a refusal names the operation that stands in the way', () => {
  for (const there of Object.values(situations)) {
    for (const decide of Object.values(requests)) {
      const decision = decide(there);
      if (decision.kind !== 'refuse' || decision.problem.slug !== 'host-busy' || !there?.claim) continue;
      expect(decision.problem.more.operation).toBe(there.next ?? there.claim);
    }
  }
});

it('a release beside another is the same one, and a teardown beside it is refused', () => {
  const there = host({ state: 'deleting', claim: 'other' });
  expect(decideTeardown(there, 'new', { wanted: true, other: true })).toEqual({
    kind: 'same',
    operation: 'other',
  });
  expect(decideTeardown(there, 'new', { wanted: false, other: true })).toMatchObject({
    kind: 'refuse',
    problem: { slug: 'host-busy', more: { operation: 'other' } },
  });
});

it.each([
  ['has it', host({ claim: 'op' }), { kind: 'held' }],
  ['has it, though it stands in the queue, too', host({ claim: 'op', next: 'op' }), { kind: 'held' }],
  ['waits', host({ claim: 'other', next: 'op' }), { kind: 'wait', holder: 'other' }],
  ['takes what was left to it', host({ next: 'op' }), { kind: 'take' }],
  ['finds nothing', undefined, { kind: 'gone' }],
  ['lost it', host({ claim: 'other' }), { kind: 'lost' }],
  ['lost it to another one that waits', host({ claim: 'other', next: 'third' }), { kind: 'lost' }],
  ['never had it', host({}), { kind: 'lost' }],
])('a teardown that is at work %s', (_what, there, expected) => {
  expect(decideTakeOver(there, 'op')).toEqual(expected);
});
