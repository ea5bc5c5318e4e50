import common from './common.ps1';
import dhcp from './dhcp.ps1';
import features from './features.ps1';
import find from './find.ps1';
import frame from './frame.ps1';
import inventory from './inventory.ps1';
import network from './network.ps1';
import parameters from './parameters.ps1';
import router from './router.ps1';
import routes from './routes.ps1';
import verify from './verify.ps1';
import type { GuestPhase } from './types';

export { buildParameters, encodeParameters } from './parameters';
export type { GuestPlanFacts } from './parameters';
export { inventoryFacts, parseResult, readInventoryFacts, readVerifyFacts, verifyFacts } from './result';
export type { InventoryFacts, VerifyFacts } from './result';
export type { GuestCheck, GuestParameters, GuestPhase, GuestResult, HostRoute } from './types';
export { sentinel } from './types';

const phases: Record<GuestPhase, string[]> = {
  features: [features],
  network: [router, routes, dhcp, network],
  verify: [verify],
  inventory: [inventory],
};

export const guestPhases: readonly GuestPhase[] = ['features', 'network', 'verify', 'inventory'];

/**
 * The complete script of a phase: ASCII, LF, one mandatory parameter `-Parameters`. Always the same text for
 * the same phase; nothing of a request is ever part of it.
 */
export function scriptOf(phase: GuestPhase): string {
  return [common, parameters, find, frame, ...phases[phase]].join('\n').replaceAll('\r\n', '\n');
}
