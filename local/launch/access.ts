import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Assignment } from '../azure/access/access';
import { projectRoot } from './layout';

interface Role {
  name: string;
  description: string;
  /** Why the app needs it, by action. */
  actions: Record<string, string>;
}

export type RoleName = 'network' | 'bootstrap' | 'hosts' | 'subscription';

/** The roles that a deployment gives to the app: the file that the templates load. */
export function roles(): Record<RoleName, Role> {
  return JSON.parse(readFileSync(join(projectRoot(), 'infra', 'roles.json'), 'utf8')) as Record<
    RoleName,
    Role
  >;
}

/** Every role at one scope. */
export function assigned(scope: string): Assignment[] {
  return Object.values(roles()).map(({ actions }) => ({ scope, actions: Object.keys(actions) }));
}
