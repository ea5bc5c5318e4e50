import { createHash } from 'node:crypto';
import type { NetworkRecord } from '../records/types';

/** Tag of a network's definition (RFC 9110): it changes when another definition takes its place, and not in between. */
export function entityTag({ name, operation }: Pick<NetworkRecord, 'name' | 'operation'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([name, operation]))
    .digest('base64url');
  return `"${digest.slice(0, 22)}"`;
}

/** Whether a header `If-Match` or `If-None-Match` names the tag; `undefined`: there is nothing that a tag could name. */
export function matches(header: string, tag: string | undefined): boolean {
  if (tag === undefined) return false;
  return header.trim() === '*' || header.split(',').some((one) => one.trim() === tag);
}
