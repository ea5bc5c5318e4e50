import { createHash } from 'node:crypto';

/** Key of the write lease of an ARM parent: entity keys may not hold the slashes of an ARM id. */
export function leaseKey(armId: string): string {
  return createHash('sha256').update(armId.toLowerCase()).digest('hex').slice(0, 32);
}
