// A whole installation: the app in a resource group of its own, and its roles where it works. docs/deployment.md leads
// through it.

targetScope = 'subscription'

import { defaultSettings, Group, Settings, SignIn } from 'settings.bicep'

@description('Name of the environment, such as dev or prod: letters, digits and hyphens. Part of every name.')
@minLength(2)
@maxLength(16)
param environmentName string

@description('Region of the app. The hosts may be elsewhere.')
param location string

@description('Tags for every resource.')
param tags object = {}

@description('How the app behaves; absent: as the defaults in settings.bicep say.')
param settings Settings?

@description('Resource groups with networks, routed subnets (also of peers), their route tables and security groups.')
param networkGroups Group[]

@description('Resource groups for hosts, best of their own: whoever may run commands there is SYSTEM on every machine in them.')
param hostGroups Group[]

@description('True: groups named above that are in this subscription are made, where they are absent. Only for trying it out: the tags of those that are there are replaced.')
param createGroups bool = false

@description('True: the app may create virtual networks in the network groups. Only for networks that say create.')
param allowCreatingNetworks bool = false

@description('App registration by which callers sign in; absent: callers send a function key.')
param signIn SignIn?

@description('A vault for secrets that the app reads.')
param keyVault bool = false

@description('The app reaches its storage and vault by private endpoints only.')
param privateNetworking bool = false

@description('The app itself is reached by a private endpoint only; needs privateNetworking, and somebody who deploys from inside.')
param privateInbound bool = false

@description('Range of the app\'s own virtual network, a /24 or larger; for privateNetworking.')
param networkPrefix string = '172.31.255.0/24'

@description('Redundancy of the storage account.')
@allowed(['Standard_ZRS', 'Standard_LRS', 'Standard_GZRS'])
param storageSku string = 'Standard_ZRS'

@description('Instances that always wait for orchestrations; each costs around the clock.')
param alwaysReadyDurable int = 0

@description('Most instances at once.')
param maximumInstanceCount int = 40

@description('Days that logs are kept.')
param retentionInDays int = 90

@description('Most gigabytes of logs per day; -1: no limit.')
param dailyQuotaGb int = 5

@description('Who is written to when an alert fires.')
param alertEmails string[] = []

var abbreviations = loadJsonContent('abbreviations.json')
var allTags = union(tags, { application: 'nested-hosts', 'azd-env-name': environmentName })
var subscriptionIds = union(
  [subscription().subscriptionId],
  map(concat(networkGroups, hostGroups), group => group.?subscriptionId ?? subscription().subscriptionId)
)
var groupNames = createGroups
  ? union(
      map(filter(concat(networkGroups, hostGroups), one => !contains(one, 'subscriptionId')), one => one.resourceGroup),
      []
    )
  : []
var networkRoles = allowCreatingNetworks
  ? [roles.outputs.networkRoleId, roles.outputs.bootstrapRoleId]
  : [roles.outputs.networkRoleId]

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: '${abbreviations.resourceGroup}-nestedhosts-${environmentName}'
  location: location
  tags: allTags
}

resource madeGroups 'Microsoft.Resources/resourceGroups@2024-11-01' = [
  for name in groupNames: {
    name: name
    location: location
    tags: allTags
  }
]

module app 'modules/app.bicep' = {
  name: 'app'
  scope: group
  params: {
    environmentName: environmentName
    location: location
    tags: allTags
    settings: settings ?? defaultSettings
    signIn: signIn
    keyVault: keyVault
    privateNetworking: privateNetworking
    privateInbound: privateInbound
    networkPrefix: networkPrefix
    storageSku: storageSku
    alwaysReadyDurable: alwaysReadyDurable
    maximumInstanceCount: maximumInstanceCount
    retentionInDays: retentionInDays
    dailyQuotaGb: dailyQuotaGb
    alertEmails: alertEmails
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles-${environmentName}'
  params: {
    assignableScopes: map(subscriptionIds, id => '/subscriptions/${id}')
    // Two subscriptions of a tenant may both have a dev.
    suffix: '${environmentName}-${take(uniqueString(subscription().id), 6)}'
  }
}

module subscriptionAccess 'modules/subscriptionAccess.bicep' = [
  for id in subscriptionIds: {
    name: 'subscription-access-${environmentName}'
    scope: subscription(id)
    params: {
      principalId: app.outputs.principalId
      roleId: roles.outputs.subscriptionRoleId
    }
  }
]

module networkAccess 'modules/groupAccess.bicep' = [
  for one in networkGroups: {
    name: 'network-access-${environmentName}'
    scope: resourceGroup(one.?subscriptionId ?? subscription().subscriptionId, one.resourceGroup)
    dependsOn: [madeGroups]
    params: {
      principalId: app.outputs.principalId
      roleIds: networkRoles
    }
  }
]

module hostAccess 'modules/groupAccess.bicep' = [
  for one in hostGroups: {
    name: 'host-access-${environmentName}'
    scope: resourceGroup(one.?subscriptionId ?? subscription().subscriptionId, one.resourceGroup)
    dependsOn: [madeGroups]
    params: {
      principalId: app.outputs.principalId
      roleIds: [roles.outputs.hostsRoleId]
    }
  }
]

// azd keeps these in the environment's .env file.
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP_NAME string = app.outputs.appName
output AZURE_STORAGE_ACCOUNT_NAME string = app.outputs.storageAccountName
output APP_PRINCIPAL_ID string = app.outputs.principalId
output API_URL string = '${app.outputs.appUrl}/api/v1'
