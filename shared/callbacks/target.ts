import ipaddr from 'ipaddr.js';

/** Where callbacks may go. Patterns are `host`, `*.domain` or either with `:port`; the port is 443 otherwise. */
export interface CallbackRules {
  hosts: string[];
  /** For development: hosts whose addresses may be loopback or private. Empty in production. */
  privateHosts: string[];
}

export interface Target {
  url: URL;
  /** Loopback and private addresses are allowed. */
  mayBePrivate: boolean;
}

export const hostPattern =
  /^(?:\*\.)?(?=[a-z0-9.-]{1,253}(?::|$))(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*(?::\d{1,5})?$/;

/** Judges a URL by itself, without resolving its name. The text says what is wrong with it. */
export function judgeTarget(text: string, rules: CallbackRules): Target | string {
  if (!URL.canParse(text)) return 'This is not a URL.';
  const url = new URL(text);
  if (url.protocol !== 'https:') return 'A callback goes to an https URL.';
  if (url.username !== '' || url.password !== '') return 'A callback URL carries no user name or password.';
  const host = url.hostname;
  if (ipaddr.isValid(host.replace(/^\[|\]$/g, '')))
    return 'Name the receiver by its DNS name, not by an address.';
  const mayBePrivate = rules.privateHosts.some((one) => matches(one, url));
  if (mayBePrivate || rules.hosts.some((one) => matches(one, url))) return { url, mayBePrivate };
  return `Callbacks to ${url.host} are not allowed. The operator of this app names allowed hosts in CALLBACK_HOSTS.`;
}

function matches(allowed: string, { hostname, port }: URL): boolean {
  const [name = '', wantedPort = ''] = allowed.split(':');
  if ((port === '' ? '443' : port) !== (wantedPort === '' ? '443' : wantedPort)) return false;
  return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : hostname === name;
}

/** Azure's DNS, DHCP and wire server: a public address by its number, and the host's own by its meaning. */
const platformAddress = '168.63.129.16';

const privateRanges: string[] = ['loopback', 'private', 'uniqueLocal'];

/**
 * Why nothing may be sent to an address; undefined if it may. Only ordinary public addresses may be reached: what is
 * mapped or translated (`::ffff:`, `64:ff9b::`, 6to4, Teredo) is judged by what it stands for, or refused.
 */
export function addressRefusal(text: string, mayBePrivate = false): string | undefined {
  if (!ipaddr.isValid(text)) return `${text} is no address`;
  const address = ipaddr.process(text);
  const range = address.range();
  if (address.toString() === platformAddress) return `${text} is an address of the Azure platform`;
  if (mayBePrivate && privateRanges.includes(range)) return undefined;
  if (range !== 'unicast') return `${text} is not a public address (${range})`;
  // Of IPv6 only 2000::/3 is given out; the rest may mean something to a router one day.
  if (address.kind() === 'ipv6' && !address.match(ipaddr.parse('2000::'), 3)) {
    return `${text} is not a public address`;
  }
  return undefined;
}
