import { planDifference } from '../../../shared/api/planDifference';
import { network, subnet } from '../shared/fixture';
import { after, before, plan, planned, quota } from './observed';

const pointers = (...plans: Parameters<typeof planDifference>) =>
  planDifference(...plans).map(({ pointer }) => pointer);

it('of a plan and itself is nothing', () => {
  expect(planDifference(plan(before()), plan(before()))).toEqual([]);
});

it('points into the plan that was approved, to the value that is another one now', () => {
  const moved = { ...planned, route: { ...planned.route, nextHop: '10.0.1.5' } };
  const approved = plan(before());
  const index = approved.resources.findIndex(({ kind }) => kind === 'route');
  expect(planDifference(approved, plan(before(), moved))).toEqual([
    {
      pointer: `/resources/${index}/body/properties/nextHopIpAddress`,
      detail: 'Planned was 10.0.1.4, now it is 10.0.1.5.',
    },
  ]);
});

it('names what is new, what is gone and what stands in the way', () => {
  const tableId = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/routeTables/theirs';
  const vnet = network([subnet('Azure-VMs', '10.0.3.0/24', { routeTable: { id: tableId } })]);
  const tables = [{ id: tableId, name: 'theirs', location: 'westeurope', routes: [] }];
  const now = plan(before({ routing: { own: vnet, networks: [vnet], tables }, usages: [quota(99)] }));
  const found = planDifference(plan(before()), now);
  expect(found.filter(({ pointer }) => pointer === '/resources/-')).toEqual([
    { pointer: '/resources/-', detail: expect.stringContaining('theirs/routes/Nested-VMs-hv-01') as string },
  ]);
  expect(found.filter(({ detail }) => detail.endsWith('now it is nothing.'))).toHaveLength(1);
  expect(found.at(-1)).toMatchObject({
    pointer: '/obstacles/-',
    detail: expect.stringContaining('99 of 100') as string,
  });
});

it('a host that was made meanwhile has nothing left to do', () => {
  expect(pointers(plan(before()), plan(after()))).toEqual(
    expect.arrayContaining(['/resources/0/change', '/guest/0']),
  );
});
