import { parseSettings } from '../../../shared/config';

describe('settings', () => {
  it('have defaults for all but the storage', () => {
    expect(parseSettings({ AzureWebJobsStorage: 'UseDevelopmentStorage=true', ARM_ENDPOINT: '' })).toEqual({
      storage: { kind: 'connectionString', connectionString: 'UseDevelopmentStorage=true' },
      armEndpoint: 'https://management.azure.com',
      vaultUrl: 'https://{vault}.vault.azure.net',
      reconcileDryRun: true,
      reconcileGraceHours: 24,
      reconcileMostDeletes: 10,
      reconcileVerifyHours: 24,
      operationsInFlight: 20,
      operationsPerCaller: 500,
      installation: 'default',
      guestTimeouts: { features: 3_600, network: 1_800, check: 900, restart: 1_800 },
      callbacks: { hosts: [], privateHosts: [], secrets: [] },
    });
  });

  it('take an identity instead of a connection string', () => {
    const env = {
      AzureWebJobsStorage__tableServiceUri: 'https://x.table.core.windows.net',
      AzureWebJobsStorage__queueServiceUri: 'https://x.queue.core.windows.net',
      AzureWebJobsStorage__clientId: 'c',
    };
    expect(parseSettings(env).storage).toEqual({
      kind: 'identity',
      tableServiceUri: 'https://x.table.core.windows.net',
      queueServiceUri: 'https://x.queue.core.windows.net',
      clientId: 'c',
    });
  });

  describe('about callbacks', () => {
    const secret = `whsec_${'A'.repeat(32)}`;
    const read = (env: Record<string, string>) =>
      parseSettings({ AzureWebJobsStorage: 'UseDevelopmentStorage=true', ...env }).callbacks;

    it('are lists', () => {
      const env = {
        CALLBACK_HOSTS: 'Hooks.Contoso.com, *.service-now.com',
        CALLBACK_SECRETS: `${secret} ${secret}`,
      };
      expect(read(env)).toEqual({
        hosts: ['hooks.contoso.com', '*.service-now.com'],
        privateHosts: [],
        secrets: [secret, secret],
      });
    });

    it('stand for no secret while a Key Vault reference is not resolved', () => {
      const unresolved = '@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/callbacks)';
      expect(read({ CALLBACK_SECRETS: unresolved }).secrets).toEqual([]);
    });

    it('allow private addresses on a developer machine only', () => {
      const local = { CALLBACK_PRIVATE_HOSTS: 'localhost:9443', AZURE_FUNCTIONS_ENVIRONMENT: 'Development' };
      expect(read(local).privateHosts).toEqual(['localhost:9443']);
      expect(() => read({ ...local, AZURE_FUNCTIONS_ENVIRONMENT: 'Production' })).toThrow(/CALLBACK_PRIVATE/);
      expect(() => read({ CALLBACK_PRIVATE_HOSTS: 'localhost' })).toThrow(/development/);
      expect(() => read({ ...local, WEBSITE_INSTANCE_ID: 'i' })).toThrow(/development/);
    });

    it('are refused without being repeated', () => {
      const wrong = () => read({ CALLBACK_SECRETS: 'whsec_short', CALLBACK_HOSTS: '*' });
      expect(wrong).toThrow(/CALLBACK_HOSTS.*CALLBACK_SECRETS/);
      expect(wrong).not.toThrow(/short/);
    });
  });

  it('name everything that is wrong, without its value', () => {
    const read = () =>
      parseSettings({
        AzureWebJobsStorage: 'secret',
        ARM_ENDPOINT: 'http://plain-secret',
        RECONCILE_DRY_RUN: 'maybe',
        OPERATIONS_IN_FLIGHT: '0',
      });
    expect(read).toThrow(/ARM_ENDPOINT.*RECONCILE_DRY_RUN.*OPERATIONS_IN_FLIGHT/);
    expect(read).not.toThrow(/secret/);
    expect(() => parseSettings({})).toThrow(/AzureWebJobsStorage/);
  });

  it('takes only a container with a SAS for the log of guests', () => {
    const read = (GUEST_LOG_CONTAINER: string) =>
      parseSettings({ AzureWebJobsStorage: 'x', GUEST_LOG_CONTAINER }).guestLogContainer;
    const good = 'https://acct.blob.core.windows.net/guests?sv=1&sig=secret';
    expect(read(good)).toBe(good);
    expect(read('')).toBeUndefined();
    // A reference that is not resolved costs the logs, not the app.
    expect(read('@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/log)')).toBeUndefined();
    for (const wrong of [
      'http://acct.blob.core.windows.net/guests?sig=secret',
      'https://acct.blob.core.windows.net/guests',
      'https://acct.blob.core.windows.net/?sig=secret',
      'https://acct.blob.core.windows.net/guests/deeper?sig=secret',
      'guests',
    ]) {
      expect(() => read(wrong)).toThrow(/GUEST_LOG_CONTAINER/);
      expect(() => read(wrong)).not.toThrow(/secret/);
    }
  });
});
