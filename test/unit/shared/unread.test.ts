import { failed } from '../../../shared/azure/outcome';
import { Passed, routesUnread, unreadDetail } from '../../../shared/azure/unread';
import type { OperationRequest } from '../../../shared/records/types';

const own = '/subscriptions/a/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/Hub';
const theirs = own.replace('/a/', '/b/').replace('Hub', 'Spoke');
const table = '/subscriptions/b/resourceGroups/g/providers/Microsoft.Network/routeTables/theirs';

const teardown = (force: boolean) => ({ kind: 'teardown', force, keepDisks: false }) as OperationRequest;
const why = failed('denied', 'AuthorizationFailed', 'It may not.');

/** What becomes of a look that passes these over, in a VNet with such a peering with theirs. */
function looked(force: boolean, ids: string[], peeringState?: string) {
  const passed = new Passed({ request: teardown(force) });
  for (const id of ids) passed.over?.(id, why);
  const peering = { peeringState, remoteVirtualNetwork: { id: theirs.toUpperCase() } };
  const network = { id: own, virtualNetworkPeerings: peeringState === undefined ? [] : [peering] };
  return { refusal: passed.refusal, ...passed.unread({ own: network as never, networks: [], tables: [] }) };
}

it('only a teardown passes anything over', () => {
  expect(new Passed({ request: { kind: 'provision' } as OperationRequest }).over).toBeUndefined();
});

it('what all may be read is nothing to tell', () => {
  expect(looked(false, [])).toEqual({ refusal: undefined });
});

it('without force it is refused, with what to do', () => {
  const { refusal } = looked(false, [theirs], 'Connected');
  expect(refusal).toMatchObject({ class: 'denied', code: 'AuthorizationFailed' });
  expect(refusal?.message).toMatch(/^It may not\. .*tear down with force/);
});

it.each<[string, string[], string | undefined, { left: string[]; apart: string[] }]>([
  ['a peer', [theirs], 'Connected', { left: [theirs], apart: [] }],
  ['a VNet without a peering', [theirs], undefined, { left: [], apart: [theirs] }],
  ['a VNet whose peering is broken', [theirs], 'Disconnected', { left: [], apart: [theirs] }],
  // Of a table alone nobody knows whom it serves.
  ['a table', [table], undefined, { left: [table], apart: [] }],
])('forced, a route may be left in %s or not', (_, ids, state, unread) => {
  expect(looked(true, ids, state)).toEqual({ refusal: undefined, unread });
});

it('every place is told', () => {
  expect(unreadDetail({ left: [table], apart: [theirs] })).toMatch(
    /route may be left: .*theirs\. .*no peering: .*Spoke\./,
  );
  expect(routesUnread([table]).message).toContain(table);
});
