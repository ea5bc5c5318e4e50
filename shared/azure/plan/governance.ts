import type { AzureClients } from '../clients';
import { nameOf, parseId } from '../ids';
import type { Obstacle } from '../obstacle';
import { askRaw, listRaw } from '../raw';
import { AzureFailure } from '../send';
import { withObstacles } from './obstruct';
import type { HostPlan, PlannedKind, PlannedResource } from './types';

/** What an organisation puts above its resources, as far as it touches a plan. */
export interface Governance {
  /** Policies that would deny a resource. */
  denials: { id: string; policy: string }[];
  locks: Lock[];
  /** What could not be asked, and why. */
  unread: string[];
}

export interface Lock {
  name: string;
  /** Id of the resource, group or subscription that is locked with everything below it. */
  scope: string;
  level: string;
}

/** Resources that policies judge by their whole content, with their types. */
const types: Partial<Record<PlannedKind, string>> = {
  subnet: 'Microsoft.Network/virtualNetworks/subnets',
  publicIp: 'Microsoft.Network/publicIPAddresses',
  networkInterface: 'Microsoft.Network/networkInterfaces',
  virtualMachine: 'Microsoft.Compute/virtualMachines',
  routeTable: 'Microsoft.Network/routeTables',
  route: 'Microsoft.Network/routeTables/routes',
};

/** From this version on the answer names the effect of a policy. */
const policyVersion = '2024-10-01';
const lockVersion = '2020-05-01';

/** Asks what policies and locks would say to a plan. What the app may not ask is told, and no failure. Throws AzureFailure. */
export async function observeGovernance(clients: AzureClients, plan: HostPlan): Promise<Governance> {
  const made = plan.resources.filter(({ change, partial }) => change === 'created' && !partial);
  const touched = plan.resources.map(({ id }) => id);
  const [denials, locks] = await Promise.all([
    Promise.all(made.map((resource) => unlessRefused('policies', () => denialsOf(clients, resource)))),
    Promise.all(scopesOf(touched).map((scope) => unlessRefused('locks', () => locksAt(clients, scope)))),
  ]);
  return {
    denials: denials.flatMap(({ found }) => found),
    locks: distinct(locks.flatMap(({ found }) => found)),
    unread: [...new Set([...denials, ...locks].flatMap(({ unread }) => unread))],
  };
}

/** Resource groups, with their subscriptions: a lock may be on either or on something below. */
function scopesOf(ids: string[]): string[] {
  const groups = ids.map((id) => {
    const { subscriptionId, resourceGroup } = parseId(id);
    return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;
  });
  return [...new Map(groups.map((scope) => [scope.toLowerCase(), scope])).values()];
}

const passing = new Set(['transient', 'throttled', 'conflict']);

async function unlessRefused<T>(
  what: string,
  ask: () => Promise<T[]>,
): Promise<{ found: T[]; unread: string[] }> {
  try {
    return { found: await ask(), unread: [] };
  } catch (error) {
    if (!(error instanceof AzureFailure) || passing.has(error.failed.class)) throw error;
    const reason = `The app may not ask for ${what} (${error.failed.code}): what they forbid is unknown.`;
    return { found: [], unread: [reason] };
  }
}

async function denialsOf(
  clients: AzureClients,
  { id, kind, body }: PlannedResource,
): Promise<Governance['denials']> {
  const type = types[kind];
  if (type === undefined || !body) return [];
  const { subscriptionId, resourceGroup, names } = parseId(id);
  const parent = names.length > 1 ? { scope: id.split('/').slice(0, -2).join('/') } : {};
  const question = {
    resourceDetails: { resourceContent: { type, name: nameOf(id), ...body }, ...parent },
  };
  const url = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.PolicyInsights/checkPolicyRestrictions`;
  const { pipeline } = await clients.network(subscriptionId);
  const answer = await askRaw(pipeline, `${clients.endpoint}${url}?api-version=${policyVersion}`, question);
  return deniedBy(answer).map((policy) => ({ id, policy }));
}

interface Evaluation {
  policyInfo?: { policyAssignmentId?: string };
  evaluationResult?: string;
  effectDetails?: { policyEffect?: string };
}

/** Assignments that the content does not comply with, and whose effect is to deny it. */
export function deniedBy(answer: unknown): string[] {
  const { contentEvaluationResult } = answer as {
    contentEvaluationResult?: { policyEvaluations?: Evaluation[] };
  };
  const denying = (contentEvaluationResult?.policyEvaluations ?? []).filter(
    ({ evaluationResult, effectDetails }) =>
      evaluationResult === 'NonCompliant' && (effectDetails?.policyEffect ?? 'Deny').toLowerCase() === 'deny',
  );
  return denying.map(({ policyInfo }) => nameOf(policyInfo?.policyAssignmentId ?? 'unknown'));
}

interface RawLock {
  id?: string;
  name?: string;
  properties?: { level?: string };
}

/** Locks that hold at the resource group, above it and below it. */
async function locksAt(clients: AzureClients, scope: string): Promise<Lock[]> {
  const { pipeline } = await clients.network(
    parseId(`${scope}/providers/Microsoft.Authorization/locks/any`).subscriptionId,
  );
  const url = `${clients.endpoint}${scope}/providers/Microsoft.Authorization/locks?api-version=${lockVersion}`;
  const found = (await listRaw(pipeline, url)) as RawLock[];
  return found.map(({ id = '', name = '', properties }) => ({
    name,
    scope: id.split(/\/providers\/Microsoft\.Authorization\/locks\//i)[0] ?? '',
    level: properties?.level ?? '',
  }));
}

const distinct = (locks: Lock[]): Lock[] => [
  ...new Map(locks.map((lock) => [`${lock.scope}/${lock.name}`.toLowerCase(), lock])).values(),
];

/**
 * The plan with what policies and locks say to it. A policy or a read-only lock that would refuse a write is an obstacle; a
 * lock that forbids deletion is a warning, because only an undo or a teardown will meet it.
 */
export function addGovernance(plan: HostPlan, { denials, locks, unread }: Governance): HostPlan {
  const writes = plan.resources.filter(({ change }) => change !== 'unchanged');
  const covers = ({ scope }: Lock, { id }: PlannedResource) =>
    `${id}/`.toLowerCase().startsWith(`${scope}/`.toLowerCase());
  const denied = denials.map(({ id, policy }): Obstacle => ({
    class: 'denied',
    code: 'RequestDisallowedByPolicy',
    message: `The policy ${policy} denies ${nameOf(id)}. Meet what it asks for in the definition of the network, or have it exempted.`,
  }));
  const locked = locks
    .filter((lock) => lock.level === 'ReadOnly' && writes.some((write) => covers(lock, write)))
    .map(({ name, scope }): Obstacle => ({
      class: 'denied',
      code: 'ScopeLocked',
      message: `The lock ${name} on ${scope} allows no write. Remove it, or use another place.`,
    }));
  const kept = locks
    .filter((lock) => lock.level === 'CanNotDelete' && plan.resources.some((one) => covers(lock, one)))
    .map(
      ({ name, scope }) =>
        `The lock ${name} on ${scope} forbids deletion: neither an undo nor a teardown could remove what lies below it.`,
    );
  return withObstacles({ ...plan, warnings: [...plan.warnings, ...kept, ...unread] }, [...denied, ...locked]);
}
