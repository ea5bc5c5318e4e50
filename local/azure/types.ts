/** Vocabulary shared by the parts of the simulated Azure. */

import type { createWindows, knownPhase, rebootWindows, runLinux, runScript } from './guest';

/**
 * A resource as Azure Resource Manager shows it. Properties stay untyped on purpose: whatever a client sends is
 * kept and given back.
 */
export interface ArmResource {
  /** Full ARM id, in the letter case it was created with; compare ids in lower case. */
  id: string;
  name: string;
  /** For example `Microsoft.Network/virtualNetworks/subnets`. */
  type: string;
  location?: string;
  tags?: Record<string, string>;
  /** `W/"<guid>"` for Microsoft.Network, `"<n>"` for virtual machines. */
  etag?: string;
  kind?: string;
  sku?: Record<string, unknown>;
  zones?: string[];
  identity?: Record<string, unknown>;
  properties: Record<string, unknown>;
}

export type PowerState = 'starting' | 'running' | 'stopping' | 'stopped' | 'deallocating' | 'deallocated';

/** The model of the operating system in a virtual machine. */
export interface GuestModel {
  createWindows: typeof createWindows;
  rebootWindows: typeof rebootWindows;
  runScript: typeof runScript;
  /** Absent: scripts on Linux do nothing. */
  runLinux?: typeof runLinux;
  knownPhase: typeof knownPhase;
}

/** One request to Azure Resource Manager, free of transport. */
export interface ArmRequest {
  method: string;
  /** Path only, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Text of the body; empty if there is none. */
  body: string;
  /** What a test asked to happen to the operation that this request starts. */
  operationFault?: OperationFault;
}

export interface OperationFault {
  status: 'Failed' | 'Canceled';
  code: string;
  message: string;
  details?: { code: string; message: string }[];
}

export interface ArmResponse {
  status: number;
  headers: Record<string, string>;
  /** Empty for an answer without body. */
  body: string;
}
