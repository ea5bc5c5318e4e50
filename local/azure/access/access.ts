import { gatewayError } from '../errors';
import type { ArmError } from '../errors';
import { key, subscriptionOf } from '../ids';
import { asArray, asString, at } from '../json';
import type { JsonObject } from '../json';
import { tenantId } from '../subscriptions';
import type { Demand, Permission } from './demand';

/** Actions that an identity may carry out at and below a scope; `*` stands for anything. */
export interface Assignment {
  scope: string;
  actions: string[];
}

/** Who may do what. An identity that nobody assigned anything may do everything, as the owner of the subscription. */
export class Access {
  private readonly assignments = new Map<string, Assignment[]>();

  /** From here on the identity may do this and nothing else. */
  assign(identity: string, assignments: Assignment[]): void {
    this.assignments.set(identity, assignments);
  }

  free(identity: string): boolean {
    return this.assignments.delete(identity);
  }

  list(): Record<string, Assignment[]> {
    return Object.fromEntries(this.assignments);
  }

  /** Throws 403 if the identity may not do what the request demands. */
  assertAllowed(identity: string, demand: Demand): void {
    const assignments = this.assignments.get(identity);
    const error = assignments && refusal(identity, assignments, demand);
    if (error) throw error;
  }
}

/** The error that Azure gives to a demand which the assignments do not cover; undefined if they do. Pure. */
export function refusal(
  identity: string,
  assignments: readonly Assignment[],
  demand: Demand,
): ArmError | undefined {
  const client = `The client '${identity}' with object id '${identity}'`;
  if (!covers(assignments, demand)) {
    return gatewayError(
      403,
      'AuthorizationFailed',
      `${client} does not have authorization to perform action '${demand.action}' over scope '${demand.scope}' or the ` +
        'scope is invalid. If access was recently granted, please refresh your credentials.',
    );
  }
  const missing = demand.linked.filter((permission) => !covers(assignments, permission));
  if (missing.length === 0) return undefined;
  const all = (of: (permission: Permission) => string): string => missing.map(of).join(',');
  return gatewayError(
    403,
    'LinkedAuthorizationFailed',
    `${client} has permission to perform action '${demand.action}' on scope '${demand.scope}'; however, it does not ` +
      `have permission to perform action(s) '${all(({ action }) => action)}' on the linked scope(s) ` +
      `'${all(({ scope }) => scope)}' (respectively) or the linked scope(s) are invalid.`,
  );
}

/** The error for a link into a subscription that is not of the tenant. Text as in ansible-collections/azure#971. */
export function foreignSubscription({ scope }: Demand, link: Permission): ArmError {
  return gatewayError(
    403,
    'LinkedAuthorizationFailed',
    `The client has permission to perform action '${link.action}' on scope '${scope}', however the current tenant ` +
      `'${tenantId}' is not authorized to access linked subscription '${subscriptionOf(link.scope)}'.`,
  );
}

function covers(assignments: readonly Assignment[], { action, scope }: Permission): boolean {
  const below = `${key(scope)}/`;
  return assignments.some(
    (assignment) =>
      below.startsWith(`${key(assignment.scope)}/`) &&
      assignment.actions.some((pattern) => matches(pattern, action)),
  );
}

function matches(pattern: string, action: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.\\+?^${}()|[\]]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'i').test(action);
}

/** Assignments as somebody sent them; undefined if they are none. */
export function readAssignments(body: JsonObject): Assignment[] | undefined {
  if (!Array.isArray(body.assignments)) return undefined;
  const read = body.assignments.map((entry): Assignment | undefined => {
    const scope = asString(at(entry, 'scope'));
    const actions = asArray(at(entry, 'actions')).filter((action) => typeof action === 'string');
    return scope === undefined || actions.length === 0 ? undefined : { scope, actions };
  });
  return read.includes(undefined) ? undefined : (read as Assignment[]);
}
