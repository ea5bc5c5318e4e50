import { overlaps, parsePrefix, type Prefix } from './ipv4';

/** Azure's virtual public address: DNS, DHCP, health probes and the VM agent's wire server. */
export const platformAddress = '168.63.129.16';

/** The instance metadata service, which gives tokens of a VM's identity to whoever asks in its name. */
export const metadataAddress = '169.254.169.254';

/** What guests must not reach in their host's name, as `address` or `address:port`; the platform's DNS is not among it. */
export const closedToGuests = [metadataAddress, `${platformAddress}:80`, `${platformAddress}:32526`] as const;

const ranges = (
  [
    ['0.0.0.0/8', "'this network'"],
    ['127.0.0.0/8', 'loopback'],
    ['168.63.129.16/32', "Azure's own DNS and wire server"],
    ['169.254.0.0/16', 'link-local addresses, among them the instance metadata service'],
    ['224.0.0.0/4', 'multicast'],
    ['255.255.255.255/32', 'broadcast'],
  ] as const
).map(([text, use]) => ({ text, use, prefix: parsePrefix(text) }));

/** Says which range that Azure forbids in a VNet the prefix touches; undefined if none. */
export function forbiddenRange(prefix: Prefix): { text: string; use: string } | undefined {
  return ranges.find((range) => overlaps(range.prefix, prefix));
}
