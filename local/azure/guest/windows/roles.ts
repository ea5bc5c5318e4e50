import type { WindowsState } from '../types';

/** Install-WindowsFeature: Hyper-V waits for a restart, everything else is there at once. */
export function installFeatures(state: WindowsState, names: string[]): void {
  for (const name of names) {
    const pending = name === 'Hyper-V';
    state.features[name] = pending ? 'InstallPending' : 'Installed';
    if (pending) state.rebootPending = true;
  }
  const { services } = state;
  if (names.includes('DHCP')) services.DHCPServer ??= { status: 'Running', startType: 'Automatic' };
  if (!names.includes('Routing')) return;
  services.RemoteAccess ??= { status: 'Stopped', startType: 'Disabled' };
  // Routing brings the web server with it.
  services.W3SVC ??= { status: 'Running', startType: 'Automatic' };
}
