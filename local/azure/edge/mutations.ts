import type { Cloud } from '../cloud';
import { groupOf, groupId, key, parentId, subscriptionOf } from '../ids';
import { asString, isObject } from '../json';
import type { JsonObject } from '../json';
import { addressesIn, allocate } from '../kinds/addresses';
import type { ArmResource } from '../types';
import { patchByHand, putByHand, removeByHand } from './drift';

/** What somebody else does in a subscription. `true` and an absent id stand for the resource of the request. */
export interface Mutation {
  /** Removes a resource with everything below it. */
  delete?: string | true;
  /** JSON merge patch on a resource. */
  patch?: { id?: string; body: JsonObject };
  /** A whole resource, as a GET shows it. */
  put?: JsonObject;
  /** A network interface appears in this subnet, at its next free address. */
  occupy?: string | true;
}

/** Throws RangeError on a mutation that says nothing to do or plants something that is no resource. */
export function checkMutation(mutation: Mutation): void {
  const { put } = mutation;
  if (put && !asResource(put)) throw new RangeError('A resource has id, name, type and properties.');
  const known = [mutation.delete, mutation.patch, put, mutation.occupy];
  if (known.every((one) => one === undefined))
    throw new RangeError('A mutation deletes, patches, puts or occupies.');
}

/** Does it, past every check. What is no longer there cannot be changed any more: then nothing happens. */
export function mutate(cloud: Cloud, mutation: Mutation, path: string): void {
  const own = decodeURIComponent(path);
  const idOf = (value: string | true): string => (value === true ? own : value);
  if (mutation.patch) patchByHand(cloud, mutation.patch.id ?? own, mutation.patch.body);
  const resource = mutation.put && asResource(mutation.put);
  if (resource) putByHand(cloud, resource);
  if (mutation.occupy !== undefined) occupy(cloud, idOf(mutation.occupy));
  if (mutation.delete !== undefined) removeByHand(cloud, idOf(mutation.delete));
}

function asResource(value: JsonObject): ArmResource | undefined {
  const { id, name, type, properties } = value;
  if (
    typeof id !== 'string' ||
    typeof name !== 'string' ||
    typeof type !== 'string' ||
    !isObject(properties)
  ) {
    return undefined;
  }
  return { ...value, id, name, type, properties };
}

function occupy(cloud: Cloud, subnetId: string): void {
  const subnet = cloud.store.get(subnetId);
  if (!subnet) return;
  const type = 'Microsoft.Network/networkInterfaces';
  const group = groupId(subscriptionOf(subnet.id), groupOf(subnet.id));
  const taken = cloud.store.list(type).map(({ id }) => key(id));
  let name = 'somebody-1';
  const idNamed = (): string => `${group}/providers/${type}/${name}`;
  for (let count = 2; taken.includes(key(idNamed())); count += 1) name = `somebody-${count}`;
  const id = `${idNamed()}/ipConfigurations/ipconfig1`;
  const address = allocate({ id, subnet }, addressesIn(cloud, subnet, ''));
  const location = asString(cloud.store.get(parentId(subnet.id))?.location);
  putByHand(cloud, {
    id: idNamed(),
    name,
    type,
    ...(location === undefined ? {} : { location }),
    properties: {
      ipConfigurations: [
        {
          name: 'ipconfig1',
          id,
          properties: {
            privateIPAddress: address,
            privateIPAllocationMethod: 'Dynamic',
            subnet: { id: subnet.id },
            primary: true,
            privateIPAddressVersion: 'IPv4',
          },
        },
      ],
      enableIPForwarding: false,
    },
  });
}
