import { randomUUID } from 'node:crypto';
import type { HttpResponseInit } from '@azure/functions';
import type { DurableClient } from 'durable-functions';
import type { PreviewInput } from '../../orchestrations/activities/preview';
import { orchestrators } from '../../orchestrations/names';
import { look } from '../../shared/admission/claims';
import { operationOf, type Order } from '../../shared/admission/order';
import { planDifference } from '../../shared/api/planDifference';
import { Problem } from '../../shared/api/problems';
import type { PlanDocument } from '../../shared/azure/plan/types';
import type { ProvisionRequest } from '../../shared/records/types';
import { records } from '../app';
import { planPath } from './getPlan';
import { answerReading, documentOf, type Reading } from './reading';

/** Throws the Problem that would refuse the order at once; else says what would be done. Reserves nothing. */
export async function answerDryRun(
  client: DurableClient,
  order: Order<ProvisionRequest>,
): Promise<HttpResponseInit> {
  if (order.request.approved) {
    throw new Problem('invalid-request', '/planHash: A dry run makes a plan, it takes none.', {
      errors: [{ pointer: '/planHash', detail: 'A dry run makes a plan, it takes none.' }],
    });
  }
  const decision = await prospect(order);
  if (decision.kind === 'refuse') throw decision.problem;
  return answerReading(client, planning(order));
}

/**
 * Compares an approved plan with one that is made now. Gives the order with the approved addresses, so that no others are
 * promised to it; throws the Problem with the difference. If planning takes longer than a caller waits the order goes on:
 * its own first step compares once more, and that is what counts.
 */
export async function approve(
  client: DurableClient,
  order: Order<ProvisionRequest>,
): Promise<Order<ProvisionRequest>> {
  const { approved } = order.request;
  if (!approved || (await records().operations.get(order.id))) return order;
  // Nothing will be written for an order that is refused, or whose host is as it wants or under way.
  if ((await prospect(order)).kind !== 'claim') return order;
  const { planHash } = approved;
  const reading = planning(order);
  const document = await documentOf(client, reading);
  if (!document) return order;
  const { failure, body } = document;
  if (failure) throw new Problem('reading-failed', `${failure.code}: ${failure.message}`);
  const now = body as PlanDocument;
  if (now.planHash !== planHash) throw await departure(planHash, now, reading.location);
  return { ...order, request: { ...order.request, approved: { planHash, addresses: now.addresses } } };
}

function planning({ network, host = '', request: { spec } }: Order<ProvisionRequest>): Reading {
  const id = `plan-${randomUUID()}`;
  const input: PreviewInput = { id, network, host, spec };
  return { orchestrator: orchestrators.readPlan, input, location: planPath(id) };
}

const prospect = (order: Order) => look(records(), operationOf(order, new Date().toISOString()));

async function departure(planHash: string, now: PlanDocument, location: string): Promise<Problem> {
  const present = `Nothing was written. What would be done now: ${location}`;
  const before = (await records().documents.find('plan', planHash))?.body as PlanDocument | undefined;
  return before
    ? new Problem('plan-differs', present, { errors: planDifference(before, now) })
    : new Problem('plan-differs', `No plan with this hash is kept. ${present}`);
}
