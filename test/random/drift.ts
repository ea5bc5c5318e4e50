import type { System } from '../../local/launch/system';
import { removeByHand } from '../faults/azure';
import type { Drift } from './commands';
import type { Estate } from './estate';

/** Does by hand what happens to real subscriptions, past every check; says so if there is nothing to do it to. */
export async function drift(estate: Estate, what: Drift, host: string): Promise<string> {
  const { admin } = estate.system;
  const { resources } = await admin.state();
  const find = (id: string) => resources.find((one) => one.id.toLowerCase() === id.toLowerCase());
  const route = (table: string): string => `${table}/routes/Nested-VMs-${host}`;
  const patched = (id: string, properties: object): Promise<string> =>
    ifThere(() => admin.patchResource(id, { properties }));
  const removed = (id: string): Promise<string> => removedByHand(estate.system, id);
  switch (what) {
    case 'ownRouteRemoved':
      return await removed(route(estate.ownTable));
    case 'foreignTableRouteRemoved':
      return await removed(route(estate.theirTable));
    case 'hopChanged':
      return await patched(route(estate.theirTable), { nextHopIpAddress: '10.0.1.250' });
    case 'forwardingOff':
      return await patched(estate.nic(host, 'lan'), { enableIPForwarding: false });
    case 'forwardingOn':
      return await patched(estate.nic(host, 'nat'), { enableIPForwarding: true });
    case 'associationLost':
      return await patched(estate.subnet('Apps'), { routeTable: null });
    case 'machineRemoved':
      return await removed(estate.machine(host));
    case 'squatter': {
      const prefix = find(estate.subnet(`Ghosted-${host}`))?.properties['addressPrefix'];
      if (typeof prefix !== 'string') return 'nothing there';
      await estate.squat(host, prefix.replace(/\.\d+\/\d+$/, '.200'));
      return 'done';
    }
  }
}

/** Others work on the same things: what was there a moment ago may be gone. */
export const removedByHand = (system: System, id: string): Promise<string> =>
  ifThere(() => removeByHand(system, id));

async function ifThere(change: () => Promise<void>): Promise<string> {
  try {
    await change();
    return 'done';
  } catch (error) {
    if (/: 404 /.test(String(error))) return 'nothing there';
    throw error;
  }
}
