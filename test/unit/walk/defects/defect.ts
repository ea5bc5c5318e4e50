import type { Adapter, WindowsState } from '../../../../local/azure/guest/types';
import type { World } from '../world';
import type { Way } from './ways';

/** One thing that is wrong, all that it breaks, and why it breaks that and nothing else. */
export interface Defect {
  name: string;
  damage: (world: World) => void;
  /** The ways that fail; all others still work. */
  fail: Way[];
  /** Ways that are closed on purpose and stand open now. Absent: none. */
  open?: Way[];
  because: string;
  /** Element and part of the reason, for the first of them. */
  element?: string;
  reason?: string;
}

export function adapter(state: WindowsState, alias: string): Adapter {
  const found = state.adapters.find((one) => one.alias === alias);
  if (!found) throw new Error(alias);
  return found;
}

/** The damage is done to Windows on hv-01. */
export const onHost = (damage: (state: WindowsState) => unknown) => (world: World) => {
  damage(world.windows('hv-01'));
};

export const dropRoute = (prefix: string) =>
  onHost((state) => (state.routes = state.routes.filter((route) => route.prefix !== prefix)));

export const rules = (world: World, subnet: string, properties: Record<string, unknown>): void => {
  const nsg = world.add('Microsoft.Network/networkSecurityGroups', 'rules', {
    securityRules: [
      { name: 'no-ghosts', properties: { priority: 100, access: 'Deny', protocol: '*', ...properties } },
    ],
  });
  world.set(subnet, { networkSecurityGroup: { id: nsg.id } });
};
