import { guestPaces, usualSeconds } from '../retry';
import type { PlannedPhase, PlannedResource } from './types';

/** Restarts that Windows asks for on its way from an image to a router: after the roles, and after the switch. */
const restartsOfNew = 2;

/** Usual seconds for all that is planned, by the same table that says when to look whether it is done. */
export function estimateSeconds(resources: PlannedResource[], guest: PlannedPhase[]): number {
  const writes = resources.filter(({ change }) => change !== 'unchanged');
  const isNew = writes.some(({ kind }) => kind === 'virtualMachine');
  const seconds = [
    ...writes.map(({ kind }) => usualSeconds(kind === 'virtualMachine' ? 'virtualMachine' : 'quick')),
    ...guest.map(({ phase }) => usualSeconds(guestPaces[phase])),
    ...(isNew && guest.length > 0 ? [restartsOfNew * usualSeconds('restart')] : []),
  ];
  return seconds.reduce((sum, one) => sum + one, 0);
}
