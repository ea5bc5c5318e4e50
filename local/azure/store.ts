import { groupOf, key, parentId } from './ids';
import type { ArmResource } from './types';

/**
 * All resources by id. Subnets and routes are entries of their own; their parents show them through rendering.
 * Nothing here checks anything.
 */
export class Store {
  private readonly resources = new Map<string, ArmResource>();

  get(id: string): ArmResource | undefined {
    return this.resources.get(key(id));
  }

  /** The resource if it exists and has this type. */
  ofType(id: string, type: string): ArmResource | undefined {
    const resource = this.get(id);
    return resource?.type === type ? resource : undefined;
  }

  put(resource: ArmResource): ArmResource {
    this.resources.set(key(resource.id), resource);
    return resource;
  }

  /** Removes the resource with everything below it. */
  remove(id: string): void {
    const prefix = `${key(id)}/`;
    for (const other of this.resources.keys()) {
      if (other === key(id) || other.startsWith(prefix)) this.resources.delete(other);
    }
  }

  clear(): void {
    this.resources.clear();
  }

  all(): ArmResource[] {
    return [...this.resources.values()];
  }

  /** In order of creation; `group` and `parent` narrow. */
  list(type: string, within: { group?: string; parent?: string } = {}): ArmResource[] {
    return this.all().filter(
      (resource) =>
        resource.type === type &&
        (within.group === undefined || key(groupOf(resource.id)) === key(within.group)) &&
        (within.parent === undefined || key(parentId(resource.id)) === key(within.parent)),
    );
  }
}
