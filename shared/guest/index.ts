import { createHash } from 'node:crypto';
import adapters from './adapters.ps1';
import adaptersChange from './adapters-change.ps1';
import adaptersDisk from './adapters-disk.ps1';
import adaptersFeatures from './adapters-features.ps1';
import adaptersNetwork from './adapters-network.ps1';
import adaptersRead from './adapters-read.ps1';
import adaptersRemove from './adapters-remove.ps1';
import adaptersRoles from './adapters-roles.ps1';
import boot from './boot.ps1';
import bootTask from './bootTask.ps1';
import common from './common.ps1';
import dataDisk from './dataDisk.ps1';
import deconfigure from './deconfigure.ps1';
import dhcp from './dhcp.ps1';
import disk from './disk.ps1';
import features from './features.ps1';
import filters from './filters.ps1';
import find from './find.ps1';
import frame from './frame.ps1';
import guests from './guests.ps1';
import interrupt from './interrupt.ps1';
import inventory from './inventory.ps1';
import network from './network.ps1';
import parameters from './parameters.ps1';
import planned from './planned.ps1';
import probes from './probes.ps1';
import probesBoot from './probes-boot.ps1';
import probesDhcp from './probes-dhcp.ps1';
import probesDisk from './probes-disk.ps1';
import probesNetwork from './probes-network.ps1';
import probesRoutes from './probes-routes.ps1';
import protect from './protect.ps1';
import remove from './remove.ps1';
import router from './router.ps1';
import routes from './routes.ps1';
import services from './services.ps1';
import settle from './settle.ps1';
import state from './state.ps1';
import switches from './switch.ps1';
import values from './values.ps1';
import verify from './verify.ps1';
import ways from './ways.ps1';
import type { GuestPhase } from './types';

export { buildParameters, decodeParameters, encodeParameters } from './parameters';
export type { GuestPlanFacts } from './parameters';
export {
  inventoryFacts,
  parseResult,
  readInventoryFacts,
  readLeft,
  readVerifyFacts,
  readWarnings,
  verifyFacts,
} from './result';
export type { InventoryFacts, VerifyFacts } from './result';
export type { GuestCheck, GuestParameters, GuestPhase, GuestResult, HostRoute } from './types';
export { sentinel } from './types';
export { defaultTimeouts, isOverdue, timeoutOf } from './timeouts';
export type { GuestTimeouts } from './timeouts';

/** The layer between the phases and Windows: what a test replaces. */
interface Parts {
  adapters: string[];
  phase: string[];
}

const read = [adapters, adaptersRead, adaptersNetwork];

const parts: Record<GuestPhase, Parts> = {
  features: { adapters: [...read, adaptersChange, adaptersFeatures], phase: [settle, features] },
  network: {
    adapters: [...read, adaptersChange, adaptersRoles, adaptersDisk],
    phase: [
      settle,
      bootTask,
      boot,
      interrupt,
      services,
      switches,
      planned,
      router,
      filters,
      protect,
      ways,
      routes,
      dhcp,
      dataDisk,
      disk,
      network,
    ],
  },
  verify: {
    adapters: read,
    phase: [
      settle,
      bootTask,
      filters,
      ways,
      planned,
      probes,
      probesNetwork,
      probesRoutes,
      probesDhcp,
      dataDisk,
      probesDisk,
      probesBoot,
      verify,
    ],
  },
  inventory: { adapters: read, phase: [guests, inventory] },
  deconfigure: {
    adapters: [...read, adaptersChange, adaptersRoles, adaptersRemove],
    phase: [bootTask, guests, services, filters, protect, ways, routes, remove, deconfigure],
  },
};

export const guestPhases: readonly GuestPhase[] = [
  'features',
  'network',
  'verify',
  'inventory',
  'deconfigure',
];

/**
 * The complete script of a phase: ASCII, LF, one mandatory parameter `-Parameters`. Always the same text for
 * the same phase; nothing of a request is ever part of it. `layer` takes the place of the adapter layer, for tests.
 */
export function scriptOf(phase: GuestPhase, layer?: string): string {
  const { adapters: own, phase: rest } = parts[phase];
  const version = phase === 'network' ? [`$ScriptVersion = '${bootVersion()}'\n`] : [];
  return joined([...version, ...(layer === undefined ? own : [layer])], rest);
}

const joined = (layer: string[], rest: string[]): string =>
  [common, values, parameters, ...layer, state, find, frame, ...rest].join('\n').replaceAll('\r\n', '\n');

let version: string | undefined;

/**
 * Version of the script that phase network leaves for the startup task: the beginning of the SHA-256 of all its text but the
 * version, which it carries itself.
 */
export function bootVersion(): string {
  const { adapters: own, phase } = parts.network;
  version ??= createHash('sha256').update(joined(own, phase), 'utf8').digest('hex').slice(0, 16);
  return version;
}
