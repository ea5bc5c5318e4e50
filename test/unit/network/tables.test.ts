import { subnetsOf, withoutTables, withTables } from '../../../shared/network/tables';

const known = [
  { id: '/T/one', subnets: ['/S/a'] },
  { id: '/T/two', subnets: [] },
];

it('says nothing where all is remembered, whatever its letter case', () => {
  expect(withTables(known, [{ id: '/t/ONE', subnets: ['/s/A'] }])).toBeUndefined();
  expect(withTables(known, [])).toBeUndefined();
  expect(withTables(undefined, [])).toBeUndefined();
});

it('adds tables and subnets, forgets none, and leaves what it was given as it was', () => {
  const before = structuredClone(known);
  expect(
    withTables(known, [
      { id: '/t/one', subnets: ['/S/b', '/s/B'] },
      { id: '/T/three', subnets: ['/S/c'] },
    ]),
  ).toEqual([
    { id: '/T/one', subnets: ['/S/a', '/S/b'] },
    { id: '/T/two', subnets: [] },
    { id: '/T/three', subnets: ['/S/c'] },
  ]);
  expect(withTables(undefined, [{ id: '/T/one', subnets: [] }])).toEqual([{ id: '/T/one', subnets: [] }]);
  expect(known).toEqual(before);
});

it('forgets what is gone', () => {
  expect(withoutTables(known, ['/t/TWO'])).toEqual([{ id: '/T/one', subnets: ['/S/a'] }]);
  expect(withoutTables(known, ['/T/three'])).toBeUndefined();
  expect(withoutTables(undefined, ['/T/one'])).toBeUndefined();
});

it('finds the subnets of a table in the records of all networks', () => {
  const networks = [{ tables: known }, {}, { tables: [{ id: '/t/ONE', subnets: ['/S/B'] }] }];
  expect(subnetsOf(networks, '/T/One')).toEqual(['/s/a', '/s/b']);
});
