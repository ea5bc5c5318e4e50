import { hostLayout } from '../../shared/azure/layout';
import { verifiedRanges } from '../../shared/azure/verification';
import type { HostRecord, NetworkDefinition } from '../../shared/records/types';
import type { Dependencies } from './context';

/**
 * The host with the ranges that its last verification was for. Where Azure does not tell, for whatever reason, what was known
 * stays: the next look tells, and the end of an operation must not wait for it.
 */
export async function withRanges(
  { clients, installation }: Dependencies,
  definition: NetworkDefinition,
  host: HostRecord,
): Promise<HostRecord> {
  const { network, name, spec, addresses, adopted } = host;
  if (!addresses) return host;
  const identity = { installation, network, host: name, operation: '' };
  try {
    const ranges = await verifiedRanges(clients, hostLayout(identity, definition, spec, addresses, adopted));
    return ranges ? { ...host, ranges } : host;
  } catch {
    return host;
  }
}
