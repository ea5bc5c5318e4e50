/** What else a resource has to say so that Azure makes the right thing of it: a wrong value here compiles. By its type. */
const rule = (member: string): string => `[items(variables('rules'))[copyIndex()].value.${member}]`;

export const resources: Record<string, object> = {
  'Microsoft.Web/serverfarms': {
    sku: { name: 'FC1', tier: 'FlexConsumption' },
    properties: { reserved: true },
  },
  'Microsoft.Web/sites': {
    kind: 'functionapp,linux',
    identity: {
      type: 'UserAssigned',
      userAssignedIdentities: { "[format('{0}', parameters('identity').id)]": {} },
    },
    properties: {
      keyVaultReferenceIdentity: "[parameters('identity').id]",
      functionAppConfig: {
        deployment: {
          storage: {
            type: 'blobContainer',
            value: "[parameters('storage').packageContainer]",
            authentication: {
              type: 'UserAssignedIdentity',
              userAssignedIdentityResourceId: "[parameters('identity').id]",
            },
          },
        },
        runtime: { name: 'node', version: '22' },
        scaleAndConcurrency: {
          instanceMemoryMB: 2048,
          maximumInstanceCount: "[parameters('maximumInstanceCount')]",
          // Orchestrations, activities and entities are one group of this name.
          alwaysReady:
            "[if(greater(parameters('alwaysReadyDurable'), 0), createArray(createObject('name', 'durable', " +
            "'instanceCount', parameters('alwaysReadyDurable'))), createArray())]",
        },
      },
    },
  },
  'Microsoft.Network/virtualNetworks': {
    properties: {
      subnets: [
        // Flex Consumption joins a subnet that is delegated to this service, not to Microsoft.Web.
        {
          name: 'app',
          properties: { delegations: [{ properties: { serviceName: 'Microsoft.App/environments' } }] },
        },
        { name: 'private-endpoints' },
      ],
    },
  },
  'Microsoft.Network/privateEndpoints': {
    properties: {
      subnet: { id: "[parameters('subnetId')]" },
      privateLinkServiceConnections: [
        {
          properties: {
            privateLinkServiceId: "[parameters('targetId')]",
            groupIds: ["[parameters('group')]"],
          },
        },
      ],
    },
  },
  'Microsoft.Network/privateDnsZones': { name: "[parameters('zoneName')]", location: 'global' },
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks': {
    properties: { virtualNetwork: { id: "[parameters('networkId')]" }, registrationEnabled: false },
  },
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups': {
    properties: {
      privateDnsZoneConfigs: [
        {
          properties: {
            privateDnsZoneId: "[resourceId('Microsoft.Network/privateDnsZones', parameters('zoneName'))]",
          },
        },
      ],
    },
  },
  'Microsoft.Insights/components': {
    properties: {
      WorkspaceResourceId:
        "[resourceId('Microsoft.OperationalInsights/workspaces', parameters('workspaceName'))]",
    },
  },
  'Microsoft.Insights/actionGroups': {
    properties: {
      enabled: true,
      copy: [{ input: { emailAddress: "[parameters('emails')[copyIndex('emailReceivers')]]" } }],
    },
  },
  'Microsoft.Insights/scheduledQueryRules': {
    kind: 'LogAlert',
    properties: {
      enabled: true,
      // The tables that rules ask come with the first line for them: a new workspace may not have them yet.
      skipQueryValidation: true,
      severity: rule('severity'),
      scopes: ["[parameters('workspaceId')]"],
      evaluationFrequency: rule('every'),
      windowSize: rule('window'),
      criteria: {
        allOf: [
          {
            query: rule('query'),
            metricMeasureColumn: 'Value',
            timeAggregation: 'Maximum',
            operator: 'GreaterThan',
            threshold: rule('threshold'),
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 },
          },
        ],
      },
      actions: {
        actionGroups: ["[resourceId('Microsoft.Insights/actionGroups', parameters('actionGroupName'))]"],
      },
    },
  },
  'Microsoft.Insights/workbooks': {
    kind: 'shared',
    properties: { category: 'workbook', sourceId: "[parameters('workspaceId')]" },
  },
};

/** What private endpoints lead to, and the zones by which the app's network finds them. */
export const privateTargets = {
  copy: [
    {
      name: 'storageTargets',
      count: "[length(createArray('blob', 'queue', 'table'))]",
      input: {
        group: "[createArray('blob', 'queue', 'table')[copyIndex('storageTargets')]]",
        targetId: "[parameters('storageId')]",
        zoneName:
          "[format('privatelink.{0}.{1}', createArray('blob', 'queue', 'table')[copyIndex('storageTargets')], variables('suffix'))]",
      },
    },
  ],
  suffix: '[environment().suffixes.storage]',
  vaultTarget: {
    group: 'vault',
    targetId: "[parameters('vaultId')]",
    zoneName: 'privatelink.vaultcore.azure.net',
  },
  appTarget: {
    group: 'sites',
    targetId: "[parameters('appId')]",
    zoneName: 'privatelink.azurewebsites.net',
  },
};
