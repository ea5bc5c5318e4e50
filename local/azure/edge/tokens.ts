import { randomBytes } from 'node:crypto';
import { ArmError } from '../errors';

const lifetimeSeconds = 24 * 3600;

/** Tokens of managed identities. They live in real time, as clients compare them with their own clock. */
export class Tokens {
  private readonly issued = new Map<string, { identity: string; expires: number; audience: string }>();

  /** The body of a token answer (App Service, 2019-08-01). */
  issue(resource: string, tenant: string, identity: string): Record<string, string> {
    const expires = Math.floor(Date.now() / 1000) + lifetimeSeconds;
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { aud: resource, exp: expires, tid: tenant, oid: identity, idtyp: 'app' };
    const token = [
      part({ typ: 'JWT', alg: 'none' }),
      part(claims),
      randomBytes(32).toString('base64url'),
    ].join('.');
    this.issued.set(token, { identity, expires, audience: resource.replace(/\/$/, '') });
    return {
      access_token: token,
      expires_on: String(expires),
      resource,
      token_type: 'Bearer',
      client_id: identity,
    };
  }

  /** Whether the header carries a token issued here for that resource. */
  isFor(authorization: string | undefined, resource: string): boolean {
    const known = this.issued.get(/^bearer (.+)$/i.exec(authorization ?? '')?.[1] ?? '');
    return known !== undefined && known.audience === resource && known.expires * 1_000 > Date.now();
  }

  /** The identity that the token in this header was issued to. Throws 401 unless there is one. */
  check(authorization: string | undefined): string {
    const [scheme, token] = authorization?.split(' ') ?? [];
    if (scheme?.toLowerCase() !== 'bearer' || token === undefined) {
      throw unauthorized(
        'AuthenticationFailed',
        "Authentication failed. The 'Authorization' header is missing.",
      );
    }
    const known = this.issued.get(token);
    if (known === undefined) throw unauthorized('InvalidAuthenticationToken', 'The access token is invalid.');
    if (known.expires * 1000 < Date.now())
      throw unauthorized('ExpiredAuthenticationToken', 'The access token has expired.');
    return known.identity;
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
