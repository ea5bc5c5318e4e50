import type { VirtualMachine } from '@azure/arm-compute';
import { desiredTags } from '../../../shared/azure/resources/tags';
import { isHostMachine } from '../../../shared/azure/resources/virtualMachine';
import { tagNames } from '../../../shared/azure/layout';
import { layout } from './fixture';

const { tags } = layout;
const ours = Object.fromEntries(Object.values(tagNames).map((name) => [name, tags[name] ?? '']));
const of = (present: Record<string, string> | undefined) =>
  desiredTags(layout, present && { properties: { tags: present } });

describe('tags of what a released host keeps', () => {
  it('go by name and value; those of others are not even sent', () => {
    expect(of({ ...ours, owner: 'somebody' })).toEqual({
      action: 'put',
      change: 'updated',
      body: { operation: 'Delete', properties: { tags: ours } },
    });
  });

  it.each<[string, Record<string, string> | undefined]>([
    ['there is no such resource', undefined],
    ['it has none of ours', { owner: 'somebody' }],
    ['it is of another installation', { ...ours, [tagNames.installation]: 'other' }],
    ['it is of another network', { ...ours, [tagNames.network]: 'other' }],
    ['it is of another host', { ...ours, [tagNames.host]: 'other' }],
  ])('stay where %s', (_, present) => {
    expect(of(present)).toEqual({ action: 'none' });
  });
});

describe('the VM whose Windows a release changes', () => {
  const networkInterfaces = [{ id: layout.nic1.id }, { id: layout.nic2.id }];
  const vm = (more: Partial<VirtualMachine>): VirtualMachine => ({
    location: 'westeurope',
    vmId: 'any',
    networkProfile: { networkInterfaces },
    ...more,
  });

  it.each<[string, VirtualMachine, boolean]>([
    ['has the tags of the host', vm({ tags: ours, networkProfile: {} }), true],
    ['has lost them to an attempt before, and holds both NICs', vm({}), true],
    [
      'has none, and one of the NICs only',
      vm({ networkProfile: { networkInterfaces: networkInterfaces.slice(1) } }),
      false,
    ],
    [
      'has none, and other NICs',
      vm({ networkProfile: { networkInterfaces: [{ id: '/nics/other' }] } }),
      false,
    ],
    ['is of another host, whatever its NICs', vm({ tags: { ...ours, [tagNames.host]: 'other' } }), false],
    ['is of another installation', vm({ tags: { ...ours, [tagNames.installation]: 'other' } }), false],
  ])('%s', (_, one, own) => {
    expect(isHostMachine(layout, one)).toBe(own);
  });
});
