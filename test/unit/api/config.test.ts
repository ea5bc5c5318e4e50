import { parseSettings } from '../../../shared/config';

describe('settings', () => {
  it('have defaults for all but the storage', () => {
    expect(parseSettings({ AzureWebJobsStorage: 'UseDevelopmentStorage=true', ARM_ENDPOINT: '' })).toEqual({
      storage: { kind: 'connectionString', connectionString: 'UseDevelopmentStorage=true' },
      armEndpoint: 'https://management.azure.com',
      reconcileDryRun: true,
      reconcileGraceHours: 24,
      reconcileMostDeletes: 10,
      reconcileVerifyHours: 24,
      operationsInFlight: 20,
      operationsPerCaller: 500,
      installation: 'default',
      guestTimeouts: { features: 3_600, network: 1_800, check: 900, restart: 1_800 },
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
});
