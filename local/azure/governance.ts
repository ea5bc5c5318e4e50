import { ArmError, gatewayError } from './errors';
import { key, sameId, subscriptionOf } from './ids';
import { asArray, asObject, asString, at } from './json';
import type { JsonObject } from './json';

/** What an organisation puts above its resources: policies that deny, and locks. */

export interface PolicyRule {
  /** Resource type; children that a parent carries inline count as well. */
  type: string;
  /** `tag:<name>`, or a property below `properties` such as `networkSecurityGroup`. Absent: the type is denied. */
  requires?: string;
  /** Id that the resource must lie below; absent: the subscription of the policy. */
  scope?: string;
}

export interface Policy {
  id: string;
  name: string;
  deny: PolicyRule;
}

export interface Lock {
  /** Id of the resource, group or subscription that is locked with everything below it. */
  scope: string;
  name: string;
  level: 'CanNotDelete' | 'ReadOnly';
  notes?: string;
}

export class Governance {
  private readonly policies = new Map<string, Policy>();
  private readonly locks = new Map<string, Lock>();
  private made = 0;

  addPolicy(subscription: string, deny: PolicyRule, name = `policy-${(this.made += 1)}`): Policy {
    const id = `/subscriptions/${subscription}/providers/Microsoft.Authorization/policyAssignments/${name}`;
    const policy = { id, name, deny };
    this.policies.set(key(name), policy);
    return policy;
  }

  addLock(scope: string, level: Lock['level'], name = `lock-${(this.made += 1)}`): Lock {
    const lock = { scope, level, name };
    this.locks.set(key(name), lock);
    return lock;
  }

  remove(kind: 'policies' | 'locks', name: string): boolean {
    return this[kind].delete(key(name));
  }

  list(): { policies: Policy[]; locks: Lock[] } {
    return { policies: [...this.policies.values()], locks: [...this.locks.values()] };
  }

  clear(): void {
    this.policies.clear();
    this.locks.clear();
  }

  /** Throws 409 where a lock forbids the request. A deletion takes everything below along, and so its locks count. */
  assertUnlocked(id: string, method: string): void {
    const deleting = method === 'DELETE';
    const own = `${key(id)}/`;
    const locks = [...this.locks.values()].filter(({ scope, level }) => {
      const above = own.startsWith(`${key(scope)}/`);
      return deleting ? above || `${key(scope)}/`.startsWith(own) : above && level === 'ReadOnly';
    });
    if (locks.length === 0) return;
    throw gatewayError(
      409,
      'ScopeLocked',
      `The scope '${id}' cannot perform ${deleting ? 'delete' : 'write'} operation because following scope(s) are ` +
        `locked: '${locks.map(({ scope }) => scope).join(',')}'. Please remove the lock and try again.`,
    );
  }

  /** Policies that deny this content, for the resource itself or for a child that it carries inline. */
  denying(id: string, type: string, body: JsonObject): Policy[] {
    return [...this.policies.values()].filter(({ id: own, deny }) => {
      if (!sameId(subscriptionOf(own), subscriptionOf(id))) return false;
      if (deny.scope !== undefined && !`${key(id)}/`.startsWith(`${key(deny.scope)}/`)) return false;
      return carried(type, body, deny.type).some((content) => !satisfies(content, deny.requires));
    });
  }

  /** Throws 403 where a policy denies the content. */
  assertAllowed(id: string, type: string, name: string, body: JsonObject): void {
    const [policy] = this.denying(id, type, body);
    if (policy) throw disallowed(name, policy);
  }
}

/** The bodies of the wanted type in this one: itself, or its inline children. */
function carried(type: string, body: JsonObject, wanted: string): JsonObject[] {
  if (key(type) === key(wanted)) return [body];
  if (!key(wanted).startsWith(`${key(type)}/`)) return [];
  return asArray(at(body.properties, wanted.slice(type.length + 1))).map(asObject);
}

function satisfies(body: JsonObject, requires: string | undefined): boolean {
  if (requires === undefined) return false;
  const found = requires.startsWith('tag:')
    ? at(body.tags, requires.slice('tag:'.length))
    : at(body.properties, ...requires.split('.'));
  return found !== undefined && found !== null;
}

export function policyDefinition({ id, name }: Policy): { name: string; id: string } {
  return { name, id: id.replace('/policyAssignments/', '/policyDefinitions/') };
}

/** The error of a denying policy. */
export function disallowed(name: string, policy: Policy): ArmError {
  const definition = policyDefinition(policy);
  const identifiers = [
    { policyAssignment: { name: policy.name, id: policy.id }, policyDefinition: definition },
  ];
  return new ArmError(
    403,
    'RequestDisallowedByPolicy',
    `Resource '${name}' was disallowed by policy. Policy identifiers: '${JSON.stringify(identifiers)}'.`,
    {
      gateway: true,
      target: name,
      additionalInfo: [
        {
          type: 'PolicyViolation',
          info: {
            policyDefinitionDisplayName: policy.name,
            policyDefinitionEffect: 'deny',
            policyAssignmentId: policy.id,
            policyAssignmentName: policy.name,
            policyDefinitionId: definition.id,
            policyDefinitionName: policy.name,
          },
        },
      ],
    },
  );
}

/** A policy rule as somebody sent it; undefined if it is none. */
export function readRule(value: unknown): PolicyRule | undefined {
  const type = asString(at(value, 'type'));
  const requires = asString(at(value, 'requires'));
  const scope = asString(at(value, 'scope'));
  return type === undefined
    ? undefined
    : { type, ...(requires === undefined ? {} : { requires }), ...(scope === undefined ? {} : { scope }) };
}
