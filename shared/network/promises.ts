import type { HostAddresses, LedgerEntry } from '../records/types';
import { overlaps, parsePrefix } from './ipv4';

/** True if nobody was promised any of these addresses. */
export function isFree(taken: readonly LedgerEntry[], wanted: HostAddresses): boolean {
  const prefix = parsePrefix(wanted.ghostedPrefix);
  return taken.every(
    ({ ghostedPrefix, natAddress, lanAddress }) =>
      !overlaps(parsePrefix(ghostedPrefix), prefix) &&
      natAddress !== wanted.natAddress &&
      lanAddress !== wanted.lanAddress,
  );
}
