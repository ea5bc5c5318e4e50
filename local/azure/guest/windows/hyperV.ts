import { switchAlias } from '../interfaces';
import type { WindowsState } from '../types';
import { freeIndex, hypervisorMac } from './adapters';

/** New-VMSwitch -SwitchType Internal: with an adapter of its own in the host, which nobody gives an address. */
export function makeSwitch(state: WindowsState, name: string, random: () => number): void {
  state.switches.push({ name, type: 'Internal' });
  const alias = switchAlias(name);
  state.adapters = state.adapters.filter((adapter) => adapter.alias !== alias);
  const index = freeIndex(state);
  state.adapters.push({
    index,
    alias,
    description: 'Hyper-V Virtual Ethernet Adapter',
    mac: hypervisorMac(random),
    kind: 'vEthernet',
    forwarding: false,
  });
  // No DHCP server answers there, so Windows takes an address of the link for itself.
  state.addresses.push({ index, address: '169.254.77.21', prefixLength: 16, origin: 'WellKnown' });
}

/** Remove-VMSwitch: its adapter in the host goes with it, and all that hung on that. */
export function dropSwitch(state: WindowsState, name: string): void {
  const alias = switchAlias(name);
  const gone = state.adapters.find((adapter) => adapter.alias === alias);
  state.switches = state.switches.filter((one) => one.name !== name);
  state.adapters = state.adapters.filter((adapter) => adapter !== gone);
  state.addresses = state.addresses.filter(({ index }) => index !== gone?.index);
  const { [alias]: _, ...others } = state.dhcp.bindings;
  state.dhcp.bindings = others;
}
