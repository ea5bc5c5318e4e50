import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from './http';
import type { Tokens } from './tokens';

export const vaultResource = 'https://vault.azure.net';

interface Version {
  id: string;
  value: string;
  contentType?: string;
  tags?: Record<string, string>;
  attributes: {
    enabled: boolean;
    created: number;
    updated: number;
    recoveryLevel: string;
    recoverableDays: number;
  };
}

/**
 * Secrets of Key Vaults, below `/vaults/<vault>`: every vault that is named exists, and the app's identity may use it. A
 * deleted secret keeps its name, as soft delete has it, until it is recovered or purged.
 */
export class Vaults {
  /** Versions by `vault/name`, oldest first. */
  private readonly secrets = new Map<string, Version[]>();
  private readonly deleted = new Map<string, Version[]>();

  constructor(
    private readonly tokens: Tokens,
    private readonly tenant: string,
  ) {}

  async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await readBody(incoming);
    const { pathname } = new URL(incoming.url ?? '/', 'https://127.0.0.1');
    const [, , vault = '', collection, name = '', version] = pathname.split('/');
    const key = `${vault}/${name}`.toLowerCase();
    if (!this.tokens.isFor(incoming.headers.authorization, vaultResource)) {
      // The client asks without a token, or a body, at first, to learn whom to ask for one.
      outgoing.setHeader(
        'WWW-Authenticate',
        `Bearer authorization="https://login.microsoftonline.com/${this.tenant}", resource="${vaultResource}"`,
      );
      return refuse(outgoing, 401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.');
    }
    if (collection === 'deletedsecrets') return this.bin(outgoing, incoming.method ?? '', key, name);
    if (collection !== 'secrets' || !/^[0-9a-zA-Z-]{1,127}$/.test(name)) {
      return refuse(outgoing, 400, 'BadParameter', 'The request URI contains an invalid name.');
    }
    if (incoming.method === 'PUT' && this.deleted.has(key)) {
      const why = `Secret ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the secret can only be recovered or purged.`;
      return refuse(outgoing, 409, 'Conflict', why, 'ObjectIsDeletedButRecoverable');
    }
    if (incoming.method === 'PUT') return sendJson(outgoing, 200, this.set(vault, name, body));
    const versions = this.secrets.get(key) ?? [];
    if (incoming.method === 'DELETE' && versions.length > 0) {
      this.secrets.delete(key);
      this.deleted.set(key, versions);
      return this.bin(outgoing, 'GET', key, name);
    }
    const found = version ? versions.find(({ id }) => id.endsWith(`/${version}`)) : versions.at(-1);
    if (found) return sendJson(outgoing, 200, found);
    const message = `A secret with (name/id) ${name}/${version ?? ''} was not found in this key vault.`;
    refuse(outgoing, 404, 'SecretNotFound', message);
  }

  /** What was deleted: it can be looked at, recovered (POST) and purged (DELETE). */
  private bin(outgoing: ServerResponse, method: string, key: string, name: string): void {
    const versions = this.deleted.get(key);
    const last = versions?.at(-1);
    if (!versions || !last)
      return refuse(outgoing, 404, 'SecretNotFound', `Deleted Secret not found: ${name}`);
    if (method === 'GET') {
      const deletedDate = Math.floor(Date.now() / 1_000);
      const { value: _, ...bundle } = last;
      return sendJson(outgoing, 200, { ...bundle, recoveryId: `${last.id}/deleted`, deletedDate });
    }
    this.deleted.delete(key);
    if (method === 'DELETE') return void outgoing.writeHead(204).end();
    this.secrets.set(key, versions);
    sendJson(outgoing, 200, last);
  }

  private set(vault: string, name: string, body: string): Version {
    const { value, contentType, tags } = JSON.parse(body) as Pick<Version, 'value' | 'contentType' | 'tags'>;
    const now = Math.floor(Date.now() / 1_000);
    const made: Version = {
      value,
      id: `https://${vault}.vault.azure.net/secrets/${name}/${randomBytes(16).toString('hex')}`,
      attributes: {
        enabled: true,
        created: now,
        updated: now,
        recoveryLevel: 'Recoverable+Purgeable',
        recoverableDays: 90,
      },
      ...(contentType === undefined ? {} : { contentType }),
      ...(tags === undefined ? {} : { tags }),
    };
    const key = `${vault}/${name}`.toLowerCase();
    this.secrets.set(key, [...(this.secrets.get(key) ?? []), made]);
    return made;
  }
}

function refuse(
  outgoing: ServerResponse,
  status: number,
  code: string,
  message: string,
  inner?: string,
): void {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  sendJson(outgoing, status, { error: { code, message, ...innererror } });
}
