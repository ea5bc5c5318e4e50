import { formatAddress, lastHost, overlaps, type Prefix } from '../network/ipv4';
import { readPrefix, readPrefixes, within } from '../network/walk/lookup';
import type { Endpoint, InterfaceFacts, NetworkView, SubnetFacts } from '../network/walk';
import { labelOf, type End } from './ends';

/** Where a path begins or ends in a view. */
export interface Placed {
  label: string;
  endpoint: Endpoint;
  /** Nobody is there: a machine that could be is assumed. */
  assumed?: InterfaceFacts;
}

/**
 * Finds somebody for an end: a running machine of the subnet or prefix, hosts aside, or else one that is assumed to be
 * there, since a path is no worse for nobody using it yet. Behind a gateway any address of its routes will do.
 */
export function place(view: NetworkView, end: End): Placed {
  const label = spelling(view, end);
  switch (end.kind) {
    case 'guest':
      return { label, endpoint: { guestOf: end.host } };
    case 'internet':
    case 'dns':
      return { label, endpoint: end.kind };
    case 'address':
      return { label, endpoint: { address: end.address } };
    case 'subnet': {
      const subnet = view.subnets.find(({ id }) => id === end.subnet);
      if (!subnet) return { label, endpoint: { subnet: end.subnet } };
      const gateway = view.gateways.find(({ subnetId }) => subnetId === subnet.id);
      if (gateway) return { label, endpoint: behind(gateway.routes, subnet) };
      return { label, ...member(view, subnet, readPrefixes(subnet.prefixes)) };
    }
    case 'prefix': {
      const prefix = readPrefix(end.prefix);
      const subnet = prefix && subnetWith(view, prefix);
      if (subnet && prefix) return { label, ...member(view, subnet, [narrower(prefix, subnet)]) };
      return { label, endpoint: { address: someAddress(prefix ? [prefix] : []) } };
    }
  }
}

/** Subnets are named as Azure spells them. */
function spelling(view: NetworkView, end: End): string {
  const subnet = end.kind === 'subnet' ? view.subnets.find(({ id }) => id === end.subnet)?.name : undefined;
  return subnet === undefined ? labelOf(end) : `subnet:${subnet}`;
}

function behind(routes: string[], subnet: SubnetFacts): Endpoint {
  const [first] = readPrefixes(routes);
  return first ? { onPremises: someAddress([first]) } : { subnet: subnet.id };
}

const subnetWith = (view: NetworkView, prefix: Prefix): SubnetFacts | undefined =>
  view.subnets.find(({ prefixes }) => readPrefixes(prefixes).some((one) => overlaps(one, prefix)));

function narrower(prefix: Prefix, subnet: SubnetFacts): Prefix {
  const inside = readPrefixes(subnet.prefixes).find((one) => overlaps(one, prefix));
  return inside && inside.length > prefix.length ? inside : prefix;
}

function member(
  view: NetworkView,
  subnet: SubnetFacts,
  prefixes: Prefix[],
): Pick<Placed, 'endpoint' | 'assumed'> {
  const texts = prefixes.map(({ base, length }) => `${formatAddress(base)}/${length}`);
  const present = view.interfaces.find(
    (nic) =>
      nic.subnetId === subnet.id &&
      nic.machine?.running === true &&
      within(texts, nic.addresses[0] ?? '') &&
      !view.hosts.some(({ nic1, nic2 }) => nic.id === nic1 || nic.id === nic2),
  );
  if (present) return { endpoint: { address: present.addresses[0] ?? '' } };
  const taken = new Set(view.interfaces.flatMap(({ addresses }) => addresses));
  const address = someAddress(prefixes, taken);
  return { endpoint: { address }, assumed: assumedIn(subnet, address) };
}

/** The first address that Azure would give away: it keeps four of each subnet. */
function someAddress([prefix]: Prefix[], taken: ReadonlySet<string> = new Set()): string {
  if (!prefix) return '';
  if (prefix.length >= 31) return formatAddress(prefix.base);
  for (let value = Math.min(prefix.base + 4, lastHost(prefix)); value <= lastHost(prefix); value += 1) {
    if (!taken.has(formatAddress(value))) return formatAddress(value);
  }
  return formatAddress(lastHost(prefix));
}

function assumedIn(subnet: SubnetFacts, address: string): InterfaceFacts {
  const name = `of any machine in ${subnet.name}`;
  const id = `${subnet.id}/assumed`;
  return {
    id,
    name,
    subnetId: subnet.id,
    addresses: [address],
    machine: { id, name, running: true },
    primary: true,
    ipForwarding: false,
    publicAddress: false,
    frontends: [],
    translatesToInternet: false,
    applicationSecurityGroups: [],
  };
}
