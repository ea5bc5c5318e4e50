import type { Task } from 'durable-functions';
import { recogniseHost } from './adopt';
import { attemptCallback, type DeliveryInput } from './callbacks';
import type { Dependencies } from './context';
import { finishHostOperation, beginOperation } from './finish';
import { gateTicket } from './gate';
import { beginHostRollOut, beginRollOut, checkGuest, endHostRollOut, finishRollOut } from './converge';
import { dispatchRound } from './dispatch';
import { checkNetwork } from './checkNetwork';
import { findVirtualMachine, runGuestPhase } from './guest';
import { beginNetwork, ensureNetwork, finishNetwork } from './network';
import { noteUnread } from './documents';
import { walkPaths } from './paths';
import { planHost } from './plan';
import { previewHost } from './preview';
import { noteGuest } from './reconcile/guests';
import { beginJob, endJob, noteActions } from './reconcile/jobs';
import { listAssociations, releaseHost, removeLeftover } from './reconcile/mend';
import { observeNetwork } from './reconcile/observe';
import { rebuildRecords } from './reconcile/rebuild';
import { beginReconcile, endReconcile } from './reconcile/run';
import { setPower } from './power';
import { listRunCommands, removeTags } from './release';
import { removeResource } from './removal';
import { checkAgent, ensureAssociation, ensureResource, ensureRoute } from './resources';
import { restartVirtualMachine } from './restart';
import { planRepair } from './repair';
import { planRoutes, planUnrouting } from './routing';
import { beginTeardown } from './teardown';
import { verifyAzure } from './verify';

/** Every activity that works on injected dependencies; those that need the durable client are in `signals`. */
export const activities = {
  attemptCallback,
  beginHostRollOut,
  beginNetwork,
  beginRollOut,
  checkGuest,
  endHostRollOut,
  finishRollOut,
  beginOperation,
  beginTeardown,
  checkAgent,
  checkNetwork,
  dispatchRound,
  ensureAssociation,
  ensureNetwork,
  ensureResource,
  ensureRoute,
  findVirtualMachine,
  finishHostOperation,
  finishNetwork,
  gateTicket,
  noteUnread,
  planHost,
  planRepair,
  planRoutes,
  planUnrouting,
  previewHost,
  walkPaths,
  beginJob,
  beginReconcile,
  endJob,
  endReconcile,
  listAssociations,
  listRunCommands,
  noteActions,
  noteGuest,
  observeNetwork,
  rebuildRecords,
  recogniseHost,
  releaseHost,
  removeLeftover,
  removeResource,
  removeTags,
  restartVirtualMachine,
  runGuestPhase,
  setPower,
  verifyAzure,
} satisfies Record<string, (deps: Dependencies, input: never) => Promise<unknown>>;

type Start<Input> = (input: Input) => Task;

/** The activities as orchestrators call them: through handles, never by name. */
export type Activities = {
  [Name in keyof typeof activities]: Start<Parameters<(typeof activities)[Name]>[1]>;
} & {
  raiseGranted: Start<{ instance: string; event: string }>;
  inspectHolder: Start<{ holder: string }>;
  startDelivery: Start<DeliveryInput>;
};
