import { groupOf, key, parentId, sameId, subscriptionOf } from './ids';
import { isObject } from './json';
import type { ArmResource } from './types';

interface Entry {
  resource: ArmResource;
  /** Order of creation. */
  sequence: number;
  type: string;
  /** Ids that the properties name, as keys. */
  names: Set<string>;
}

/**
 * All resources by id. Subnets, routes and peerings are entries of their own; their parents show them through
 * rendering. Nothing here checks anything. Whoever changes the references of a stored resource, or its type, puts it
 * again: they are indexed.
 */
export class Store {
  private readonly entries = new Map<string, Entry>();
  private readonly byType = new Map<string, Map<string, Entry>>();
  private readonly byParent = new Map<string, Map<string, Entry>>();
  private readonly byName = new Map<string, Map<string, Entry>>();
  private sequence = 0;

  get(id: string): ArmResource | undefined {
    return this.entries.get(key(id))?.resource;
  }

  /** The resource if it exists and has this type. */
  ofType(id: string, type: string): ArmResource | undefined {
    const resource = this.get(id);
    return resource?.type === type ? resource : undefined;
  }

  put(resource: ArmResource): ArmResource {
    const own = key(resource.id);
    const before = this.entries.get(own);
    // A type that changes is a place in another list; everything else keeps its place.
    if (before && before.type !== resource.type) this.byType.get(before.type)?.delete(own);
    for (const name of before?.names ?? []) this.byName.get(name)?.delete(own);
    this.sequence += before ? 0 : 1;
    const entry: Entry = before ?? { resource, sequence: this.sequence, type: '', names: new Set() };
    Object.assign(entry, { resource, type: resource.type, names: namesIn(resource) });
    this.entries.set(own, entry);
    within(this.byType, resource.type).set(own, entry);
    within(this.byParent, key(parentId(resource.id))).set(own, entry);
    for (const name of entry.names) within(this.byName, name).set(own, entry);
    return resource;
  }

  /** Removes the resource with everything below it. */
  remove(id: string): void {
    const prefix = `${key(id)}/`;
    for (const [own, entry] of this.entries) {
      if (own !== key(id) && !own.startsWith(prefix)) continue;
      this.entries.delete(own);
      this.byType.get(entry.type)?.delete(own);
      this.byParent.get(key(parentId(own)))?.delete(own);
      for (const name of entry.names) this.byName.get(name)?.delete(own);
    }
  }

  clear(): void {
    for (const index of [this.entries, this.byType, this.byParent, this.byName]) index.clear();
  }

  all(): ArmResource[] {
    return [...this.entries.values()].map(({ resource }) => resource);
  }

  /** In order of creation; `subscription`, `group` and `parent` narrow. */
  list(type: string, narrow: { subscription?: string; group?: string; parent?: string } = {}): ArmResource[] {
    const { subscription, group, parent } = narrow;
    const found = parent === undefined ? this.byType.get(type) : this.byParent.get(key(parent));
    return [...(found?.values() ?? [])]
      .filter(
        (entry) =>
          entry.type === type &&
          (subscription === undefined || sameId(subscriptionOf(entry.resource.id), subscription)) &&
          (group === undefined || sameId(groupOf(entry.resource.id), group)),
      )
      .map(({ resource }) => resource);
  }

  /** Resources of a type whose properties name this id anywhere, in order of creation. */
  naming(type: string, id: string): ArmResource[] {
    return [...(this.byName.get(key(id))?.values() ?? [])]
      .filter((entry) => entry.type === type)
      .sort((a, b) => a.sequence - b.sequence)
      .map(({ resource }) => resource);
  }
}

function within(index: Map<string, Map<string, Entry>>, name: string): Map<string, Entry> {
  const known = index.get(name) ?? new Map<string, Entry>();
  index.set(name, known);
  return known;
}

/** Every `id` in the properties that is no part of the resource itself. */
function namesIn(resource: ArmResource): Set<string> {
  const names = new Set<string>();
  const own = `${key(resource.id)}/`;
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    if (!isObject(value)) return;
    if (typeof value.id === 'string' && !`${key(value.id)}/`.startsWith(own)) names.add(key(value.id));
    Object.values(value).forEach(visit);
  };
  visit(resource.properties);
  return names;
}
