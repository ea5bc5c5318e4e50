import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { parseAuthentication, parseSettings } from '../../shared/config';
import type { FindingAction } from '../../shared/records/reconciliation';
import type { OperationRecord } from '../../shared/records/types';
import { compile, type Compiled, type Resource } from './compiled';
import { metricNames } from '../../shared/telemetry/metrics';

jest.setTimeout(300_000);

let templates: Compiled | undefined;
beforeAll(() => {
  templates = compile();
  if (!templates) process.stderr.write('Templates: not looked at, because there is no Bicep compiler.\n');
});

/** A test that is passed over where nothing could be compiled; `npm run infra:check` fails there if CI=true. */
const compiledIt = (name: string, body: (compiled: Compiled) => void): void =>
  it(name, () => {
    if (templates) body(templates);
  });

const only = ({ resources }: Compiled, type: string): Resource => {
  const [found, ...more] = resources.filter((resource) => resource.type === type);
  if (!found || more.length > 0) throw new Error(`${type}: ${more.length + (found ? 1 : 0)}`);
  return found;
};

/** App settings that the platform reads, not the app. */
const ofThePlatform = [
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__blobServiceUri',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  'AzureFunctionsJobHost__extensions__durableTask__hubName',
];
/** What the app reads and no template sets: a key is not used in Azure, the rest the platform sets itself. */
const notSet = [
  'AzureWebJobsStorage',
  'WEBSITE_AUTH_ENABLED',
  'WEBSITE_INSTANCE_ID',
  'AZURE_FUNCTIONS_ENVIRONMENT',
  // For a developer's machine only.
  'CALLBACK_PRIVATE_HOSTS',
];

const storage = {
  AzureWebJobsStorage__tableServiceUri: 'https://x.table.core.windows.net/',
  AzureWebJobsStorage__queueServiceUri: 'https://x.queue.core.windows.net/',
};

