import type { WindowsState } from '../types';
import { availableFeatures, defaultServices, releases } from './defaults';

/** Windows Server as its images bring it: nothing installed, the agent running. */

/** `Win32_OperatingSystem.Caption` of an image; Core says the same of itself as Desktop. */
export function captionOf(imageSku: string): string {
  const [, year = '2022', second] = /(20(?:12|16|19|22|25))(-r2)?/i.exec(imageSku) ?? [];
  const release = second === undefined ? year : `${year} R2`;
  const edition = /azure-edition/i.test(imageSku) ? ' Azure Edition' : '';
  return `Microsoft Windows Server ${release} Datacenter${edition}`;
}

/** Build number of a system by its caption. */
export function buildOf({ os }: Pick<WindowsState, 'os'>): number {
  const [, release = ''] = /Windows Server (\d{4}(?: R2)?)/.exec(os) ?? [];
  return releases[release]?.build ?? 0;
}

/** Without a desktop: no graphical tools, no Server Manager. */
export function isCore(imageSku: string): boolean {
  return /(^|-)(server)?core(-|$)/i.test(imageSku);
}

/** Roles and features that a host needs; the same names on every version and edition. */
export const features = [
  'Hyper-V',
  'Hyper-V-PowerShell',
  'DHCP',
  'RSAT-DHCP',
  'Routing',
  'RSAT-RemoteAccess-PowerShell',
] as const;

/** The state before anything has been plugged in. */
export function fromImage(computerName: string, imageSku: string, bootTime: string): WindowsState {
  const edition = isCore(imageSku) ? 'Core' : 'Desktop';
  return {
    computerName,
    os: captionOf(imageSku),
    edition,
    bootTime,
    features: availableFeatures(edition),
    rebootPending: false,
    adapters: [],
    switches: [],
    addresses: [],
    routes: [],
    services: defaultServices(edition),
    rras: { routing: 'Uninstalled', interfaces: [] },
    nat: { installed: false, interfaces: {} },
    netNats: [],
    dhcp: { securityGroups: false, bindings: {}, scopes: {} },
    nestedVms: [],
    files: {},
    startupTasks: {},
    events: [],
  };
}
