import type { NicFacts } from '../contract';
import { addressesOf } from '../interfaces';
import type { WindowsState } from '../types';
import { changeHardware, plugIn } from './adapters';
import { fromImage } from './images';
import { automatic, startServices } from './services';

/** A Windows Server as it comes up: for the first time from its image, later as it was shut down. */

export function instant(epochMs: number): string {
  return new Date(Math.floor(epochMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}

export function createWindows(args: {
  computerName: string;
  imageSku: string;
  nics: NicFacts[];
  now: number;
  random: () => number;
}): WindowsState {
  const state = fromImage(args.computerName, args.imageSku, instant(args.now));
  plugIn(state, args.nics);
  return state;
}

/**
 * Windows is up again, before any startup task has run.
 * @param deallocated the machine was, and comes up on other hardware
 */
export function startWindows(
  before: WindowsState,
  now: number,
  nics: NicFacts[],
  deallocated = false,
): WindowsState {
  const state = structuredClone(before);
  state.boots = [...(state.boots ?? [state.bootTime]), instant(now)];
  state.bootTime = instant(now);
  if (deallocated) changeHardware(state);
  completeFeatures(state);
  state.routes = state.routes.filter(({ persistent, router }) => persistent || router === true);
  plugIn(state, nics);
  loadPersistentRoutes(state);
  startServices(state);
  loseNat(state);
  return state;
}

function completeFeatures(state: WindowsState): void {
  delete state.rebootInProgress;
  delete state.updatesPending;
  const { quirks } = state;
  if (quirks?.roleNeedsSecondRestart === true && state.features['Hyper-V'] === 'InstallPending') {
    delete quirks.roleNeedsSecondRestart;
    return;
  }
  for (const [name, value] of Object.entries(state.features)) {
    if (value === 'InstallPending') state.features[name] = 'Installed';
  }
  state.rebootPending = false;
  if (state.features['Hyper-V'] !== 'Installed') return;
  state.services.vmms ??= automatic();
  state.services.vmcompute ??= automatic();
}

/** The persistent store keeps routes of adapters that are gone, but nothing goes by them. */
function loadPersistentRoutes(state: WindowsState): void {
  for (const route of state.routes) {
    if (addressesOf(state, route.index).length > 0) delete route.inactive;
    else route.inactive = true;
  }
}

function loseNat(state: WindowsState): void {
  const { quirks } = state;
  if (quirks?.losesNatAtBoots === undefined || quirks.losesNatAtBoots <= 0) return;
  quirks.losesNatAtBoots -= 1;
  state.nat.interfaces = {};
}
