/** Names under which Durable Functions knows the parts; instance id is the operation id throughout. */
export const orchestrators = {
  defineNetwork: 'defineNetwork',
  provision: 'provisionHost',
  adopt: 'adoptHost',
  repair: 'repairHost',
  inventory: 'inventoryHost',
  teardown: 'teardownHost',
  reconcile: 'reconcileNetwork',
  converge: 'convergeNetwork',
  readPaths: 'readPaths',
  readPlan: 'readPlan',
  dispatchBatch: 'dispatchBatch',
  deliverCallback: 'deliverCallback',
} as const;

export const leaseEntity = 'lease';
export const gateEntity = 'gate';

/** Raised to an operation that should stop; seen between steps and at waits. */
export const cancelEvent = 'cancel';
