import { chooseAddresses } from '../admission/addresses';
import { Problem } from '../api/problems';
import { overlaps, parsePrefix } from '../network/ipv4';
import { nothingOccupied } from '../records/occupied';
import type { HostAddresses, LedgerEntry, NetworkDefinition } from '../records/types';
import type { RecognisedHost } from './types';

/**
 * The addresses to promise to an adopted host: exactly those that it has, and free ones for what it lacks. Throws the
 * Problem if one of them is promised to somebody else.
 */
export function adoptedAddresses(
  definition: NetworkDefinition,
  taken: LedgerEntry[],
  { natAddress, lanAddress, ghostedPrefix }: Pick<RecognisedHost, keyof HostAddresses>,
  occupied = nothingOccupied,
): HostAddresses {
  const present = {
    natAddress,
    ...(lanAddress ? { lanAddress } : {}),
    ...(ghostedPrefix ? { ghostedPrefix } : {}),
  };
  const wanted =
    lanAddress !== undefined && ghostedPrefix !== undefined
      ? { natAddress, lanAddress, ghostedPrefix }
      : { ...chooseAddresses(definition, taken, ghostedPrefix, occupied), ...present };
  const clashes = taken.flatMap((entry) => {
    const whose = `is promised to host ${entry.host} on network ${entry.network}.`;
    return [
      ...(overlaps(parsePrefix(entry.ghostedPrefix), parsePrefix(wanted.ghostedPrefix))
        ? [`${entry.ghostedPrefix} ${whose}`]
        : []),
      ...[entry.natAddress, entry.lanAddress]
        .filter((address) => address === wanted.natAddress || address === wanted.lanAddress)
        .map((address) => `${address} ${whose}`),
    ];
  });
  if (clashes.length > 0) throw new Problem('prefix-taken', clashes.join(' '));
  return wanted;
}
