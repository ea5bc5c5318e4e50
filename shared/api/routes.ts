/** What a caller may do; each role may do what the ones before it may. */
export const roles = ['Reader', 'Operator', 'Admin'] as const;
export type Role = (typeof roles)[number];

export interface Route {
  method: 'GET' | 'PUT' | 'POST' | 'DELETE';
  /** Below `/api/v1`. */
  path: string;
  /** The least that its caller must be; absent: anybody. */
  role?: Role;
}

/** Every HTTP endpoint under the name of its function. Nothing else is served. */
export const routes = {
  listNetworks: { method: 'GET', path: '/networks', role: 'Reader' },
  getNetwork: { method: 'GET', path: '/networks/{network}', role: 'Reader' },
  putNetwork: { method: 'PUT', path: '/networks/{network}', role: 'Admin' },
  deleteNetwork: { method: 'DELETE', path: '/networks/{network}', role: 'Admin' },
  createRollOut: { method: 'POST', path: '/networks/{network}/converge', role: 'Admin' },
  createAdoption: { method: 'POST', path: '/networks/{network}/adoptions', role: 'Operator' },
  getReconcilePolicy: { method: 'GET', path: '/networks/{network}/reconcile-policy', role: 'Reader' },
  putReconcilePolicy: { method: 'PUT', path: '/networks/{network}/reconcile-policy', role: 'Admin' },
  listHosts: { method: 'GET', path: '/hosts', role: 'Reader' },
  createHost: { method: 'POST', path: '/hosts', role: 'Operator' },
  getPlan: { method: 'GET', path: '/plans/{id}', role: 'Reader' },
  getHost: { method: 'GET', path: '/hosts/{network}/{host}', role: 'Reader' },
  deleteHost: { method: 'DELETE', path: '/hosts/{network}/{host}', role: 'Operator' },
  createRepair: { method: 'POST', path: '/hosts/{network}/{host}/repair', role: 'Operator' },
  createInventory: { method: 'POST', path: '/hosts/{network}/{host}/inventory', role: 'Operator' },
  getHostPaths: { method: 'GET', path: '/hosts/{network}/{host}/paths', role: 'Reader' },
  getPaths: { method: 'GET', path: '/paths/{id}', role: 'Reader' },
  listOperations: { method: 'GET', path: '/operations', role: 'Reader' },
  getOperation: { method: 'GET', path: '/operations/{id}', role: 'Reader' },
  cancelOperation: { method: 'DELETE', path: '/operations/{id}', role: 'Operator' },
  restartOperation: { method: 'POST', path: '/operations/{id}/restart', role: 'Admin' },
  createReconciliation: { method: 'POST', path: '/reconciliations', role: 'Operator' },
  listReconciliations: { method: 'GET', path: '/reconciliations', role: 'Reader' },
  getReconciliation: { method: 'GET', path: '/reconciliations/{id}', role: 'Reader' },
  createBatch: { method: 'POST', path: '/batches', role: 'Operator' },
  listBatches: { method: 'GET', path: '/batches', role: 'Reader' },
  getBatch: { method: 'GET', path: '/batches/{id}', role: 'Reader' },
  cancelBatch: { method: 'DELETE', path: '/batches/{id}', role: 'Operator' },
  resumeBatch: { method: 'POST', path: '/batches/{id}/resume', role: 'Operator' },
  listPoison: { method: 'GET', path: '/poison', role: 'Operator' },
  replayPoison: { method: 'POST', path: '/poison/{id}/replay', role: 'Operator' },
  listCallbacks: { method: 'GET', path: '/callbacks', role: 'Reader' },
  getCallback: { method: 'GET', path: '/callbacks/{id}', role: 'Reader' },
  resendCallback: { method: 'POST', path: '/callbacks/{id}/resend', role: 'Operator' },
  getHealth: { method: 'GET', path: '/health' },
  getReadiness: { method: 'GET', path: '/health/ready' },
  getOpenApi: { method: 'GET', path: '/openapi.json' },
  getDashboard: { method: 'GET', path: '/dashboard' },
  getDocs: { method: 'GET', path: '/docs' },
  getDocsAsset: { method: 'GET', path: '/docs/{asset}' },
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;
