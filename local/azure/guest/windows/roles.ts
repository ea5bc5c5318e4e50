import type { WindowsState } from '../types';
import { featureFacts } from './defaults';
import { automatic } from './services';

/** Install-WindowsFeature -IncludeManagementTools: with what comes with each, as far as this Windows has it. */
export function installFeatures(state: WindowsState, names: string[]): void {
  for (const name of names) {
    if (state.features[name] !== 'Available') continue;
    const { restart = false, brings = [], tools = [], services = [] } = featureFacts[name] ?? {};
    state.features[name] = restart ? 'InstallPending' : 'Installed';
    if (restart) state.rebootPending = true;
    for (const service of services) state.services[service] ??= automatic();
    installFeatures(state, [...brings, ...tools]);
  }
}
