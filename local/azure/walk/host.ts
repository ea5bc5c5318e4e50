import type { WindowsState } from '../guest';
import { addressesOf, chooseRoute, isRunning, macDigits } from '../guest/interfaces';
import type { ChosenRoute } from '../guest/interfaces';
import type { Adapter } from '../guest/types';
import { holds, parseAddress, parseRange } from '../ipv4';
import { guestNetwork, guestsOf } from './guests';
import type { Journey, Packet, Step } from './journey';
import { broken } from './journey';
import type { Nic, Vm } from './topology';

/** A guest hands its packet to whoever it thinks is responsible. */
export function fromGuest(journey: Journey, vm: Vm, address: string): Step {
  const { packet, hops } = journey;
  const me = `guest of ${vm.name}`;
  const guest = guestsOf(vm).guests.find((one) => one.address === address);
  const network = vm.guest && guestNetwork(vm.guest);
  if (!guest || !network) return broken(me, `no guest has the address ${address}`);
  if (vm.power !== 'running') return broken(`host ${vm.name}`, `the machine is ${vm.power}`, vm.id);
  const link = parseRange(`${guest.address}/${guest.prefixLength}`);
  const onLink = link !== undefined && holds(link, parseAddress(packet.destination) ?? 0);
  if (onLink && packet.destination !== network.address) {
    hops.push({ at: me, action: 'sends', nextHop: packet.destination, rule: 'on the switch' });
    return toGuest(vm, packet.destination);
  }
  const gateway = onLink ? network.address : guest.gateway;
  if (gateway === undefined) return broken(me, 'DHCP hands out no gateway');
  if (gateway !== network.address) return broken(me, `nobody answers at its gateway ${gateway}`);
  hops.push({ at: me, action: 'sends', nextHop: gateway });
  return { next: { kind: 'host', vm, ingress: network.adapter } };
}

function toGuest(vm: Vm, address: string): Step {
  const { guests } = guestsOf(vm);
  return guests.some((guest) => guest.address === address)
    ? { arrived: { kind: 'guest', vm, address } }
    : broken(`host ${vm.name}`, `no guest has the address ${address}`);
}

/** The host's operating system: its own, an answer to translate back, or a packet to forward. */
export function throughHost(journey: Journey, vm: Vm, ingress: Adapter | undefined): Step {
  const state = vm.guest;
  const me = `host ${vm.name}`;
  if (!state) return broken(me, 'its operating system does not route');
  translateBack(journey, vm);
  const { packet } = journey;
  const own = state.addresses.find(({ address }) => address === packet.destination);
  if (own && ingress) {
    const nic = nicFor(vm, state, own.index) ?? vm.nics[0];
    return nic ? { arrived: { kind: 'machine', nic } } : broken(me, 'it has no network interface');
  }
  const route = chooseRoute(state, packet.destination);
  if (!route) return broken(me, `its routing table has no route to ${packet.destination}`);
  if (ingress) {
    const obstacle = cannotForward(state, [ingress, route.adapter]) ?? filteredOut(state, ingress, packet);
    if (obstacle !== undefined) return broken(me, obstacle);
    translateOut(journey, vm, state, ingress, route.adapter);
  }
  return send(journey, vm, state, route);
}

/** Without RRAS, Windows forwards nothing here: stopping the service takes routing down with it. */
function cannotForward(state: WindowsState, adapters: Adapter[]): string | undefined {
  if (state.rras.routing !== 'Installed' || !isRunning(state, 'RemoteAccess')) return 'RRAS is not running';
  const off = adapters.find(({ forwarding }) => !forwarding);
  return off && `forwarding is off on ${off.alias}`;
}

