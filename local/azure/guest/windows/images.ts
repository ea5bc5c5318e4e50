import type { WindowsState } from '../types';

/** Windows Server as its images bring it: nothing installed, the agent running. */

const builds: Record<string, number> = {
  '2012': 9200,
  '2012 R2': 9600,
  '2016': 14393,
  '2019': 17763,
  '2022': 20348,
  '2025': 26100,
};

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
  return builds[release] ?? 0;
}

/** Without a desktop: no graphical tools, no Server Manager. */
export function isCore(imageSku: string): boolean {
  return /(^|-)(server)?core(-|$)/i.test(imageSku);
}

/** Roles and features that a host may need; the same names on every version and edition. */
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
  return {
    computerName,
    os: captionOf(imageSku),
    edition: isCore(imageSku) ? 'Core' : 'Desktop',
    bootTime,
    features: Object.fromEntries(features.map((name) => [name, 'Available'])),
    rebootPending: false,
    adapters: [],
    switches: [],
    addresses: [],
    routes: [],
    services: { WindowsAzureGuestAgent: { status: 'Running', startType: 'Automatic' } },
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
