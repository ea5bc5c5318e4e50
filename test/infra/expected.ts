/** What each app setting is compiled to. `setting(x)` is a member of the installation's settings. */
const setting = (path: string): string => `parameters('settings').${path}`;
const asText = (path: string): string => `[string(${setting(path)})]`;
const fromVault = (parameter: string): string =>
  `[if(empty(parameters('${parameter}')), '', format('@Microsoft.KeyVault(SecretUri={0})', parameters('${parameter}')))]`;

export const appSettings: Record<string, string> = {
  AzureWebJobsStorage__credential: 'managedidentity',
  AzureWebJobsStorage__clientId: "[parameters('identity').clientId]",
  AzureWebJobsStorage__blobServiceUri: "[parameters('storage').blobEndpoint]",
  AzureWebJobsStorage__queueServiceUri: "[parameters('storage').queueEndpoint]",
  AzureWebJobsStorage__tableServiceUri: "[parameters('storage').tableEndpoint]",
  APPLICATIONINSIGHTS_CONNECTION_STRING: "[parameters('monitoringConnectionString')]",
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING:
    "[format('ClientId={0};Authorization=AAD', parameters('identity').clientId)]",
  DURABLE_HUB: "[parameters('hubName')]",
  AZURE_CLIENT_ID: "[parameters('identity').clientId]",
  ARM_ENDPOINT: '[environment().resourceManager]',
  KEY_VAULT_URL: "[format('https://{{vault}}{0}', environment().suffixes.keyvaultDns)]",
  AUTH_MODE: "[if(empty(parameters('signInTenantId')), 'functionKeys', 'entra')]",
  AUTH_TENANT_ID: "[parameters('signInTenantId')]",
  INSTALLATION: `[${setting('installation')}]`,
  OPERATIONS_IN_FLIGHT: asText('operationsInFlight'),
  OPERATIONS_PER_CALLER: asText('operationsPerCaller'),
  RECONCILE_DRY_RUN: `[if(${setting('reconcileDryRun')}, 'true', 'false')]`,
  RECONCILE_GRACE_HOURS: asText('reconcileGraceHours'),
  RECONCILE_MOST_DELETES: asText('reconcileMostDeletes'),
  RECONCILE_VERIFY_HOURS: asText('reconcileVerifyHours'),
  RECONCILE_SCHEDULE: `[${setting('reconcileSchedule')}]`,
  ADMIT_SCHEDULE: `[${setting('admitSchedule')}]`,
  PURGE_SCHEDULE: `[${setting('purgeSchedule')}]`,
  CALLBACK_SCHEDULE: `[${setting('callbackSchedule')}]`,
  CALLBACK_HOSTS: `[join(${setting('callbackHosts')}, ' ')]`,
  CALLBACK_SECRETS: fromVault('callbackSecretUri'),
  GUEST_LOG_CONTAINER: fromVault('guestLogSecretUri'),
  GUEST_TIMEOUT_FEATURES: asText('guestTimeouts.features'),
  GUEST_TIMEOUT_NETWORK: asText('guestTimeouts.network'),
  GUEST_TIMEOUT_CHECK: asText('guestTimeouts.check'),
  GUEST_TIMEOUT_RESTART: asText('guestTimeouts.restart'),
};

const output = (module: string, name: string): string => `reference('${module}').outputs.${name}.value`;
const secretUri = (name: string): string =>
  `[if(empty(${setting(name)}), createObject('value', ''), createObject('value', format('{0}secrets/{1}', ` +
  `coalesce(tryGet(if(parameters('keyVault'), reference('vault'), null()), 'outputs', 'uri', 'value'), ''), ` +
  `${setting(name)})))]`;

