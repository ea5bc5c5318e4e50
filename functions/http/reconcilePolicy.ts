import { Problem } from '../../shared/api/problems';
import { reconcilePolicy } from '../../shared/api/schemas';
import { validate } from '../../shared/api/validate';
import { settings } from '../../shared/config';
import type { ReconcilePolicy, ReconcileState } from '../../shared/records/reconciliation';
import { defaultPolicy } from '../../shared/reconcile/decide';
import { updateState } from '../../shared/reconcile/state';
import { records } from '../app';
import { ok } from './answer';
import { endpoint } from './endpoint';
import { callerOf, jsonBody, networkParam } from './request';

endpoint('getReconcilePolicy', async (request) => {
  const network = await existing(networkParam(request));
  const state = (await records().reconciliations.get(network))?.record;
  return ok(viewOf(state?.policy, state?.policySet));
});

/** Replaces the network's policy; it holds from the next run on. */
endpoint('putReconcilePolicy', async (request) => {
  const network = await existing(networkParam(request));
  const wish = validate(reconcilePolicy, await jsonBody(request));
  const policy = Object.fromEntries(
    Object.entries(wish).filter(([, value]) => value !== undefined),
  ) as ReconcilePolicy;
  const policySet = { caller: callerOf(request).id, at: new Date().toISOString() };
  await updateState(records(), network, (before) => ({ ...before, policy, policySet }));
  return ok(viewOf(policy, policySet));
});

async function existing(network: string): Promise<string> {
  if (!(await records().networks.get(network)))
    throw new Problem('unknown-network', `There is no network ${network}.`);
  return network;
}

/** What the network says itself, and what holds with the app's settings behind it. */
function viewOf(policy: ReconcilePolicy = {}, set?: ReconcileState['policySet']) {
  const { reconcileDryRun, reconcileGraceHours, reconcileMostDeletes } = settings();
  const effective = {
    ...defaultPolicy,
    dryRun: reconcileDryRun,
    graceHours: reconcileGraceHours,
    mostDeletes: reconcileMostDeletes,
    ...policy,
  };
  return { policy, effective, ...(set && { set }) };
}
