import type { RouteName } from '../../../shared/api/routes';

export interface Ask {
  /** Below `/api/v1`. */
  path: string;
  /** A string is sent as it is. */
  body?: unknown;
  headers?: Record<string, string>;
}

/**
 * A call of every route that nothing is wrong with, about things that the main test makes. Those that order something order
 * what nobody has ordered yet.
 */
export const validCalls = (definition: object): Record<RouteName, Ask> => ({
  listNetworks: { path: '/networks' },
  getNetwork: { path: '/networks/nested-fun' },
  putNetwork: { path: '/networks/fresh', body: definition },
  deleteNetwork: { path: '/networks/twin' },
  createRollOut: { path: '/networks/nested-fun/converge', body: {} },
  createAdoption: {
    path: '/networks/nested-fun/adoptions',
    body: { virtualMachine: 'somebody', name: 'fresh' },
  },
  getReconcilePolicy: { path: '/networks/nested-fun/reconcile-policy' },
  putReconcilePolicy: { path: '/networks/nested-fun/reconcile-policy', body: { graceHours: 48 } },
  listHosts: { path: '/hosts?network=nested-fun' },
  createHost: { path: '/hosts', body: { network: 'nested-fun', name: 'fresh' } },
  getPlan: { path: '/plans/plan-00000000-0000-4000-8000-000000000000' },
  getHost: { path: '/hosts/nested-fun/hv-01' },
  deleteHost: { path: '/hosts/nested-fun/hv-02?force=true' },
  createRepair: { path: '/hosts/nested-fun/hv-02/repair', body: {} },
  createInventory: { path: '/hosts/nested-fun/hv-02/inventory', body: {} },
  getHostPaths: { path: '/hosts/nested-fun/hv-01/paths?to=internet' },
  getPaths: { path: '/paths/paths-00000000-0000-4000-8000-000000000000' },
  listOperations: { path: '/operations?network=nested-fun' },
  getOperation: { path: `/operations/${'a'.repeat(32)}` },
  cancelOperation: { path: `/operations/${'a'.repeat(32)}` },
  restartOperation: { path: `/operations/${'a'.repeat(32)}/restart` },
  createReconciliation: { path: '/reconciliations', body: { network: 'nested-fun', dryRun: true } },
  listReconciliations: { path: '/reconciliations?network=nested-fun' },
  getReconciliation: { path: '/reconciliations/reconcile-nested-fun-20260101T000000000Z' },
  createBatch: { path: '/batches', body: { network: 'nested-fun', rows: [{ name: 'fresh' }] } },
  listBatches: { path: '/batches' },
  getBatch: { path: `/batches/${'a'.repeat(32)}?limit=1` },
  cancelBatch: { path: `/batches/${'a'.repeat(32)}` },
  resumeBatch: { path: `/batches/${'a'.repeat(32)}/resume`, body: {} },
  listPoison: { path: '/poison' },
  replayPoison: { path: '/poison/nothing/replay' },
  listCallbacks: { path: '/callbacks?status=waiting' },
  getCallback: { path: `/callbacks/cb-${'a'.repeat(32)}-completed` },
  resendCallback: { path: `/callbacks/cb-${'a'.repeat(32)}-completed/resend` },
  getHealth: { path: '/health' },
  getReadiness: { path: '/health/ready' },
  getOpenApi: { path: '/openapi.json' },
  getDashboard: { path: '/dashboard' },
  getDocs: { path: '/docs' },
  getDocsAsset: { path: '/docs/start.js' },
});

/** Calls about things that nobody ever made. */
export const callsOfUnknown: Partial<Record<RouteName, Ask[]>> = {
  getNetwork: [{ path: '/networks/nowhere' }],
  deleteNetwork: [{ path: '/networks/nowhere' }],
  createRollOut: [{ path: '/networks/nowhere/converge' }],
  createAdoption: [{ path: '/networks/nowhere/adoptions', body: { virtualMachine: 'somebody' } }],
  getReconcilePolicy: [{ path: '/networks/nowhere/reconcile-policy' }],
  putReconcilePolicy: [{ path: '/networks/nowhere/reconcile-policy', body: {} }],
  createHost: [{ path: '/hosts', body: { network: 'nowhere', name: 'hv-01' } }],
  getPlan: [{ path: '/plans/plan-00000000-0000-4000-8000-000000000000' }, { path: '/plans/nothing' }],
  getHost: [{ path: '/hosts/nested-fun/nobody' }, { path: '/hosts/nowhere/hv-01' }],
  deleteHost: [{ path: '/hosts/nested-fun/nobody' }],
  createRepair: [{ path: '/hosts/nested-fun/nobody/repair' }],
  createInventory: [{ path: '/hosts/nested-fun/nobody/inventory' }],
  getHostPaths: [{ path: '/hosts/nowhere/hv-01/paths' }, { path: '/hosts/nested-fun/nobody/paths' }],
  getPaths: [{ path: '/paths/paths-00000000-0000-4000-8000-000000000000' }, { path: '/paths/nothing' }],
  getOperation: [{ path: '/operations/nothing' }],
  cancelOperation: [{ path: '/operations/nothing' }],
  restartOperation: [{ path: '/operations/nothing/restart' }],
  createReconciliation: [{ path: '/reconciliations', body: { network: 'nowhere' } }],
  getReconciliation: [{ path: '/reconciliations/nothing' }],
  getBatch: [{ path: '/batches/nothing' }],
  cancelBatch: [{ path: '/batches/nothing' }],
  resumeBatch: [{ path: '/batches/nothing/resume' }],
  replayPoison: [{ path: '/poison/nothing/replay' }],
  getCallback: [{ path: '/callbacks/nothing' }],
  resendCallback: [{ path: '/callbacks/nothing/resend' }],
  getDocsAsset: [{ path: '/docs/nothing.js' }],
};
