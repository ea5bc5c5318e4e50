import { formatAddress, parseAddress } from '../../ipv4';
import { chooseRoute, isActive, onLink } from '../interfaces';
import type { Plan } from '../parameters';
import { readMemory } from '../session';
import type { Session } from '../session';
import type { Adapter, WindowsState } from '../types';
import { keyOf, ofKey } from './routes';
import { labelOf, meantWays, narrowest, sampleOf, single, strayRoutes } from './ways';
import type { Labelled } from './ways';

/** The probes of routes in phase verify. */

export function checkDefaultRoute({ state }: Session, nic1: Adapter): string[] {
  const defaults = state.routes.filter((route) => route.prefix === '0.0.0.0/0' && isActive(state, route));
  if (defaults.length === 0) return ['no default route'];
  return defaults
    .filter(({ index }) => index !== nic1.index)
    .map(({ nextHop }) => `default route via ${nextHop} is not on NIC 1`);
}

export function checkRoutes(session: Session, adapters: Labelled): string[] {
  const { state, plan, facts } = session;
  const present = ([1, 2] as const).flatMap((nic) =>
    state.routes
      .filter((route) => route.index === adapters[`nic${nic}`].index && isActive(state, route))
      .filter(
        ({ prefix, nextHop }) =>
          prefix !== '0.0.0.0/0' && prefix !== '169.254.169.254/32' && nextHop !== onLink,
      )
      .map(({ prefix, nextHop, metric }) => ({ prefix, gateway: nextHop, nic, metric })),
  );
  const strays = strayRoutes(session, adapters);
  const { nic1, nic2 } = adapters;
  const nicAt = (index: number): number => (index === nic1.index ? 1 : index === nic2.index ? 2 : 0);
  facts.routes = [
    ...present,
    ...strays
      .filter(({ active }) => active)
      .filter(({ nextHop, index }) => nextHop === onLink || nicAt(index) === 0)
      .map(({ prefix, nextHop, index, metric }) => ({ prefix, gateway: nextHop, nic: nicAt(index), metric })),
  ];
  return [
    ...plan.routes.flatMap((wanted) => plannedFault(state, wanted, adapters[`nic${wanted.nic}`].index)),
    ...strays.map(({ text, of }) => `route ${text} is in the way of ${of}`),
    ...earlier(session),
  ];
}

function plannedFault(state: WindowsState, wanted: Plan['routes'][number], index: number): string[] {
  const { prefix, gateway, nic, metric } = wanted;
  const name = `route ${prefix} via ${gateway} on NIC ${nic}`;
  const here = state.routes.find(
    (route) =>
      route.prefix === prefix && route.nextHop === gateway && route.index === index && isActive(state, route),
  );
  if (!here) return [`${name} is missing`];
  if (here.dhcp === true) return [];
  if (!here.persistent) return here.router === true ? [] : [`${name} is lost at the next start`];
  return here.metric === metric ? [] : [`${name} has metric ${here.metric}, not ${metric}`];
}

/** Made here for an earlier plan. */
function earlier({ state, plan }: Session): string[] {
  const wanted = plan.routes.map(keyOf);
  return readMemory(state)
    .routes.filter((key) => !wanted.includes(key) && ofKey(state, key).length > 0)
    .map((key) => key.split('>'))
    .map(([prefix, gateway]) => `route ${prefix} via ${gateway} is planned no longer`);
}

/** What Windows would really do towards the platform, the internet, the DNS servers and each planned range. */
export function checkSelection(session: Session, adapters: Labelled): string[] {
  const { state, plan } = session;
  const ways = meantWays(session, adapters);
  const samples = plan.routes.flatMap(({ prefix }) => sampleOf(ways, prefix) ?? []).map(formatAddress);
  const addresses = new Set(['168.63.129.16', '8.8.8.8', ...plan.dnsServers, ...samples]);
  return [...addresses].flatMap((address) => {
    const [meant] = narrowest(ways, single(parseAddress(address) ?? 0));
    if (!meant || chooseRoute(state, address)?.adapter.index === meant.index) return [];
    return [`${address} does not leave by ${labelOf(adapters, meant.index)}`];
  });
}
