import type { WindowsState } from '../../../../local/azure/guest';
import { viewFromAzure, verifiedHost } from '../../../../shared/network/walk';
import type { HostFacts, NetworkView } from '../../../../shared/network/walk';
import type { GuestPlanFacts } from '../../../../shared/guest';
import { TestHost, firstHost } from '../../guest/host';
import { idOf, type World } from '../../walk/world';

/** The hosts of the simulated world, as the control plane knows them. */
const known: Record<string, Omit<GuestPlanFacts, 'phase'>> = {
  'hv-01': firstHost,
  'hv-02': {
    ...firstHost,
    host: 'hv-02',
    nic1: { mac: '00-0D-3A-00-00-03', address: '10.0.0.5' },
    nic2: { mac: '00-0D-3A-00-00-04', address: '10.0.1.5' },
    ghostedPrefix: '10.10.0.0/24',
  },
};

const verifications = new Map<string, HostFacts>();

/** The script takes long for what is mostly the same machine. */
function remembered(name: string, state: WindowsState): HostFacts {
  const key = JSON.stringify([name, state]);
  const host = verifications.get(key) ?? verified(name, state);
  verifications.set(key, host);
  return host;
}

/** A host as its own verification reports it: the real script on the simulated Windows. */
function verified(name: string, state: WindowsState): HostFacts {
  const facts = known[name];
  if (!facts) throw new Error(`no plan of ${name}`);
  const machine = new TestHost(facts);
  machine.state = structuredClone(state);
  const host = verifiedHost(
    {
      name,
      nic1: idOf('Microsoft.Network/networkInterfaces', `${name}-nat`),
      nic2: idOf('Microsoft.Network/networkInterfaces', `${name}-lan`),
      ghostedPrefix: facts.ghostedPrefix,
    },
    machine.run('verify'),
  );
  if (!host) throw new Error(`no facts of ${name}`);
  return host;
}

/** What the app would read of a simulated world. Its appliances translate nothing. */
export function viewOf(world: World): NetworkView {
  return viewFromAzure({
    resources: world.resources,
    hosts: Object.keys(known).map((name) => remembered(name, world.windows(name))),
    powerStates: world.power,
    gatewayRoutes: Object.fromEntries(
      world.resources.flatMap(({ id, properties }) =>
        'x-learnedPrefixes' in properties
          ? [[id.toLowerCase(), properties['x-learnedPrefixes'] as string[]]]
          : [],
      ),
    ),
    appliancesTranslate: false,
  });
}
