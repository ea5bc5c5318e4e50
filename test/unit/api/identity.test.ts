import { callerOf, requireRole, type Authentication } from '../../../shared/api/identity';
import { Problem } from '../../../shared/api/problems';
import { parseAuthentication } from '../../../shared/config';

const tenantId = '11111111-2222-4333-8444-555555555555';
const entra: Authentication = { mode: 'entra', tenantId, active: true };

const claim = (typ: string, val: string) => ({ typ, val });
const sent = (claims: object[], more: object = {}) =>
  Buffer.from(JSON.stringify({ auth_typ: 'aad', claims, ...more })).toString('base64');
const known = [claim('oid', 'ABC-1'), claim('tid', tenantId)];

const slugOf = (work: () => unknown): string => {
  try {
    return `none: ${JSON.stringify(work())}`;
  } catch (error) {
    if (error instanceof Problem) return error.slug;
    throw error;
  }
};

describe('callers', () => {
  it('are one caller with every role where keys are used, whatever header they send', () => {
    const forged = sent([...known, claim('roles', 'Reader')]);
    expect(callerOf({ mode: 'functionKeys' }, forged)).toEqual({ id: 'function-key', role: 'Admin' });
  });

  it.each([
    ['short names', [...known, claim('roles', 'Operator')], 'Operator'],
    ['several roles', [...known, claim('roles', 'Reader'), claim('roles', 'Admin')], 'Admin'],
    [
      'URIs',
      [
        claim('http://schemas.microsoft.com/identity/claims/objectidentifier', 'abc-1'),
        claim('http://schemas.microsoft.com/identity/claims/tenantid', tenantId.toUpperCase()),
        claim('http://schemas.microsoft.com/ws/2008/06/identity/claims/role', 'Reader'),
      ],
      'Reader',
    ],
  ])('are taken from the claims of Entra ID: %s', (_what, claims, role) => {
    expect(callerOf(entra, sent(claims))).toEqual({ id: 'entra:abc-1', role });
  });

  it.each<[string, string | null, string]>([
    ['no header', null, 'unauthenticated'],
    ['garbage', '%%%', 'unauthenticated'],
    ['JSON of another shape', Buffer.from('[1]').toString('base64'), 'unauthenticated'],
    ['no claims', sent([]), 'unauthenticated'],
    ['no object id', sent([claim('tid', tenantId), claim('roles', 'Admin')]), 'unauthenticated'],
    [
      'another tenant',
      sent([claim('oid', 'a'), claim('tid', 'other'), claim('roles', 'Admin')]),
      'unauthenticated',
    ],
    [
      'another provider',
      sent([...known, claim('roles', 'Admin')], { auth_typ: 'github' }),
      'unauthenticated',
    ],
    ['no role', sent(known), 'forbidden'],
    ['a role of another name', sent([...known, claim('roles', 'Owner')]), 'forbidden'],
    ['a group by the name of a role', sent([...known, claim('groups', 'Admin')]), 'forbidden'],
  ])('are refused: %s', (_what, header, slug) => {
    expect(slugOf(() => callerOf(entra, header))).toBe(slug);
  });

  it('are all refused while the platform does not check them: anybody could have written the header', () => {
    const forged = sent([...known, claim('roles', 'Admin')]);
    expect(slugOf(() => callerOf({ ...entra, active: false }, forged))).toBe('authentication-off');
  });

  it.each([
    ['Reader', 'Reader', true],
    ['Reader', 'Operator', false],
    ['Operator', 'Reader', true],
    ['Operator', 'Admin', false],
    ['Admin', 'Operator', true],
  ] as const)('with role %s where %s is needed: %s', (role, needed, allowed) => {
    expect(slugOf(() => requireRole({ id: 'x', role }, needed))).toBe(
      allowed ? 'none: undefined' : 'forbidden',
    );
  });
});

describe('the setting AUTH_MODE', () => {
  it('is keys unless it is said otherwise', () => {
    expect(parseAuthentication({})).toEqual({ mode: 'functionKeys' });
    expect(parseAuthentication({ AUTH_MODE: '' })).toEqual({ mode: 'functionKeys' });
  });

  it.each([
    ['True', true],
    ['true', true],
    ['False', false],
    [undefined, false],
  ])('with the platform saying %s is checked by it: %s', (said, active) => {
    const env = { AUTH_MODE: 'entra', AUTH_TENANT_ID: tenantId, WEBSITE_AUTH_ENABLED: said };
    expect(parseAuthentication(env)).toEqual({ mode: 'entra', tenantId, active });
  });

  it.each([{ AUTH_MODE: 'none' }, { AUTH_MODE: 'entra' }, { AUTH_MODE: 'entra', AUTH_TENANT_ID: 'mine' }])(
    'stops the app where it is wrong: %o',
    (env) => expect(() => parseAuthentication(env)).toThrow(/AUTH_MODE/),
  );
});
