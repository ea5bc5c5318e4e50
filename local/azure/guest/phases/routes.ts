import { PhaseFailure, readMemory, remember } from '../session';
import type { Session } from '../session';
import type { Adapter } from '../types';

interface Wanted {
  prefix: string;
  gateway: string;
  nic: 1 | 2;
  metric: number;
}

const keyOf = ({ prefix, gateway, nic }: Wanted): string => `${prefix}>${gateway}>${nic}`;

/** Converges on prefix, gateway and interface; removes only routes that an earlier run wrote down as its own. */
export function routes(session: Session, nics: Record<1 | 2, Adapter>): void {
  const { state, plan } = session;
  const owned = readMemory(state).routes;
  const wanted = plan.routes.map(keyOf);
  const all = [...new Set([...owned, ...wanted])].sort();
  remember(state, { routes: all });
  for (const stale of owned.filter((key) => !wanted.includes(key))) removeStale(session, stale, nics);
  for (const route of plan.routes) ensure(session, route, nics[route.nic].index, all);
  remember(state, { routes: [...new Set(wanted)].sort() });
}

function removeStale(session: Session, key: string, nics: Record<1 | 2, Adapter>): void {
  const { state } = session;
  const [prefix, gateway, nic] = key.split('>');
  const index = nics[nic === '1' ? 1 : 2].index;
  const kept = state.routes.filter(
    (route) => !(route.prefix === prefix && route.nextHop === gateway && route.index === index),
  );
  if (kept.length === state.routes.length) return;
  state.routes = kept;
  session.changed.push(`route:${prefix}`);
}

function ensure(session: Session, wanted: Wanted, index: number, owned: string[]): void {
  const { state } = session;
  const fits = (route: { nextHop: string; index: number }): boolean =>
    route.nextHop === wanted.gateway && route.index === index;
  for (const other of state.routes.filter((route) => route.prefix === wanted.prefix && !fits(route))) {
    if (!owned.some((key) => key.startsWith(`${other.prefix}>${other.nextHop}>`))) {
      throw new PhaseFailure(
        'foreignRoute',
        `Route ${other.prefix} via ${other.nextHop} was not made here; it is left as it is.`,
      );
    }
    state.routes = state.routes.filter((route) => route !== other);
    session.changed.push(`route:${wanted.prefix}`);
  }
  const here = state.routes.find((route) => route.prefix === wanted.prefix && fits(route));
  if (here?.dhcp === true) return;
  if (here?.persistent === true && here.metric === wanted.metric) return;
  state.routes = state.routes.filter((route) => route !== here);
  state.routes.push({
    prefix: wanted.prefix,
    nextHop: wanted.gateway,
    index,
    metric: wanted.metric,
    persistent: true,
  });
  session.changed.push(`route:${wanted.prefix}`);
}
