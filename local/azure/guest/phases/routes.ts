import { isActive, onLink } from '../interfaces';
import { PhaseFailure, readMemory, remember } from '../session';
import type { Session } from '../session';
import type { Adapter, Route } from '../types';
import { standing, strayRoutes } from './ways';
import type { Labelled } from './ways';

interface Wanted {
  prefix: string;
  gateway: string;
  nic: 1 | 2;
  metric: number;
}

const keyOf = ({ prefix, gateway, nic }: Wanted): string => `${prefix}>${gateway}>${nic}`;

/** Converges on prefix, gateway and interface; removes only routes that an earlier run wrote down as its own. */
export function routes(session: Session, adapters: Labelled): void {
  const { state, plan, findings } = session;
  const nics = { 1: adapters.nic1, 2: adapters.nic2 };
  const owned = readMemory(state).routes;
  const wanted = plan.routes.map(keyOf);
  for (const route of plan.routes) ensure(session, route, nics[route.nic].index, owned);
  for (const stale of owned.filter((key) => !wanted.includes(key))) removeStale(session, stale, nics);
  remember(state, { routes: readMemory(state).routes.filter((key) => wanted.includes(key)) });
  for (const { text, of } of strayRoutes(session, adapters)) {
    const message = `Route ${text} was not made here and takes packets meant for ${of}; it is left as it is.`;
    findings.push(new PhaseFailure('foreignRoute', message));
  }
}

function removeStale(session: Session, key: string, nics: Record<1 | 2, Adapter>): void {
  const { state } = session;
  const [prefix, gateway, nic] = key.split('>');
  const index = nics[nic === '1' ? 1 : 2].index;
  const kept = state.routes.filter(
    (route) =>
      !(
        route.prefix === prefix &&
        route.nextHop === gateway &&
        route.index === index &&
        isActive(state, route)
      ),
  );
  if (kept.length === state.routes.length) return;
  state.routes = kept;
  session.changed.push(`route:${prefix}`);
}

function ensure(session: Session, wanted: Wanted, index: number, owned: string[]): void {
  const { state, changed } = session;
  const item = `route:${wanted.prefix}`;
  const fits = ({ prefix, nextHop, index: at }: Route): boolean =>
    prefix === wanted.prefix && nextHop === wanted.gateway && at === index;
  const others = standing(state).filter(
    (route) => route.prefix === wanted.prefix && route.nextHop !== onLink && !fits(route),
  );
  for (const other of others) {
    if (!owned.some((key) => key.startsWith(`${other.prefix}>${other.nextHop}>`))) {
      // Reported in the end, with all else that leads astray.
      return;
    }
    state.routes = state.routes.filter((route) => route !== other);
    changed.push(item);
  }
  const here = state.routes.find((route) => fits(route) && isActive(state, route));
  if (here?.dhcp === true) return;
  // Whose store it is in does not matter: a route of RRAS is as good.
  if (here && (here.persistent || here.router === true)) {
    if (here.metric !== wanted.metric) changed.push(item);
    here.metric = wanted.metric;
    return;
  }
  state.routes = state.routes.filter((route) => !fits(route) || route.router === true);
  const { prefix, gateway: nextHop, metric } = wanted;
  const made = readMemory(state).routes;
  if (!made.includes(keyOf(wanted))) remember(state, { routes: [...made, keyOf(wanted)] });
  state.routes.push({ prefix, nextHop, index, metric, persistent: true });
  changed.push(item);
}
