import { isActive, onLink } from '../interfaces';
import { PhaseFailure, readMemory, remember } from '../session';
import type { Session } from '../session';
import type { Route, WindowsState } from '../types';
import { routerAnswers } from '../windows/router';
import { standing, strayRoutes } from './ways';
import type { Labelled } from './ways';

interface Wanted {
  prefix: string;
  gateway: string;
  nic: 1 | 2;
  metric: number;
}

export const keyOf = ({ prefix, gateway, nic }: Wanted): string => `${prefix}>${gateway}>${nic}`;

/** Converges on prefix, gateway and interface; removes only routes that an earlier run wrote down as its own. */
export function routes(session: Session, adapters: Labelled): void {
  const { state, plan, findings } = session;
  const nics = { 1: adapters.nic1, 2: adapters.nic2 };
  const owned = readMemory(state).routes;
  const wanted = plan.routes.map(keyOf);
  for (const route of plan.routes) ensure(session, route, nics[route.nic].index, owned);
  for (const stale of owned.filter((key) => !wanted.includes(key))) removeStale(session, stale);
  remember(state, { routes: readMemory(state).routes.filter((key) => wanted.includes(key)) });
  for (const { text, of } of strayRoutes(session, adapters)) {
    const message = `Route ${text} was not made here and takes packets meant for ${of}; it is left as it is.`;
    findings.push(new PhaseFailure('foreignRoute', message));
  }
}

export function removeStale({ state, changed }: Session, key: string): void {
  const stale = ofKey(state, key);
  for (const route of stale) withdraw(state, route);
  if (stale.length > 0) changed.push(`route:${stale[0]?.prefix}`);
}

/** Routes in either store that were made under a key. */
export function ofKey(state: WindowsState, key: string): Route[] {
  const [prefix, gateway] = key.split('>');
  return state.routes.filter(
    (route) =>
      route.prefix === prefix &&
      route.nextHop === gateway &&
      route.dhcp !== true &&
      (route.persistent || isActive(state, route)),
  );
}

/** Out of both stores of Windows; the list of RRAS keeps it. */
function withdraw(state: WindowsState, route: Route): void {
  if (route.router === true) Object.assign(route, { persistent: false, inactive: true });
  else state.routes = state.routes.filter((one) => one !== route);
}

function ensure(session: Session, wanted: Wanted, index: number, owned: string[]): void {
  const { state, changed, findings } = session;
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
    withdraw(state, other);
    changed.push(item);
  }
  const here = state.routes.find((route) => fits(route) && isActive(state, route));
  if (here?.dhcp === true) return;
  const listed = routerAnswers(state) && state.routes.some((route) => fits(route) && route.router === true);
  // Which store brings it back does not matter: the list of RRAS is as good, and left alone.
  if (here && (here.persistent || listed)) {
    if (!here.persistent || here.metric === wanted.metric) return;
    here.metric = wanted.metric;
    changed.push(item);
    return;
  }
  if (listed) {
    const message = `RRAS has route ${wanted.prefix} via ${wanted.gateway}, but it is not active.`;
    findings.push(new PhaseFailure('routeInactive', message));
    return;
  }
  state.routes = state.routes.filter((route) => !fits(route));
  const { prefix, gateway: nextHop, metric } = wanted;
  const made = readMemory(state).routes;
  if (!made.includes(keyOf(wanted))) remember(state, { routes: [...made, keyOf(wanted)] });
  state.routes.push({ prefix, nextHop, index, metric, persistent: true });
  changed.push(item);
}
