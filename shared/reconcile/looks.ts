import type { ReconcileState, ReportRecord } from '../records/reconciliation';
import type { HostRecord } from '../records/types';

/** Ms; the scripts round what Windows tells. */
const sameBootWithin = 10_000;

/** A look costs a run command of half a minute: the rest waits for the next run. */
export const mostLooks = 10;

/** Hours without a look inside after which a host is asked again; 0: never. */
export const defaultLookHours = 24;

export interface LookWish {
  /** Somebody asked for all of them. */
  all: boolean;
  hours: number;
  /** Epoch milliseconds. */
  now: number;
}

/**
 * Hosts to be asked by the phase verify. Azure does not show when Windows started, so a new boot is looked for: a host
 * that had been stopped and runs again comes first, then those that were asked longest ago.
 */
export function hostsToAsk(hosts: readonly HostRecord[], state: ReconcileState, wish: LookWish): string[] {
  const free = hosts.filter(({ state, claim }) => state === 'ready' && claim === undefined);
  if (wish.all) return free.map(({ name }) => name);
  const { stopped = [], started = [] } = state;
  const before = wish.now - wish.hours * 3_600_000;
  return free
    .filter(({ name }) => !stopped.includes(name))
    .map(({ name, guest }) => ({ name, asked: started.includes(name) ? -Infinity : lastAsked(guest) }))
    .filter(({ asked }) => asked === -Infinity || (wish.hours > 0 && asked <= before))
    .sort((a, b) => a.asked - b.asked)
    .slice(0, mostLooks)
    .map(({ name }) => name);
}

/** A host that never answered has nothing to be compared with. */
function lastAsked(guest: HostRecord['guest']): number {
  if (!guest) return Infinity;
  return Math.max(Date.parse(guest.verifiedAt), Date.parse(guest.failedAt ?? guest.verifiedAt));
}

/** Who is stopped, and who runs again since and has not been asked, after a run. */
export function afterRun(
  { stopped: before = [], started = [] }: ReconcileState,
  { stopped, guests = {} }: Pick<ReportRecord, 'stopped' | 'guests'>,
): Pick<ReconcileState, 'stopped' | 'started'> {
  // A run that saw nothing changes nothing.
  if (!stopped) return { stopped: before, started };
  const again = [...started, ...before].filter((name) => !stopped.includes(name) && !(name in guests));
  return { stopped, started: [...new Set(again)] };
}

/** Windows has started since it was verified; the clocks of two looks at one start may differ by a few seconds. */
export const isNewBoot = (guest: HostRecord['guest'], bootTime: string): boolean =>
  guest !== undefined && Math.abs(Date.parse(bootTime) - Date.parse(guest.bootTime)) > sameBootWithin;

/** The host is asked by the next run. */
export const withStarted = (state: ReconcileState, host: string): ReconcileState => ({
  ...state,
  started: [...new Set([...(state.started ?? []), host])],
});
