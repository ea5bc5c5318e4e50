import type { z } from 'zod';
import type { plan } from '../../api/shapes';
import type { GuestParameters } from '../../guest';
import type { HostAddresses } from '../../records/types';
import type { Obstacle } from '../obstacle';

/** All that a provisioning would do, known before it does any of it. */
export interface HostPlan {
  network: string;
  host: string;
  /** True if nothing would be written and nothing be run. */
  empty: boolean;
  /** sha256 of all that would be done; absent while there are obstacles. By this a plan is approved. */
  planHash?: string;
  /** Usual time from the start of the first step, without a wait for a turn. */
  estimatedSeconds: number;
  addresses: HostAddresses;
  /** In the order of the steps; what exists already and is as it should be is among them. */
  resources: PlannedResource[];
  /** Runs inside Windows, in their order; each with its parameters. */
  guest: PlannedPhase[];
  /** Why it would be refused. */
  obstacles: Obstacle[];
  /** What does not stop it but may be in the way of its guests, or of its undo. */
  warnings: string[];
}

export type PlannedKind =
  'subnet' | 'publicIp' | 'networkInterface' | 'virtualMachine' | 'routeTable' | 'route' | 'association';

/** One look at one resource, and the PUT that follows from it. */
export interface PlannedResource {
  step: 'createSubnets' | 'createVirtualMachine' | 'attachSecondNic' | 'enableIpForwarding' | 'addRoute';
  kind: PlannedKind;
  /** ARM id. */
  id: string;
  change: 'created' | 'updated' | 'unchanged';
  /** JSON body of the PUT; the password of the administrator is added when it is sent. */
  body?: Record<string, unknown>;
  /** The body holds only what changes: everything else goes back as it is read then. */
  partial?: true;
}

/** A phase and the parameters that it gets; what only the operation knows is a placeholder. */
export interface PlannedPhase {
  phase: GuestParameters['phase'];
  parameters: Omit<GuestParameters, 'nic1' | 'nic2'> &
    Record<'nic1' | 'nic2', { mac?: string; address: string }>;
  /** sha256 of the script that is run with them. */
  script: string;
}

/** A plan as a dry run leaves it and the API tells it. */
export type PlanDocument = z.output<typeof plan>;

/** Stands where the id of the operation will be. */
export const operationPlaceholder = '<operation>';
