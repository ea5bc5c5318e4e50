import type { Cloud } from '../cloud';
import { key } from '../ids';
import { asString, at, asArray } from '../json';
import { kinds } from '../kinds';
import { attachedDisks } from '../kinds/disks';
import { leavingWith } from '../kinds/machineDisks';
import { groupType } from '../kinds/resourceGroups';
import type { ArmResource } from '../types';

/** One deletion that was accepted, with what it takes away. */
export interface Deletion {
  /** Number of the request in the request log. */
  seq: number;
  /** Simulated time of arrival, ISO 8601. */
  at: string;
  id: string;
  correlationId: string;
  clientRequestId: string;
  status: number;
  /** The resource as a GET would have shown it just before. */
  body: ArmResource;
  /** Ids of what goes along: everything below it, and for a machine what is marked `deleteOption: Delete`. */
  along: string[];
}

/** What was there when a DELETE arrived; undefined if there was nothing to delete. */
export function doomed(cloud: Cloud, path: string): Pick<Deletion, 'id' | 'body' | 'along'> | undefined {
  const resource = cloud.store.get(decodeURIComponent(path).replace(/\/$/, ''));
  if (!resource) return undefined;
  const body = kinds.get(resource.type.toLowerCase())?.render(cloud, resource) ?? resource;
  return {
    id: resource.id,
    body: structuredClone(body),
    along: [...below(cloud, resource), ...marked(cloud, resource)],
  };
}

function below(cloud: Cloud, resource: ArmResource): string[] {
  const holds = [groupType, 'Microsoft.Network/virtualNetworks', 'Microsoft.Network/routeTables'];
  if (!holds.includes(resource.type)) return [];
  const prefix = `${key(resource.id)}/`;
  return cloud.store.all().flatMap(({ id }) => (key(id).startsWith(prefix) ? [id] : []));
}

function marked(cloud: Cloud, resource: ArmResource): string[] {
  if (resource.type !== 'Microsoft.Compute/virtualMachines') return [];
  const disks = attachedDisks(resource).flatMap(({ id, deleteWithVm }) =>
    deleteWithVm && id !== undefined ? [id] : [],
  );
  const nics = asArray(at(resource.properties, 'networkProfile', 'networkInterfaces')).flatMap((entry) =>
    at(entry, 'properties', 'deleteOption') === 'Delete' ? (asString(at(entry, 'id')) ?? []) : [],
  );
  return [...disks, ...nics, ...nics.flatMap((id) => leavingWith(cloud, id))];
}

/** Every deletion that was accepted, in order: tests match them with what the app meant to delete. */
export class Deletions {
  private entries: Deletion[] = [];

  add(deletion: Deletion): void {
    this.entries.push(deletion);
  }

  since(seq: number): Deletion[] {
    return this.entries.filter((entry) => entry.seq > seq);
  }

  clear(): void {
    this.entries = [];
  }
}
