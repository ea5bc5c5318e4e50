import type { WindowsState } from '../../local/azure/guest';

/**
 * What a machine is, whoever made it so: without the times of its starts, the MAC that a hypervisor makes up, and the
 * files, in which scripts keep more than the model needs.
 */
export function machineOf(state: WindowsState): Partial<WindowsState> {
  const { bootTime: _, boots: __, files, adapters, ...machine } = structuredClone(state);
  return {
    ...machine,
    files: Object.fromEntries(Object.keys(files).map((path) => [path, 'kept'])),
    adapters: adapters.map((one) => (one.kind === 'vEthernet' ? { ...one, mac: 'made up' } : one)),
  };
}
