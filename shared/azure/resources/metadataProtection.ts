import type { ProxyAgentSettings } from '@azure/arm-compute';
import type { HostSpec, MetadataWall, NetworkDefinition } from '../../records/types';

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

/** Of a VM that exists Windows itself says what it is; `os` as the guest reports it, absent where it was never asked. */
export const takesSecurityProtocol = (spec: HostSpec, os: string | undefined): boolean =>
  os === undefined
    ? usesSecurityProtocol({ ...spec, metadataProtection: 'full' })
    : /Windows Server (2019|202\d)/i.test(os);

/** The specification with another protection, as it would read if the host had been ordered so on its network. */
export function withProtection(
  { metadataProtection: _, ...spec }: HostSpec,
  { hosts }: Pick<NetworkDefinition, 'hosts'>,
  wanted: MetadataWall,
): HostSpec {
  const usual = hosts.metadataProtection === undefined && wanted === 'full';
  return usual ? spec : { ...spec, metadataProtection: wanted };
}
