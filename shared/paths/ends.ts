import type { FieldError } from '../api/problems';
import { InvalidIpv4, parseAddress } from '../network/ipv4';

/** One end of a path, as a caller names it. */
export type End =
  | { kind: 'guest'; host: string }
  /** Name of one of the definition's subnets, or an ARM id of one, in lower case. */
  | { kind: 'subnet'; subnet: string }
  /** `port`: of tcp; only of the end that is asked. */
  | { kind: 'address'; address: string; port?: number }
  | { kind: 'prefix'; prefix: string }
  | { kind: 'internet' }
  | { kind: 'dns' };

/** What ends may name on one network. */
export interface Known {
  /** The host whose guests `guest` means. */
  host: string;
  /** Hosts of the network that have addresses. */
  hosts: readonly string[];
  subnets: readonly { id: string; name: string }[];
}

export interface Ends {
  from: End;
  to: End;
}

const syntax =
  'guest, guest:<host>, subnet:<name or id>, internet, dns or an IPv4 address, with :<port> if it is the one that is asked';

/**
 * Reads both ends, one of which may be left out: it is the host's first guest then.
 * @returns the ends, or every mistake in them.
 */
export function readEnds(query: { from?: string; to?: string }, known: Known): Ends | FieldError[] {
  const from = readEnd(query.from ?? 'guest', known);
  const to = readEnd(query.to ?? 'guest', known);
  const mistakes: FieldError[] = [];
  const report = (pointer: string, detail: string) => void mistakes.push({ pointer, detail });
  if (typeof from === 'string') report('/from', from);
  else if (from.kind === 'internet' || from.kind === 'dns')
    report('/from', `Nothing comes in from ${from.kind} unasked; it can only be the end of a path.`);
  else if (from.kind === 'address' && from.port !== undefined)
    report('/from', 'Only the end that is asked has a port.');
  if (typeof to === 'string') report('/to', to);
  if (typeof from === 'string' || typeof to === 'string' || mistakes.length > 0) return mistakes;
  return labelOf(from) === labelOf(to)
    ? [{ pointer: query.to === undefined ? '/from' : '/to', detail: 'Both ends of the path are the same.' }]
    : { from, to };
}

/** A text says what is wrong. */
function readEnd(text: string, { host, hosts, subnets }: Known): End | string {
  const [kind, ...rest] = text.trim().split(':');
  const name = rest.join(':').trim().toLowerCase();
  if (rest.length === 0) {
    if (kind === 'guest') return { kind: 'guest', host };
    if (kind === 'internet' || kind === 'dns') return { kind };
    return readAddress(text.trim());
  }
  if (kind === 'guest') {
    return hosts.includes(name)
      ? { kind: 'guest', host: name }
      : `The network has no host ${name} with addresses.`;
  }
  if (kind === 'subnet') {
    const found = subnets.find((one) => one.name.toLowerCase() === name || one.id.toLowerCase() === name);
    const names = subnets.map((one) => one.name).join(', ');
    return found
      ? { kind: 'subnet', subnet: found.id.toLowerCase() }
      : `The definition has no subnet ${rest.join(':')}; it has ${names}.`;
  }
  return kind !== undefined && /^[\d.]+$/.test(kind) && rest.length === 1
    ? readAddress(kind, name)
    : `An end of a path is ${syntax}.`;
}

function readAddress(text: string, port?: string): End | string {
  if (!/^[\d.]+$/.test(text)) return `An end of a path is ${syntax}.`;
  if (port !== undefined && (!/^[1-9]\d{0,4}$/.test(port) || Number(port) > 65_535))
    return `'${port}' is no port from 1 to 65535.`;
  try {
    parseAddress(text);
    return { kind: 'address', address: text, ...(port === undefined ? {} : { port: Number(port) }) };
  } catch (error) {
    if (error instanceof InvalidIpv4) return error.message;
    throw error;
  }
}

/** The end in the words of the API. */
export function labelOf(end: End): string {
  switch (end.kind) {
    case 'guest':
      return `guest:${end.host}`;
    case 'subnet':
      return `subnet:${end.subnet}`;
    case 'address':
      return end.port === undefined ? end.address : `${end.address}:${end.port}`;
    case 'prefix':
      return end.prefix;
    case 'internet':
    case 'dns':
      return end.kind;
  }
}
