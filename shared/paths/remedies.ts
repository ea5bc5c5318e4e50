import { within } from '../network/walk/lookup';
import type { Broken, NetworkView } from '../network/walk';

/** What broke, and where the packet was to go when it did. */
export type Breakage = Pick<Broken, 'kind' | 'id'> & { destination: string };

/** What to do about an element that breaks a path; decided by what the element is, never by the words of the reason. */
export function remedyFor(view: NetworkView, network: string, broken: Breakage): string {
  const reconcile = `POST /api/v1/reconciliations for network ${network}`;
  const converge = `POST /api/v1/networks/${network}/converge`;
  const { kind, id, destination } = broken;
  switch (kind) {
    case 'interface': {
      const host = view.hosts.find(({ nic2 }) => nic2 === id);
      const nic = view.interfaces.find((one) => one.id === id);
      if (host && nic && !nic.ipForwarding)
        return `Switch IP forwarding on at this network interface; ${reconcile} does it.`;
      if (!nic?.machine) return 'Attach the network interface to its machine.';
      return 'Let the machine forward, or send what goes out through one that translates it.';
    }
    case 'machine':
      return 'Start the machine.';
    case 'host':
      return `Run ${converge}: it puts routing, NAT and DHCP in the host right and says what would need a restart.`;
    case 'guest':
      return `Run ${converge}, then renew the lease in the guest.`;
    case 'routeTable':
    case 'subnet':
      if (toGuests(view, destination))
        return `The subnet needs the host's route. ${reconcile} restores one that was there; ${converge} adds it to subnets that are new in the definition; a route of somebody else is theirs to change.`;
      return kind === 'routeTable'
        ? 'Whoever owns the route table has to change that route.'
        : 'Put a machine there, or give the subnet the way that is missing (NAT gateway, public address, route).';
    case 'securityGroup':
      return 'Whoever owns the security group has to allow it by a rule of higher priority; the app never writes to groups.';
    case 'peering':
      return 'Connect the peering on both sides and allow access, and forwarded traffic on the side that receives it.';
    case 'gateway':
      return 'Look at the gateway, its connections and what it announces.';
    case 'protection':
      return 'Nothing is wrong: this keeps guests from the identity of their host. What the network wants is in hosts.metadataProtection.';
    case 'endpoint':
      return 'Name an end that has an address and answers.';
  }
}

const toGuests = ({ hosts }: NetworkView, destination: string): boolean =>
  destination !== '' && hosts.some(({ ghostedPrefix }) => within([ghostedPrefix], destination));
