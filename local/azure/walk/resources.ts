import { key, lastName, parentId } from '../ids';
import { asArray, asObject, asString, at } from '../json';
import type { JsonObject } from '../json';
import type { ArmResource } from '../types';
import type { WalkView } from './types';

/** The resources of a view, quick to find. */
export interface Indexed extends WalkView {
  /** By type in lower case. */
  byType: Map<string, ArmResource[]>;
  /** By id in lower case. */
  byId: Map<string, ArmResource>;
}

export function indexed(view: WalkView): Indexed {
  const byType = new Map<string, ArmResource[]>();
  const byId = new Map<string, ArmResource>();
  for (const resource of view.resources) {
    const type = resource.type.toLowerCase();
    const known = byType.get(type);
    if (known) known.push(resource);
    else byType.set(type, [resource]);
    byId.set(key(resource.id), resource);
  }
  return { ...view, byType, byId };
}

export function ofType(view: Indexed, type: string): ArmResource[] {
  return view.byType.get(type) ?? [];
}

export interface Child {
  id: string;
  name: string;
  properties: JsonObject;
}

/** Children by either way of showing them; one that is a resource of its own is the newer truth. */
export function children(view: Indexed, parent: ArmResource, collection: string): Child[] {
  const found = new Map<string, Child>();
  for (const entry of asArray(parent.properties[collection])) {
    const id = asString(at(entry, 'id')) ?? `${parent.id}/${collection}/${asString(at(entry, 'name')) ?? ''}`;
    const name = asString(at(entry, 'name')) ?? lastName(id);
    found.set(key(id), { id, name, properties: asObject(at(entry, 'properties')) });
  }
  const type = `${parent.type}/${collection}`.toLowerCase();
  for (const { id, name, properties } of ofType(view, type)) {
    if (key(parentId(id)) === key(parent.id)) found.set(key(id), { id, name, properties });
  }
  return [...found.values()];
}