/** RRAS looks at its input filters before it routes. */
function filteredOut({ rras }: WindowsState, { alias }: Adapter, packet: Packet): string | undefined {
  const matches = (prefix: string | undefined, address: string): boolean => {
    const range = prefix === undefined ? undefined : parseRange(prefix);
    return prefix === undefined || (range !== undefined && holds(range, parseAddress(address) ?? 0));
  };
  const found = (rras.filters?.[alias] ?? []).some(
    ({ source, destination, protocol, port }) =>
      matches(source, packet.source) &&
      matches(destination, packet.destination) &&
      (protocol === undefined || protocol === packet.protocol) &&
      (port === undefined || port === packet.port),
  );
  const passes = rras.filterLists?.includes(alias) === true ? found : !found;
  return !passes ? `a filter on ${alias} drops ${packet.protocol} to ${packet.destination}` : undefined;
}

function send(journey: Journey, vm: Vm, state: WindowsState, route: ChosenRoute): Step {
  const { packet, hops } = journey;
  const { adapter, prefix, nextHop, metric } = route;
  const me = `host ${vm.name}`;
  const rule = `${prefix} ${nextHop === undefined ? 'on the link' : `via ${nextHop}`} on ${adapter.alias}, metric ${metric}`;
  hops.push({ at: me, action: 'forwards', nextHop: nextHop ?? packet.destination, rule });
  if (adapter.kind === 'vEthernet') return toGuest(vm, packet.destination);
  const nic = nicFor(vm, state, adapter.index);
  return nic
    ? { next: { kind: 'leaving', nic } }
    : broken(me, `${adapter.alias} is no network interface of this machine`);
}

/** RRAS translates by the interface a packet leaves through, WinNAT by the prefix it comes from. */
function translateOut(
  journey: Journey,
  vm: Vm,
  state: WindowsState,
  ingress: Adapter,
  egress: Adapter,
): void {
  const { packet, hops, translations } = journey;
  const outside = addressesOf(state, egress.index)[0]?.address;
  if (outside === undefined || egress.index === ingress.index || egress.kind === 'vEthernet') return;
  const router = state.nat.installed && state.nat.interfaces[egress.alias] === 'full';
  const source = parseAddress(packet.source) ?? 0;
  const winNat = state.netNats.find(({ internalPrefix }) => {
    const range = parseRange(internalPrefix);
    return range && holds(range, source) && !holds(range, parseAddress(packet.destination) ?? 0);
  });
  if (!router && !winNat) return;
  translations.push({ vm, outside, inside: packet.source, remote: packet.destination });
  hops.push({
    at: `host ${vm.name}`,
    action: `translates the source ${packet.source} to ${outside}`,
    rule: router ? `RRAS NAT on ${egress.alias}` : `NetNat ${winNat?.name ?? ''}`,
  });
  journey.packet = { ...packet, source: outside };
}

function translateBack(journey: Journey, vm: Vm): void {
  const { packet, hops, translations } = journey;
  const entry = translations.find(
    ({ vm: owner, outside, remote }) =>
      owner === vm && outside === packet.destination && remote === packet.source,
  );
  if (!entry) return;
  hops.push({
    at: `host ${vm.name}`,
    action: `translates the destination ${packet.destination} back to ${entry.inside}`,
  });
  journey.packet = { ...packet, destination: entry.inside };
}

/** The Azure side of an adapter: the same MAC, or where Azure shows none yet, the same address. */
export function nicFor(vm: Vm, state: WindowsState, index: number): Nic | undefined {
  const adapter = state.adapters.find((one) => one.index === index);
  if (!adapter || adapter.kind === 'vEthernet') return undefined;
  const byMac = vm.nics.find(({ mac }) => mac !== undefined && macDigits(mac) === macDigits(adapter.mac));
  const addresses = addressesOf(state, index).map(({ address }) => address);
  return byMac ?? vm.nics.find(({ mac, address }) => mac === undefined && addresses.includes(address));
}

export function adapterFor(vm: Vm, state: WindowsState, nic: Nic): Adapter | undefined {
  return state.adapters.find(
    (adapter) => adapter.kind === 'synthetic' && nicFor(vm, state, adapter.index) === nic,
  );
}
