import { unwarranted, type Audit, type Deletion } from '../../e2e/warrants';

const id = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/hv-01';
const deletion: Deletion = { at: '2026-11-22T12:05:00.000Z', id, clientRequestId: 'request', along: ['a'] };
const warrant: Audit['warrants'][number] = {
  operation: 'op',
  resourceId: id.toUpperCase(),
  requestId: 'request',
  proof: ['tags'],
  issuedAt: '2026-11-22T12:04:59.000Z',
};
const operation = {
  id: 'op',
  startedAt: '2026-11-22T12:00:00.000Z',
  finishedAt: '2026-11-22T12:10:00.000Z',
} as Audit['operations'][number];

const judged = (change: Partial<Audit> = {}): string[] =>
  unwarranted([deletion], { warrants: [warrant], operations: [operation], ...change });

it('a deletion with its warrant is in order', () => {
  expect(judged()).toEqual([]);
});

it.each<[string, Partial<Audit>, RegExp]>([
  ['no warrant', { warrants: [] }, /no warrant on record/],
  ['another request', { warrants: [{ ...warrant, requestId: 'other' }] }, /no warrant on record/],
  ['two warrants', { warrants: [warrant, { ...warrant, operation: 'other' }] }, /2 warrants/],
  ['another resource', { warrants: [{ ...warrant, resourceId: `${id}0` }] }, /the warrant is for/],
  ['issued after', { warrants: [{ ...warrant, issuedAt: '2026-11-22T12:05:00.001Z' }] }, /issued at/],
  ['no proof', { warrants: [{ ...warrant, proof: [] }] }, /no proof/],
  ['no operation', { operations: [] }, /no operation op/],
  [
    'operation over',
    { operations: [{ ...operation, finishedAt: '2026-11-22T12:04:00.000Z' }] },
    /worked from/,
  ],
  ['not begun', { operations: [{ ...operation, startedAt: '2026-11-22T12:06:00.000Z' }] }, /worked from/],
])('%s: the run fails, with the details', (_, change, why) => {
  const found = judged(change);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(`DELETE ${id} at ${deletion.at} (request)`);
  expect(found[0]).toMatch(why);
});
