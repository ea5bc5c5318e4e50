import { PhaseFailure, claim, readMemory } from '../session';
import type { Session } from '../session';
import type { Adapter, RouterFilter, WindowsState } from '../types';
import { addFilter, dropFilter, filtersOf, isSameFilter, routerAnswers } from '../windows/router';
import { anew, ensureNat } from './router';

interface Forbidden {
  what: string;
  filter: RouterFilter;
}

/** What guests must not reach in the host's name. */
export const forbidden: Forbidden[] = [
  { what: '169.254.169.254', filter: { destination: '169.254.169.254/32' } },
  ...[80, 32526].map((port) => ({
    what: `168.63.129.16:${port}`,
    filter: { destination: '168.63.129.16/32', protocol: 'tcp' as const, port },
  })),
];

export const isProtected = ({ plan }: Session): boolean => plan.protectMetadata !== false;

export const isList = (state: WindowsState, alias: string): boolean =>
  routerAnswers(state) && state.rras.filterLists?.includes(alias) === true;

/** What of it guests reach through this adapter. */
export function openWays(state: WindowsState, alias: string): Forbidden[] {
  const present = filtersOf(state, alias);
  return forbidden.filter(({ filter }) => !present.some((one) => isSameFilter(one, filter)));
}

/** Filters on the switch's adapter. Where RRAS does not take them, it is configured anew if this run interrupts anyway. */
export function ensureFilters(session: Session, vEthernet: Adapter, nic1: Adapter, nic2: Adapter): void {
  const { state, changed, findings } = session;
  const { alias } = vEthernet;
  if (!isProtected(session)) {
    clearFilters(session, alias);
    return;
  }
  if (isList(state, alias)) {
    const message = `The input filters of ${alias} let in what they name and nothing else; they are left as they are.`;
    findings.push(new PhaseFailure('foreignFilter', message));
    return;
  }
  if (openWays(state, alias).length === 0) return;
  claim(state, 'filters');
  const add = (): boolean => {
    for (const { filter } of openWays(state, alias)) addFilter(state, alias, filter);
    return openWays(state, alias).length === 0;
  };
  let done = add();
  if (!done && (changed.includes('rras') || changed.includes('nat:nic1'))) {
    anew(session);
    ensureNat(session, nic1, nic2);
    done = add();
  }
  if (done) changed.push('metadata');
  else {
    const message = `RRAS takes no filters for ${alias}, so that guests reach the host's metadata; restart the host.`;
    findings.push(new PhaseFailure('filterFailed', message));
  }
}

export function clearFilters({ state, changed }: Session, alias: string): void {
  if (!readMemory(state).made.includes('filters')) return;
  const open = openWays(state, alias);
  for (const { filter } of forbidden) dropFilter(state, alias, filter);
  if (open.length < forbidden.length) changed.push('metadata');
}
