import type { ArmResource } from '../../azure/types';

/** Reading ARM JSON without trusting its shape: what is not there is undefined. */

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path of property names; undefined where the path ends. */
export function at(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>((inner, name) => (isObject(inner) ? inner[name] : undefined), value);
}

export function textAt(value: unknown, ...path: string[]): string | null {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : null;
}

export function listAt(value: unknown, ...path: string[]): unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

export function ofType(resources: readonly ArmResource[], type: string): ArmResource[] {
  return resources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
}

export const sameId = (one: string | null, other: string | null): boolean =>
  one !== null && one.toLowerCase() === other?.toLowerCase();

/** Subnets of every virtual network, as they stand inside it. */
export function subnets(resources: readonly ArmResource[]): { id: string; name: string; body: unknown }[] {
  return ofType(resources, 'Microsoft.Network/virtualNetworks').flatMap((network) =>
    listAt(network, 'properties', 'subnets').map((body) => ({
      id: textAt(body, 'id') ?? '',
      name: textAt(body, 'name') ?? '',
      body,
    })),
  );
}

/** A subnet says its prefix in one of two ways. */
export function prefixOf(subnet: unknown): string | null {
  const [first] = listAt(subnet, 'properties', 'addressPrefixes');
  return textAt(subnet, 'properties', 'addressPrefix') ?? (typeof first === 'string' ? first : null);
}
