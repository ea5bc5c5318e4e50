import type { Cloud } from './cloud';
import type { WindowsState } from './guest';
import { key } from './ids';
import { rendered } from './edge/drift';
import type { PowerState } from './types';
import { walk } from './walk';
import type { Endpoint, WalkOptions, WalkResult } from './walk';

/** Sends one packet through the cloud as it is now. Throws RangeError if an endpoint names nothing that exists. */
export function sendPacket(
  cloud: Cloud,
  from: Endpoint,
  to: Endpoint,
  options: WalkOptions = {},
): WalkResult {
  const view = {
    resources: rendered(cloud),
    guests: systemsOf(cloud),
    powerState: (vmId: string) => simplePower(cloud.machine(vmId)?.power),
  };
  return walk(view, from, to, options);
}

/** Every Windows, by the id of its machine in lower case. */
export function systemsOf(cloud: Cloud): Record<string, WindowsState> {
  const systems: Record<string, WindowsState> = {};
  for (const [id, { guest }] of cloud.machines) if (guest) systems[key(id)] = guest;
  return systems;
}

function simplePower(power: PowerState | undefined): 'running' | 'stopped' | 'deallocated' {
  if (power === 'running') return 'running';
  return power === 'deallocated' || power === 'deallocating' ? 'deallocated' : 'stopped';
}
