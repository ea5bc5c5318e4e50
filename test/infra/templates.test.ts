import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { routes, type Route } from '../../shared/api/routes';
import { parseAuthentication, parseSettings, settingNames } from '../../shared/config';
import { requestQueueName } from '../../shared/queue';
import { compile, resourcesOf, type Compiled, type Deployment, type Resource } from './compiled';
import * as expected from './expected';
import { privateTargets, resources } from './expectedResources';

/** As a pipeline has it that hands on variables which nobody set. */
const unset = {
  AZURE_ENV_NAME: '',
  AZURE_LOCATION: '',
  AZURE_TENANT_ID: '',
  NESTED_HOSTS_GROUP: '',
  NESTED_HOSTS_NETWORK_GROUP: '',
  NESTED_HOSTS_HOST_GROUP: '',
  NESTED_HOSTS_CLIENT_ID: '',
};
const templates = compile({ ...unset, NESTED_HOSTS_ALERT_EMAILS: 'one@example.com, ,two@example.com,' });

/** Skipped where nothing could be compiled; `npm run infra:check`, which compiles, fails there if CI=true. */
const compiledIt = (name: string, body: (compiled: Compiled) => void): void => {
  if (templates) it(name, () => body(templates));
  else it.skip(`${name} (there is no Bicep compiler)`, () => undefined);
};

const only = ({ resources }: Compiled, type: string): Resource => {
  const [found, ...more] = resources.filter((resource) => resource.type === type);
  if (!found || more.length > 0) throw new Error(`${type}: ${more.length + (found ? 1 : 0)}`);
  return found;
};

const ofType = ({ template }: Deployment, type: string): Resource[] =>
  resourcesOf(template).filter((resource) => resource.type === type);
const idsIn = (value: unknown): Set<string> =>
  new Set(JSON.stringify(value).match(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/gi));

