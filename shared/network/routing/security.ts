import { gateAt, type InterfaceFacts, type NetworkView, type Protocol } from '../walk';
import { flowsOf, type Flow } from './flows';
import type { RoutingWish } from './wish';

/** What a rule is tried with; a rule for single other ports is not seen. */
const probes: [protocol: Protocol, port: number][] = [
  ['icmp', 0],
  ['tcp', 443],
  ['tcp', 3389],
];

/**
 * Rules of security groups on Hyper-V-LAN and on the routed subnets that stop what the host's guests send or are sent, in
 * words. Tried are the ends of every range and where denied blocks begin, not all pairs of the latter. Nothing is ever
 * written to a group: its owner decides.
 */
export function blockingRules(view: NetworkView, wish: RoutingWish): string[] {
  const connected = withExtra(view, wish.extraPrefixes);
  return [...new Set(flowsOf(view, wish).flatMap((flow) => blocked(connected, flow)))];
}

/** The tag VirtualNetwork holds what is behind gateways, too, of which nothing was read. */
const withExtra = (view: NetworkView, extra: string[]): NetworkView => ({
  ...view,
  virtualNetworks: view.virtualNetworks.map((one) => ({ ...one, ranges: [...one.ranges, ...extra] })),
});

interface Stop {
  rule: string;
  probe: string;
  source: string;
  destination: string;
}

function blocked(view: NetworkView, flow: Flow): string[] {
  const pairs = pairsOf(flow);
  const stops = flow.meets.flatMap((at) => stopsAt(view, at, pairs));
  return [...new Set(stops.map(({ rule }) => rule))].map((rule) => {
    const all = stops.filter((one) => one.rule === rule);
    const what = [...new Set(all.map(({ probe }) => probe))];
    const which = what.length === probes.length ? '' : ` (${what.join(', ')})`;
    const hit = new Set(all.map(({ source, destination }) => `${source} to ${destination}`));
    const [first] = hit;
    const part = hit.size === pairs.length ? '' : `, such as ${first}`;
    return `${rule}${which} blocks ${flow.from.name} to ${flow.to.name}${part}.`;
  });
}

type Pair = [source: string, destination: string];

function pairsOf({ from, to }: Flow): Pair[] {
  const sources = [...from.ends, ...from.inside];
  return [
    ...sources.flatMap((source) => to.ends.map((end): Pair => [source, end])),
    ...from.ends.flatMap((end) => to.inside.map((inside): Pair => [end, inside])),
  ];
}

function stopsAt(view: NetworkView, { subnetId, direction }: Flow['meets'][number], pairs: Pair[]): Stop[] {
  const gate = gateAt(view, probeIn(subnetId), direction);
  return pairs.flatMap(([source, destination]) =>
    probes.flatMap(([protocol, destinationPort]) => {
      const by = gate({ source, destination, protocol, sourcePort: 50_000, destinationPort });
      const probe = protocol === 'icmp' ? protocol : `${protocol}/${destinationPort}`;
      return by ? [{ rule: `${by.rule.name} of ${by.group.name}`, probe, source, destination }] : [];
    }),
  );
}

/** Only the group of the subnet counts. */
const probeIn = (subnetId: string): InterfaceFacts => ({
  id: 'probe',
  name: 'probe',
  subnetId,
  addresses: [],
  primary: false,
  ipForwarding: true,
  publicAddress: false,
  translatesToInternet: false,
  applicationSecurityGroups: [],
  frontends: [],
});