/** What decides who may do what, and who is let in, by the deployment that it is handed to. */
export const handedOn: Record<string, Record<string, unknown>> = {
  app: {
    settings: "[coalesce(parameters('settings'), variables('defaultSettings'))]",
    signIn: "[parameters('signIn')]",
    keyVault: "[parameters('keyVault')]",
    privateNetworking: "[parameters('privateNetworking')]",
    privateInbound: "[parameters('privateInbound')]",
  },
  'app/monitoring': { principalId: `[${output('identity', 'principalId')}]` },
  // Names of accounts and vaults have at most 24 characters, and the token that makes them unique has 13.
  'app/storage': {
    name: "[format('{0}nh{1}{2}', variables('abbreviations').storageAccount, take(variables('plain'), 7), variables('token'))]",
    principalId: `[${output('identity', 'principalId')}]`,
    publicNetworkAccess: "[not(parameters('privateNetworking'))]",
  },
  'app/vault': {
    name: "[format('{0}-nh-{1}{2}', variables('abbreviations').keyVault, take(variables('plain'), 5), variables('token'))]",
    principalId: `[${output('identity', 'principalId')}]`,
    publicNetworkAccess: "[not(parameters('privateNetworking'))]",
  },
  'app/app': {
    identity: {
      id: `[${output('identity', 'id')}]`,
      clientId: `[${output('identity', 'clientId')}]`,
    },
    storage: Object.fromEntries(
      ['blobEndpoint', 'queueEndpoint', 'tableEndpoint', 'packageContainer'].map((name) => [
        name,
        `[${output('storage', name)}]`,
      ]),
    ),
    monitoringConnectionString: `[${output('monitoring', 'connectionString')}]`,
    settings: "[parameters('settings')]",
    callbackSecretUri: secretUri('callbackSecretName'),
    guestLogSecretUri: secretUri('guestLogSecretName'),
    signInTenantId: "[coalesce(tryGet(parameters('signIn'), 'tenantId'), '')]",
    publicNetworkAccess: "[not(parameters('privateInbound'))]",
  },
  'app/authentication': { signIn: "[parameters('signIn')]" },
};

/** What is deployed only sometimes, and when. */
export const conditions: Record<string, string> = {
  'app/vault': "[parameters('keyVault')]",
  'app/network': "[parameters('privateNetworking')]",
  'app/authentication': "[not(equals(parameters('signIn'), null()))]",
  'app/endpoints': "[parameters('privateNetworking')]",
};

const roleIds = (...names: string[]): string =>
  `createObject('value', createArray(${names.map((name) => output('roles', `${name}RoleId`)).join(', ')}))`;
const group = (parameter: string) => ({
  scope: 'resourceGroup',
  subscription: `[coalesce(tryGet(parameters('${parameter}')[copyIndex()], 'subscriptionId'), subscription().subscriptionId)]`,
  resourceGroup: `[parameters('${parameter}')[copyIndex()].resourceGroup]`,
});
const principalId = `[${output('app', 'principalId')}]`;

/** Who gets which role where, outside the app's own group. */
export const access: Record<string, { scope: string; [field: string]: unknown }> = {
  subscriptionAccess: {
    scope: 'subscription',
    subscription: "[variables('subscriptionIds')[copyIndex()]]",
    parameters: { principalId, roleId: `[${output('roles', 'subscriptionRoleId')}]` },
  },
  networkAccess: {
    ...group('networkGroups'),
    parameters: {
      principalId,
      roleIds: `[if(parameters('allowCreatingNetworks'), ${roleIds('network', 'bootstrap')}, ${roleIds('network')})]`,
    },
  },
  hostAccess: {
    ...group('hostGroups'),
    parameters: { principalId, roleIds: [`[${output('roles', 'hostsRoleId')}]`] },
  },
};

