import type { ProxyAgentSettings } from '@azure/arm-compute';
import type { HostSpec } from '../../records/types';

/**
 * Azure's metadata security protocol: the instance metadata service and the wire server answer only what the host's own
 * agent has signed, and what a guest sends through the host is not.
 */
export const enforced: ProxyAgentSettings = {
  enabled: true,
  wireServer: { mode: 'Enforce' },
  imds: { mode: 'Enforce' },
};

/** Microsoft names Windows Server 2019, 2022 and 2025 as supported; of other images nothing is known. */
export function usesSecurityProtocol({ metadataProtection = 'full', image }: HostSpec): boolean {
  const [, year = '0'] = /(?:^|-)(20\d\d)(?:-|$)/.exec(image.sku) ?? [];
  const isWindowsServer = image.publisher.toLowerCase() === 'microsoftwindowsserver';
  return metadataProtection === 'full' && isWindowsServer && Number(year) >= 2019;
}