/** Settings by the app's source: the schemas, and what timers are bound to. */
function readByTheApp(): string[] {
  const source = ['shared/config.ts', 'shared/callbacks/settings.ts']
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const schemas = [...source.matchAll(/^ +([A-Z]\w*): (?:z\b|text|seconds|hosts)/gm)];
  const inline = [...source.matchAll(/\{ ([A-Z][A-Z_]+): z\./g)];
  const timers = readdirSync('functions/timer').flatMap((file) => [
    ...readFileSync(join('functions/timer', file), 'utf8').matchAll(/scheduleOf\('(\w+)'/g),
  ]);
  return [...new Set([...schemas, ...inline, ...timers].map(([, name]) => name ?? ''))];
}

describe('app settings', () => {
  const given = (compiled: Compiled) =>
    compiled.resources.find(({ name }) => name.includes("'appsettings'"))?.properties as Record<
      string,
      string
    >;

  compiledIt('are those that the app and the platform read: none is missing, none unknown', (compiled) => {
    const wanted = [...ofThePlatform, ...readByTheApp().filter((name) => !notSet.includes(name))];
    expect(Object.keys(given(compiled)).sort()).toEqual(wanted.sort());
  });

  compiledIt('of the parameter files are accepted by the app', (compiled) => {
    for (const file of ['dev.bicepparam', 'prod.bicepparam']) {
      const { settings } = compiled.parameters(file) as {
        settings: { value: Record<string, unknown> & { guestTimeouts: Record<string, number> } };
      };
      const { value } = settings;
      const environment = {
        ...storage,
        INSTALLATION: String(value['installation']),
        OPERATIONS_IN_FLIGHT: String(value['operationsInFlight']),
        OPERATIONS_PER_CALLER: String(value['operationsPerCaller']),
        RECONCILE_DRY_RUN: String(value['reconcileDryRun']),
        RECONCILE_GRACE_HOURS: String(value['reconcileGraceHours']),
        RECONCILE_MOST_DELETES: String(value['reconcileMostDeletes']),
        RECONCILE_VERIFY_HOURS: String(value['reconcileVerifyHours']),
        CALLBACK_HOSTS: (value['callbackHosts'] as string[]).join(' '),
        GUEST_TIMEOUT_FEATURES: String(value.guestTimeouts['features']),
        GUEST_TIMEOUT_NETWORK: String(value.guestTimeouts['network']),
        GUEST_TIMEOUT_CHECK: String(value.guestTimeouts['check']),
        GUEST_TIMEOUT_RESTART: String(value.guestTimeouts['restart']),
      };
      expect(parseSettings(environment)).toMatchObject({ reconcileDryRun: true });
      const { installation: _, ...defaults } = parseSettings(storage);
      expect(parseSettings(environment)).toMatchObject(defaults);
    }
    // As the template gives them without a sign-in.
    expect(parseAuthentication({ AUTH_MODE: 'functionKeys', AUTH_TENANT_ID: '' })).toMatchObject({});
  });
});

describe('roles', () => {
  compiledIt('are those of roles.json, each action by its full name', (compiled) => {
    const definitions = compiled.resources.filter(
      ({ type }) => type === 'Microsoft.Authorization/roleDefinitions',
    );
    const all = definitions.flatMap(
      ({ properties }) =>
        properties?.['permissions'] as { actions: string | string[]; dataActions: string[] }[],
    );
    expect(all).toHaveLength(2);
    const permissions = all.find(({ actions }) => typeof actions === 'string');
    expect(all.find((one) => one !== permissions)).toMatchObject({
      actions: [],
      dataActions: ['getSecret', 'setSecret'].map(
        (verb) => `Microsoft.KeyVault/vaults/secrets/${verb}/action`,
      ),
    });
    expect(permissions?.actions).toMatch(/^\[objectKeys\(items\(variables\('roles'\)\).*\.actions\)\]$/);
    expect(permissions?.dataActions).toEqual([]);
    const roles = JSON.parse(readFileSync('infra/roles.json', 'utf8')) as Record<
      string,
      { actions: Record<string, string> }
    >;
    expect(compiled.variables).toContainEqual(roles);
    const actions = Object.values(roles).flatMap((role) => Object.keys(role.actions));
    expect(
      actions.filter((action) => !/^Microsoft\.\w+(\/\w+)+\/(read|write|delete|action)$/.test(action)),
    ).toEqual([]);
  });

  it('are told in the docs, with the reason for every action', () => {
    const text = readFileSync('docs/deployment.md', 'utf8');
    const roles = JSON.parse(readFileSync('infra/roles.json', 'utf8')) as Record<
      string,
      { name: string; actions: Record<string, string> }
    >;
    const rows = Object.values(roles).flatMap(({ actions }) =>
      Object.entries(actions).map(([action, why]) => `\`${action.replace('Microsoft.', '')}\` | ${why}`),
    );
    const squeezed = text.replace(/ +/g, ' ');
    expect(rows.filter((row) => !squeezed.includes(row))).toEqual([]);
  });
});

describe('what is stored', () => {
  compiledIt('has no key, no public blob, no old TLS', (compiled) => {
    const account = only(compiled, 'Microsoft.Storage/storageAccounts');
    expect(account.properties).toMatchObject({
      allowSharedKeyAccess: false,
      allowBlobPublicAccess: false,
      minimumTlsVersion: 'TLS1_2',
      supportsHttpsTrafficOnly: true,
    });
    for (const { type, properties } of compiled.resources) {
      if (type.endsWith('/containers')) expect(properties?.['publicAccess']).toBeUndefined();
      if (type.startsWith('Microsoft.Insights/components'))
        expect(properties).toMatchObject({ DisableLocalAuth: true });
      if (type.startsWith('Microsoft.OperationalInsights'))
        expect(properties).toMatchObject({ features: { disableLocalAuth: true } });
      if (type.startsWith('Microsoft.KeyVault'))
        expect(properties).toMatchObject({ enableRbacAuthorization: true });
      if (type === 'Microsoft.Web/sites')
        expect(properties).toMatchObject({
          httpsOnly: true,
          siteConfig: { minTlsVersion: '1.2', ftpsState: 'Disabled' },
        });
    }
  });

  compiledIt('gives no secret away', (compiled) => {
    const all = JSON.stringify(compiled.resources) + JSON.stringify(compiled.outputs);
    expect(all).not.toMatch(/listKeys|listSecrets|listConnectionStrings|AccountKey=|listAccountSas/i);
    for (const [name, value] of compiled.outputs) {
      expect(`${name} ${value}`).not.toMatch(/password|InstrumentationKey|secret(?!ure)/i);
    }
  });
});

describe('alerts and workbook', () => {
  const metrics = Object.values(
    (JSON.parse(readFileSync('infra/telemetry.json', 'utf8')) as { metrics: Record<string, string> }).metrics,
  );
  it('are agreed on with the app', () => {
    expect(metrics.sort()).toEqual(Object.values(metricNames).sort());
  });

  const named = (file: string): string[] =>
    [...readFileSync(file, 'utf8').matchAll(/nestedHosts\.[\w.]+/g)].map(([name]) => name);

  it.each(['infra/alerts.json', 'infra/workbook.json'])('%s asks for metrics that are agreed on', (file) => {
    expect(named(file).filter((name) => !metrics.includes(name))).toEqual([]);
    expect(named(file).length).toBeGreaterThan(0);
  });

  it('ask for functions that are there, and for values that the app sends', () => {
    const text = ['infra/alerts.json', 'infra/workbook.json']
      .map((file) => readFileSync(file, 'utf8'))
      .join();
    const functions = readdirSync('functions/timer').join();
    for (const [, name] of text.matchAll(/OperationName == '(\w+)'/g))
      expect(functions).toContain(`${name}.ts`);
    const sources = ['shared/telemetry/levels.ts', 'shared/telemetry/operation.ts']
      .map((file) => readFileSync(file, 'utf8'))
      .join();
    const properties = [...text.matchAll(/Properties\.(\w+)/g)].map(([, name]) => name ?? '');
    expect(new Set(properties)).toEqual(new Set(['kind', 'outcome', 'step', 'network', 'pool', 'verdict']));
    for (const name of properties) expect(sources).toMatch(new RegExp(`[{ ]${name}[,: }]`));
    const verdicts: FindingAction['verdict'][] = ['withheld', 'none', 'failed'];
    expect(text).toContain(
      `tostring(Properties.verdict) in (${verdicts.map((one) => `'${one}'`).join(', ')})`,
    );
    const failed: OperationRecord['status'] = 'failed';
    expect(text).toContain(`tostring(Properties.outcome) == '${failed}'`);
  });

  it('reach somebody in production', () => {
    expect(readFileSync('infra/prod.bicepparam', 'utf8')).toMatch(/^param alertEmails = split\(readEnv/m);
    expect(readFileSync('.github/workflows/deploy.yml', 'utf8')).toContain('vars.NESTED_HOSTS_ALERT_EMAILS');
  });
});

it('azd deploys the package as it is', () => {
  const { services, workflows } = parse(readFileSync('azure.yaml', 'utf8')) as {
    services: Record<string, { remoteBuild?: boolean }>;
    workflows: { up: { steps: { azd: string }[] } };
  };
  expect(services['api']?.remoteBuild).toBe(false);
  expect(workflows.up.steps.map(({ azd }) => azd)).toEqual([
    'provision',
    'deploy api --from-package dist/nested-hosts.zip',
  ]);
});
