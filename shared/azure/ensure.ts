import type { AzureClients } from './clients';
import { parseId } from './ids';
import type { Change, Failed, Outcome, Pending } from './outcome';
import { pollOperation } from './raw';
import { AzureFailure, type Sent } from './send';

/** What the desired state of a resource asks for, seen against what exists. */
export type Decision<Body, Facts = unknown> =
  | { action: 'none'; facts?: Facts }
  | { action: 'put'; body: Body; change: 'created' | 'updated' }
  /** Somebody (or our own last write) is still at it: look again. */
  | { action: 'wait' }
  | { action: 'refuse'; failure: Failed };

/**
 * One Azure resource as the driver sees it. `desired` is pure and holds all policy; `read` and `write` only call.
 * `read` gives undefined for "not there" and throws AzureFailure for everything else that goes wrong.
 */
export interface ResourceSpec<Existing, Body = Existing, Facts = unknown> {
  id: string;
  read(clients: AzureClients): Promise<Existing | undefined>;
  desired(existing: Existing | undefined): Decision<Body, Facts>;
  write(clients: AzureClients, body: Body, existing: Existing | undefined): Promise<Sent>;
}

/** Where the previous look left off. */
export interface Resume {
  operation?: string;
  change?: Change;
}

/**
 * One step of the convergence of one resource: follow the operation of the previous write if there is one, read,
 * compare, write if something differs, return. Never waits, so that the caller's durable timer is the only wait; every
 * attempt starts with a read, so that a lost answer or a second run never makes a second resource.
 */
export async function ensure<Existing, Body, Facts>(
  clients: AzureClients,
  spec: ResourceSpec<Existing, Body, Facts>,
  resume: Resume = {},
): Promise<Outcome<Facts>> {
  return outcomeOf(async () => {
    const { change } = resume;
    if (resume.operation) {
      const { subscriptionId } = parseId(spec.id);
      const polled = await pollOperation(clients, subscriptionId, resume.operation);
      if (polled.status === 'failed') return polled;
      if (polled.status === 'pending') return change ? { ...polled, change } : polled;
    }
    return look(clients, spec, change);
  });
}

async function look<Existing, Body, Facts>(
  clients: AzureClients,
  spec: ResourceSpec<Existing, Body, Facts>,
  change: Change | undefined,
  mayWrite = true,
): Promise<Outcome<Facts>> {
  const existing = await looking(() => spec.read(clients));
  const decision = spec.desired(existing);
  switch (decision.action) {
    case 'refuse':
      return decision.failure;
    case 'none':
      return {
        status: 'done',
        change: change ?? 'unchanged',
        ...(decision.facts === undefined ? {} : { facts: decision.facts }),
      };
    case 'wait':
      return change ? { status: 'pending', change } : { status: 'pending' };
    case 'put': {
      if (!mayWrite) return { status: 'pending', change: mostOf(change, decision.change) };
      const sent = await spec.write(clients, decision.body, existing);
      const result = mostOf(change, decision.change);
      return sent.settled ? look(clients, spec, result, false) : pendingOf(sent, result);
    }
  }
}

/** A read that fails says nothing about what is under way: the same operation is looked at again. Throws AzureFailure. */
export async function looking<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AzureFailure) throw new AzureFailure({ ...error.failed, resumable: true });
    throw error;
  }
}

/** A resource that was created and then touched again in the same step counts as created. */
function mostOf(before: Change | undefined, now: Change): Change {
  return before === 'created' ? 'created' : now;
}

export function pendingOf(sent: Sent, change: Change): Pending {
  return {
    status: 'pending',
    change,
    ...(sent.operation ? { operation: sent.operation } : {}),
    ...(sent.retryAfterSeconds === undefined ? {} : { pollAfterSeconds: sent.retryAfterSeconds }),
  };
}

/** Runs an edge call and turns what it throws into a typed outcome. */
export async function outcomeOf<Facts>(call: () => Promise<Outcome<Facts>>): Promise<Outcome<Facts>> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof AzureFailure) return error.failed;
    throw error;
  }
}
