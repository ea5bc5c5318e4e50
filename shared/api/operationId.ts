import { createHash, randomUUID } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const characters = 32;

/** Where a request comes from; the same source gives the same operation, however often it is sent. */
export type RequestSource =
  | { kind: 'http'; caller: string; idempotencyKey: string }
  | { kind: 'queue'; requestId: string }
  | { kind: 'batch'; batch: string; row: number };

/** Id of the operation that a request asks for, and of its orchestration: 160 bits of a sha256 in lower-case base32. */
export function operationId(source: RequestSource): string {
  switch (source.kind) {
    case 'http':
      return base32Id(['http', source.caller, source.idempotencyKey]);
    case 'queue':
      return base32Id(['queue', source.requestId]);
    case 'batch':
      return base32Id(['batch', source.batch, source.row]);
  }
}

/** The same parts give the same id. */
export function base32Id(parts: readonly (string | number)[]): string {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest();
  return base32(digest).slice(0, characters);
}

/** Key of a request that came without one: it is never the same request again. */
export function freshKey(): string {
  return randomUUID();
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let buffer = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(buffer >>> bits) & 31];
    }
    buffer &= (1 << bits) - 1;
  }
  return text;
}
