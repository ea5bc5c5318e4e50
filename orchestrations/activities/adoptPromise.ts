import { specFingerprint } from '../../shared/admission/order';
import type { RecognisedHost } from '../../shared/adoption/types';
import { Problem } from '../../shared/api/problems';
import { failed, type Outcome } from '../../shared/azure/outcome';
import { nothingOccupied, type Occupied } from '../../shared/records/occupied';
import type { HostAddresses, HostRecord, LedgerEntry, Versioned } from '../../shared/records/types';
import type { AdoptionFacts } from './adopt';
import type { Dependencies } from './context';

export interface AdoptionPromise {
  vnet: string;
  owner: { network: string; host: string; operation: string };
  row: Versioned<HostRecord>;
  facts: AdoptionFacts;
  now: number;
}

/** Addresses for the host, given what is promised to others; throws the Problem if one of them is. */
export type Choose = (others: LedgerEntry[], occupied: Occupied) => HostAddresses;

/** Promises an adopted host what it has, and puts on record what was found. */
export async function promised(
  { records }: Dependencies,
  { vnet, owner, row, facts, now }: AdoptionPromise,
  { adopted, spec }: RecognisedHost,
  choose: Choose,
): Promise<Outcome<AdoptionFacts>> {
  try {
    const entry = await records.ledger.reserve(vnet, owner, (others, occupied) => ({
      ...choose(others, occupied),
      promisedAt: Math.max(now, ...others.map(({ promisedAt }) => (promisedAt ?? 0) + 1)),
    }));
    const { ghostedPrefix, natAddress, lanAddress } = entry;
    if (entry.operation !== owner.operation) {
      if (!isLostPromise(entry, owner, choose)) {
        const message = `${ghostedPrefix}, ${natAddress} and ${lanAddress} are promised to ${entry.host} on the network ${entry.network}.`;
        return failed('invalid', 'PromisedElsewhere', message);
      }
      await records.ledger.setState(vnet, owner.host, 'reserved', owner.operation);
    }
    await records.hosts.replace(
      {
        ...row.record,
        spec,
        specFingerprint: specFingerprint(spec),
        addresses: { ghostedPrefix, natAddress, lanAddress },
        adopted,
        updatedAt: new Date(now).toISOString(),
      },
      row.etag,
    );
    return { status: 'done', change: 'unchanged', facts };
  } catch (error) {
    if (error instanceof Problem) return failed('invalid', 'PromisedElsewhere', error.detail);
    throw error;
  }
}

/** A promise to this very host, of which the record was lost: it names just what the VM has. */
function isLostPromise(
  entry: LedgerEntry,
  { network, host }: AdoptionPromise['owner'],
  choose: Choose,
): boolean {
  const { ghostedPrefix, natAddress, lanAddress } = choose([], nothingOccupied);
  return (
    entry.network === network &&
    entry.host === host &&
    entry.state !== 'releasing' &&
    entry.ghostedPrefix === ghostedPrefix &&
    entry.natAddress === natAddress &&
    entry.lanAddress === lanAddress
  );
}
