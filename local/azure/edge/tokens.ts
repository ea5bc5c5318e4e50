import { randomBytes } from 'node:crypto';
import { ArmError } from '../errors';

const lifetimeSeconds = 24 * 3600;

/** Tokens of the one managed identity. They live in real time, as clients compare them with their own clock. */
export class Tokens {
  private readonly expiries = new Map<string, number>();
  private readonly audiences = new Map<string, string>();

  /** The body of a token answer (App Service, 2019-08-01). */
  issue(resource: string, tenant: string): Record<string, string> {
    const expires = Math.floor(Date.now() / 1000) + lifetimeSeconds;
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { aud: resource, exp: expires, tid: tenant, oid: tenant, idtyp: 'app' };
    const token = [
      part({ typ: 'JWT', alg: 'none' }),
      part(claims),
      randomBytes(32).toString('base64url'),
    ].join('.');
    this.expiries.set(token, expires);
    this.audiences.set(token, resource.replace(/\/$/, ''));
    return {
      access_token: token,
      expires_on: String(expires),
      resource,
      token_type: 'Bearer',
      client_id: tenant,
    };
  }

  /** Whether the header carries a token issued here for that resource. */
  isFor(authorization: string | undefined, resource: string): boolean {
    const token = /^bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '';
    return this.audiences.get(token) === resource && (this.expiries.get(token) ?? 0) * 1_000 > Date.now();
  }

  /** Throws 401 unless the header carries a token issued here. */
  check(authorization: string | undefined): void {
    const [scheme, token] = authorization?.split(' ') ?? [];
    if (scheme?.toLowerCase() !== 'bearer' || token === undefined) {
      throw unauthorized(
        'AuthenticationFailed',
        "Authentication failed. The 'Authorization' header is missing.",
      );
    }
    const expires = this.expiries.get(token);
    if (expires === undefined)
      throw unauthorized('InvalidAuthenticationToken', 'The access token is invalid.');
    if (expires * 1000 < Date.now())
      throw unauthorized('ExpiredAuthenticationToken', 'The access token has expired.');
  }
}

function unauthorized(code: string, message: string): ArmError {
  return new ArmError(401, code, message, {
    gateway: true,
    headers: {
      'WWW-Authenticate':
        'Bearer authorization_uri="https://login.microsoftonline.com/", error="invalid_token", ' +
        `error_description="${message.replaceAll('"', "'")}"`,
    },
  });
}
