import { provisionOrder, specFingerprint } from '../../../shared/admission/order';
import { Problem } from '../../../shared/api/problems';
import { hostRequest, networkDefinition } from '../../../shared/api/schemas';
import { parseSettings } from '../../../shared/config';
import { definition, spec } from '../shared/fixture';

const id = 'https://contoso-hosts.vault.azure.net/secrets/shared';
const order = (secretId: string, passwordVault?: string) => {
  const hosts = { ...definition.hosts, ...(passwordVault === undefined ? {} : { passwordVault }) };
  const request = hostRequest.parse({ network: 'nested-fun', name: 'hv-01', adminPassword: { secretId } });
  return provisionOrder({ id: 'op', caller: 'test' }, request, { ...definition, hosts });
};

describe('the secret that a request names', () => {
  it('is kept by its id, in the specification of the host', () => {
    expect(order(id, 'contoso-hosts').request).toMatchObject({ spec: { adminPassword: { secretId: id } } });
  });

  it.each([
    ['of another vault', 'https://other.vault.azure.net/secrets/shared', 'contoso-hosts'],
    ['of a vault with a similar name', 'https://contoso-hosts2.vault.azure.net/secrets/a', 'contoso-hosts'],
    ['on a network without a vault', id, undefined],
  ])('%s is refused', (_what, secretId, vault) => {
    expect(() => order(secretId, vault)).toThrow(Problem);
  });

  it.each([
    'http://contoso-hosts.vault.azure.net/secrets/a',
    'https://contoso-hosts.vault.azure.net/keys/a',
    'https://contoso-hosts.vault.azure.net.evil.example/../secrets/a',
    'https://contoso-hosts.vault.azure.net/secrets/a/b/c',
    'https://contoso-hosts.vault.azure.net@evil.example/secrets/a',
    'Pa55word!Pa55word!',
  ])('cannot be %s', (secretId) => {
    const request = { network: 'nested-fun', name: 'hv-01', adminPassword: { secretId } };
    expect(hostRequest.safeParse(request).success).toBe(false);
  });

  it('makes no other host of the same host: Azure takes a password once', () => {
    const changed = { ...spec, passwordVault: 'contoso-hosts', adminPassword: { secretId: id } };
    expect(specFingerprint(changed)).toBe(specFingerprint(spec));
  });
});

it.each(['ab', '1-vault', 'double--hyphen', 'a.b', 'vault/secrets', `v${'x'.repeat(24)}`])(
  'a vault cannot be called %s',
  (passwordVault) => {
    const { hosts } = definition;
    const parsed = networkDefinition.safeParse({ ...definition, hosts: { ...hosts, passwordVault } });
    expect(parsed.success).toBe(false);
  },
);

it.each(['http://{vault}.vault.azure.net', 'https://vault.azure.net', '{vault}'])(
  'the URL of vaults cannot be %s',
  (KEY_VAULT_URL) => {
    const env = { AzureWebJobsStorage: 'UseDevelopmentStorage=true', KEY_VAULT_URL };
    expect(() => parseSettings(env)).toThrow(/KEY_VAULT_URL/);
  },
);