/** Which definition each assignment of a role names, and on what; absent: on what is deployed to. */
export const assignments: Record<string, { definition: string; on?: string }> = {
  subscriptionAccess: { definition: "[parameters('roleId')]" },
  networkAccess: { definition: "[parameters('roleIds')[copyIndex()]]" },
  hostAccess: { definition: "[parameters('roleIds')[copyIndex()]]" },
  'app/storage': {
    definition:
      "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', items(variables('dataRoles'))[copyIndex()].value)]",
    on: "[resourceId('Microsoft.Storage/storageAccounts', parameters('name'))]",
  },
  'app/monitoring': {
    definition:
      "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', variables('monitoringMetricsPublisher'))]",
    on: "[resourceId('Microsoft.Insights/components', parameters('componentName'))]",
  },
  'app/vault': {
    definition:
      "[resourceId('Microsoft.Authorization/roleDefinitions', guid(resourceId('Microsoft.KeyVault/vaults', parameters('name')), 'secrets'))]",
    on: "[resourceId('Microsoft.KeyVault/vaults', parameters('name'))]",
  },
};

/** The built-in roles that the app has, by the variable that holds them; Azure's ids, the same in every tenant. */
export const builtInRoles = {
  'app/storage': {
    dataRoles: {
      // Storage Blob Data Owner, Storage Queue Data Contributor, Storage Table Data Contributor.
      blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
      queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
      tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
    },
  },
  // Monitoring Metrics Publisher.
  'app/monitoring': { monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb' },
};

export const signIn = {
  platform: { enabled: true },
  globalValidation: {
    requireAuthentication: true,
    unauthenticatedClientAction: 'Return401',
    excludedPaths: "[parameters('openPaths')]",
  },
  httpSettings: { requireHttps: true },
  identityProviders: {
    azureActiveDirectory: {
      enabled: true,
      registration: {
        clientId: "[parameters('signIn').clientId]",
        openIdIssuer:
          "[format('{0}{1}/v2.0', environment().authentication.loginEndpoint, parameters('signIn').tenantId)]",
      },
      validation: {
        allowedAudiences: [
          "[parameters('signIn').clientId]",
          "[format('api://{0}', parameters('signIn').clientId)]",
        ],
      },
    },
  },
  login: { tokenStore: { enabled: false } },
};

/** What `publicNetworkAccess` of a module makes of a resource. */
export const reachable = {
  publicNetworkAccess: "[if(parameters('publicNetworkAccess'), 'Enabled', 'Disabled')]",
  networkAcls: { bypass: 'None', defaultAction: "[if(parameters('publicNetworkAccess'), 'Allow', 'Deny')]" },
};

/** Most other members are refused on Flex Consumption, such as ftpsState (error 51021), though they compile. */
export const siteConfig = { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', http20Enabled: true };
export const siteProperties = [
  'functionAppConfig',
  'httpsOnly',
  'keyVaultReferenceIdentity',
  'publicNetworkAccess',
  'serverFarmId',
  'virtualNetworkSubnetId',
];

export const hubName = "[take(format('NestedHosts{0}', variables('plain')), 45)]";

const unsetGroup = { resourceGroup: 'nested-hosts-dev' };

/** What the parameter files give, where no variable of the environment is set but those who are told. */
export const parameterFiles: Record<string, Record<string, unknown>> = {
  'dev.bicepparam': {
    environmentName: 'dev',
    location: 'westeurope',
    tags: { stage: 'dev' },
    networkGroups: [unsetGroup],
    hostGroups: [unsetGroup],
    createGroups: true,
    allowCreatingNetworks: true,
    storageSku: 'Standard_LRS',
    retentionInDays: 30,
    dailyQuotaGb: 1,
  },
  'prod.bicepparam': {
    environmentName: 'prod',
    location: 'westeurope',
    tags: { stage: 'prod' },
    networkGroups: [{ resourceGroup: 'network-prod' }],
    hostGroups: [{ resourceGroup: 'nested-hosts-prod' }],
    // What infra/check.mjs sets for variables without which the file does not compile.
    signIn: { clientId: 'stand-in', tenantId: 'stand-in' },
    keyVault: true,
    privateNetworking: true,
    storageSku: 'Standard_ZRS',
    alwaysReadyDurable: 1,
    retentionInDays: 180,
    dailyQuotaGb: 10,
    alertEmails: ['one@example.com', 'two@example.com'],
  },
};
