import { z } from 'zod';
import { Problem } from './problems';
import { roles, type Role } from './routes';

/** How callers prove who they are. */
export type Authentication =
  /** The Functions host checks a key before the app is called. Keys do not tell callers apart. */
  | { mode: 'functionKeys' }
  /**
   * App Service authentication checks a token of Entra ID and passes its claims on. `active` is what the platform says of
   * itself: where it is off, the header with the claims comes from whoever sends the request.
   */
  | { mode: 'entra'; tenantId: string; active: boolean };

export interface Caller {
  /** Shown on operations and warrants; also part of the id of what the caller orders. */
  id: string;
  /** The most that the caller may do. */
  role: Role;
}

export const principalHeader = 'x-ms-client-principal';

const principal = z.object({
  auth_typ: z.literal('aad'),
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
});

/** Short name and URI of each claim: which of them App Service passes on depends on its version. */
const claimNames = {
  object: ['oid', 'http://schemas.microsoft.com/identity/claims/objectidentifier'],
  tenant: ['tid', 'http://schemas.microsoft.com/identity/claims/tenantid'],
  role: ['roles', 'http://schemas.microsoft.com/ws/2008/06/identity/claims/role'],
};

/** Who calls; `sent` is the header `x-ms-client-principal`. Throws the Problem if that is nobody we know. */
export function callerOf(authentication: Authentication, sent: string | null): Caller {
  if (authentication.mode === 'functionKeys') return { id: 'function-key', role: 'Admin' };
  if (!authentication.active) {
    throw new Problem(
      'authentication-off',
      'The app expects App Service authentication with Entra ID, and the platform says that it is off.',
    );
  }
  const found = sent === null ? undefined : read(sent);
  const values = (names: string[]) =>
    (found?.claims ?? []).filter(({ typ }) => names.includes(typ)).map(({ val }) => val);
  const [object] = values(claimNames.object);
  const [tenant] = values(claimNames.tenant);
  if (object === undefined || tenant?.toLowerCase() !== authentication.tenantId.toLowerCase()) {
    throw new Problem('unauthenticated', 'Send a token of Entra ID for this app, from the tenant it serves.');
  }
  const granted = values(claimNames.role);
  const role = roles.findLast((name) => granted.includes(name));
  if (role === undefined) {
    throw new Problem('forbidden', `Your account has none of the app roles ${roles.join(', ')}.`);
  }
  return { id: `entra:${object.toLowerCase()}`, role };
}

/** Throws the Problem unless the caller has the role or one above it. */
export function requireRole(caller: Caller, needed: Role): void {
  if (roles.indexOf(caller.role) >= roles.indexOf(needed)) return;
  throw new Problem('forbidden', `This takes the app role ${needed}; your account has ${caller.role}.`);
}

function read(sent: string): z.output<typeof principal> | undefined {
  try {
    const told: unknown = JSON.parse(Buffer.from(sent, 'base64').toString('utf8'));
    return principal.safeParse(told).data;
  } catch {
    return undefined;
  }
}
