import * as fc from 'fast-check';
import { Store } from '../../../local/azure/store';
import { asString, at } from '../../../local/azure/json';
import { groupOf, key, parentId } from '../../../local/azure/ids';
import type { ArmResource } from '../../../local/azure/types';
import { subnetId, withNetwork, nicBody, nicId, vmBody, vmId, network } from './support';

const ids = ['a', 'b', 'c', 'd'].flatMap((group) =>
  ['x', 'Y', 'z'].flatMap((name) => [
    `/s/1/rg/${group}/p/N/t/${name}`,
    `/s/1/rg/${group}/p/N/t/${name}/u/${name}`,
  ]),
);
const anyId = fc.constantFrom(...ids);
const step = fc.oneof(
  fc.record({ id: anyId, type: fc.constantFrom('N/t', 'N/u'), refers: fc.option(anyId) }),
  fc.record({ remove: anyId }),
);

it('finds by type, parent, group and reference what a look at every resource finds', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const store = new Store();
      const plain = new Map<string, ArmResource>();
      for (const one of steps) {
        if ('remove' in one) {
          store.remove(one.remove);
          for (const id of plain.keys()) {
            if (`${id}/`.startsWith(`${key(one.remove)}/`)) plain.delete(id);
          }
          continue;
        }
        const properties =
          one.refers === null ? {} : { deep: [{ reference: { id: one.refers.toUpperCase() } }] };
        const resource = { id: one.id, name: '', type: one.type, properties };
        store.put(resource);
        plain.set(key(one.id), resource);
      }
      const all = [...plain.values()];
      expect(store.all()).toEqual(all);
      for (const id of ids) {
        expect(store.list('N/u', { parent: parentId(id) })).toHaveLength(
          all.filter((r) => r.type === 'N/u' && key(parentId(r.id)) === key(parentId(id))).length,
        );
        const group = groupOf(id);
        expect(new Set(store.list('N/t', { group }))).toEqual(
          new Set(all.filter((r) => r.type === 'N/t' && key(groupOf(r.id)) === key(group))),
        );
        const named = (resource: ArmResource): string =>
          key(
            asString(at((resource.properties.deep as unknown[] | undefined)?.[0], 'reference', 'id')) ?? '',
          );
        expect(store.naming('N/t', id)).toEqual(
          all.filter(
            (resource) =>
              resource.type === 'N/t' &&
              named(resource) === key(id) &&
              !`${key(id)}/`.startsWith(`${key(resource.id)}/`),
          ),
        );
      }
    }),
  );
});

it('does not grow slow with the number of hosts and subnets', () => {
  const test = withNetwork({ coreQuota: 10_000 });
  for (let host = 0; host < 200; host += 1) {
    test.send('PUT', nicId(`h${host}-nat`), nicBody('nat'));
    test.send('PUT', nicId(`h${host}-lan`), nicBody('lan'));
    test.send('PUT', vmId(`h${host}`), vmBody(`h${host}`, [`h${host}-nat`, `h${host}-lan`]));
    test.settle('PUT', subnetId(`g${host}`), { properties: { addressPrefix: `10.10.${host}.0/24` } });
  }
  const begin = process.cpuUsage();
  for (let round = 0; round < 20; round += 1) {
    const { body } = test.get(`${network}/virtualNetworks/vnet`);
    expect(body.properties?.subnets).toHaveLength(202);
  }
  const { user } = process.cpuUsage(begin);
  // A few milliseconds each; a look at everything for every subnet would take a hundred times as long.
  expect(user / 1_000 / 20).toBeLessThan(40);
});
