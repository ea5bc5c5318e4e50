import { switchAlias } from '../interfaces';
import type { WindowsState } from '../types';
import { freeIndex, hypervisorMac } from './adapters';

/** New-VMSwitch -SwitchType Internal: with an adapter of its own in the host. */
export function makeSwitch(state: WindowsState, name: string, random: () => number): void {
  state.switches.push({ name, type: 'Internal' });
  const alias = switchAlias(name);
  state.adapters = state.adapters.filter((adapter) => adapter.alias !== alias);
  state.adapters.push({
    index: freeIndex(state),
    alias,
    description: 'Hyper-V Virtual Ethernet Adapter',
    mac: hypervisorMac(random),
    kind: 'vEthernet',
    forwarding: false,
  });
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