/** App settings that the platform reads, not the app. */
const ofThePlatform = [
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__blobServiceUri',
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  // By host.json, which names it.
  'DURABLE_HUB',
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

/** Settings that the app reads, and what its timers are bound to. */
function readByTheApp(): string[] {
  const timers = readdirSync('functions/timer').flatMap((file) => [
    ...readFileSync(join('functions/timer', file), 'utf8').matchAll(/scheduleOf\('(\w+)'/g),
  ]);
  return [...settingNames, ...timers.map(([, name]) => name ?? '')];
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

  compiledIt('have the values that are meant for them', (compiled) => {
    expect(given(compiled)).toEqual(expected.appSettings);
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

describe('the site', () => {
  compiledIt('says nothing of itself that its plan refuses', (compiled) => {
    const { siteConfig, ...others } = only(compiled, 'Microsoft.Web/sites').properties ?? {};
    expect(siteConfig).toEqual(expected.siteConfig);
    expect(Object.keys(others).sort()).toEqual(expected.siteProperties);
  });

  compiledIt('gives host.json every setting that it names', (compiled) => {
    const named = [...readFileSync('host.json', 'utf8').matchAll(/%(\w+)%/g)].map(([, name]) => name);
    expect(named).toEqual(['DURABLE_HUB']);
    expect(compiled.deployment('app/app').parameters['hubName']).toBe(expected.hubName);
    // Whoever adds instances reads the file as it is: what a setting overrides there is not seen.
    for (const name of Object.keys(expected.appSettings)) expect(name).not.toMatch(/^AzureFunctionsJobHost/);
  });
});

describe('resources', () => {
  const types = Object.keys(resources);
  for (const type of types)
    compiledIt(`of type ${type} say what makes them work`, (compiled) => {
      expect(only(compiled, type)).toMatchObject(resources[type] ?? {});
    });

  compiledIt('are reached privately where they are, by the names that Azure resolves', (compiled) => {
    const { template, parameters } = compiled.deployment('app/endpoints');
    expect(template.variables).toEqual(privateTargets);
    expect(parameters['storageId']).toBe("[reference('storage').outputs.id.value]");
  });

  compiledIt('have queues of the names that the app looks for', (compiled) => {
    const queues = compiled.resources.filter(({ type }) => type.endsWith('/queueServices/queues'));
    const named = queues.map(({ name }) => name.split("'").at(-2));
    expect(named.sort()).toEqual([requestQueueName, `${requestQueueName}-poison`]);
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
    const named = (key: string) =>
      `[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', guid(subscription().id, parameters('suffix'), '${key}'))]`;
    const { template } = compiled.deployment('roles');
    expect(template.outputs).toEqual(
      Object.fromEntries(
        Object.keys(roles).map((key) => [`${key}RoleId`, { type: 'string', value: named(key) }]),
      ),
    );
    // Role names are unique in a tenant, and a tenant may have several subscriptions with a dev.
    expect(compiled.deployment('roles').parameters['suffix']).toBe(
      "[format('{0}-{1}', parameters('environmentName'), take(uniqueString(subscription().id), 6))]",
    );
    expect(resourcesOf(template).map(({ name }) => name)).toEqual([
      "[guid(subscription().id, parameters('suffix'), items(variables('roles'))[copyIndex()].key)]",
    ]);
    const actions = Object.values(roles).flatMap((role) => Object.keys(role.actions));
    expect(
      actions.filter((action) => !/^Microsoft\.\w+(\/\w+)+\/(read|write|delete|action)$/.test(action)),
    ).toEqual([]);
  });
});

describe('access', () => {
  compiledIt('is given where, and by which role, it is meant', (compiled) => {
    for (const [path, { parameters, ...where }] of Object.entries(expected.access)) {
      expect(compiled.deployment(path)).toMatchObject({ path, ...where });
      expect(compiled.deployment(path).parameters).toEqual(parameters);
    }
  });

  compiledIt('is given by these assignments, and no other', (compiled) => {
    const found = compiled.deployments.flatMap((deployment) =>
      ofType(deployment, 'Microsoft.Authorization/roleAssignments').map(({ properties, scope }) => {
        expect(properties).toMatchObject({
          principalId: "[parameters('principalId')]",
          principalType: 'ServicePrincipal',
        });
        return [deployment.path, { definition: properties?.['roleDefinitionId'], on: scope }];
      }),
    );
    expect(Object.fromEntries(found)).toEqual(expected.assignments);
    expect(found).toHaveLength(Object.keys(expected.assignments).length);
  });

  compiledIt('names these built-in roles, and no other', (compiled) => {
    for (const [path, variables] of Object.entries(expected.builtInRoles))
      expect(compiled.deployment(path).template.variables).toMatchObject(variables);
    // A workbook has ids of its own.
    const own = compiled.deployments
      .filter(({ path }) => path !== 'app/workbook')
      .map(({ parameters, template }) => [parameters, template.variables, resourcesOf(template)]);
    expect(idsIn(own)).toEqual(idsIn(expected.builtInRoles));
  });

  compiledIt('reaches the modules as it is meant', (compiled) => {
    for (const [path, parameters] of Object.entries(expected.handedOn))
      expect({ path, ...compiled.deployment(path).parameters }).toMatchObject({ path, ...parameters });
    const conditional = compiled.deployments.filter(({ condition }) => condition !== undefined);
    expect(Object.fromEntries(conditional.map(({ path, condition }) => [path, condition]))).toEqual(
      expected.conditions,
    );
  });

  compiledIt('from the internet ends where publicNetworkAccess says so', (compiled) => {
    const { publicNetworkAccess } = expected.reachable;
    const account = only(compiled, 'Microsoft.Storage/storageAccounts');
    expect(account.properties).toMatchObject(expected.reachable);
    expect(only(compiled, 'Microsoft.KeyVault/vaults').properties).toMatchObject(expected.reachable);
    expect(only(compiled, 'Microsoft.Web/sites').properties).toMatchObject({ publicNetworkAccess });
  });

  compiledIt('of callers is settled by the platform, where they sign in', (compiled) => {
    const authentication = compiled.resources.find(({ name }) => name.includes("'authsettingsV2'"));
    expect(authentication?.properties).toEqual(expected.signIn);
  });

  compiledIt('is open to anybody on the paths that the app leaves open, and no other', (compiled) => {
    const open = Object.values<Route>(routes).filter(({ role }) => role === undefined);
    expect((compiled.deployment('app/authentication').parameters['openPaths'] as string[]).sort()).toEqual(
      // A path counts as it is; only a star stands for what is below.
      open.map(({ path }) => `/api/v1${path.replace(/\{\w+\}$/, '*')}`).sort(),
    );
  });
});

describe('deployments', () => {
  compiledIt("outside the app's own group are called by their environment", (compiled) => {
    // Azure keeps one of a name, and it stays in its region: that of another environment may be elsewhere.
    const outside = compiled.deployments.filter(({ path }) => path !== '' && !/^app(\/|$)/.test(path));
    expect(outside.map(({ path }) => path).sort()).toEqual([...Object.keys(expected.access), 'roles'].sort());
    for (const { name } of outside) expect(name).toContain("parameters('environmentName')");
    const subscriptions = compiled.deployments.filter(
      ({ path, scope }) => path !== '' && scope === 'subscription',
    );
    expect(subscriptions.map(({ path }) => path)).toEqual(['roles', 'subscriptionAccess']);
  });
});

describe('parameter files', () => {
  compiledIt(
    'take what nobody set as absent, and make up neither who signs in nor who is told',
    (compiled) => {
      for (const [file, meant] of Object.entries(expected.parameterFiles)) {
        const { settings: _, ...others } = compiled.parameters(file);
        const values = Object.entries(others).map(([name, { value }]) => [name, value]);
        expect({ file, ...Object.fromEntries(values) }).toEqual({ file, ...meant });
      }
    },
  );
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
      if (type === 'Microsoft.Web/sites') expect(properties).toMatchObject({ httpsOnly: true });
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
