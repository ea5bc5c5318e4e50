// Everything that lives in the app's own resource group, from the identity to the alert.

import { Settings, SignIn } from '../settings.bicep'

param environmentName string
param location string
param tags object
param settings Settings
param signIn SignIn?
param keyVault bool
param privateNetworking bool
param privateInbound bool
param networkPrefix string
param storageSku string
param alwaysReadyDurable int
param maximumInstanceCount int
param retentionInDays int
param dailyQuotaGb int
param alertEmails string[]

var abbreviations = loadJsonContent('../abbreviations.json')
// Unique among all customers of Azure, as names of storage accounts, vaults and apps have to be.
var token = uniqueString(subscription().id, resourceGroup().id, environmentName)
var plain = toLower(replace(environmentName, '-', ''))
var suffix = '${environmentName}-${take(token, 6)}'

module identity 'identity.bicep' = {
  name: 'identity'
  params: {
    name: '${abbreviations.managedIdentity}-nestedhosts-${suffix}'
    location: location
    tags: tags
  }
}

module monitoring 'monitoring.bicep' = {
  name: 'monitoring'
  params: {
    workspaceName: '${abbreviations.logAnalytics}-nestedhosts-${suffix}'
    componentName: '${abbreviations.applicationInsights}-nestedhosts-${suffix}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    retentionInDays: retentionInDays
    dailyQuotaGb: dailyQuotaGb
  }
}

module storage 'storage.bicep' = {
  name: 'storage'
  params: {
    name: '${abbreviations.storageAccount}nh${take(plain, 7)}${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    sku: storageSku
    publicNetworkAccess: !privateNetworking
  }
}

module vault 'vault.bicep' = if (keyVault) {
  name: 'vault'
  params: {
    name: '${abbreviations.keyVault}-nh-${take(plain, 5)}${token}'
    location: location
    tags: tags
    principalId: identity.outputs.principalId
    publicNetworkAccess: !privateNetworking
  }
}

module network 'network.bicep' = if (privateNetworking) {
  name: 'network'
  params: {
    name: '${abbreviations.virtualNetwork}-nestedhosts-${suffix}'
    location: location
    tags: tags
    addressPrefix: networkPrefix
  }
}

module app 'functionApp.bicep' = {
  name: 'functionApp'
  params: {
    name: '${abbreviations.functionApp}-nestedhosts-${suffix}'
    planName: '${abbreviations.serverFarm}-nestedhosts-${suffix}'
    location: location
    tags: tags
    serviceName: 'api'
    identity: { id: identity.outputs.id, clientId: identity.outputs.clientId }
    storage: {
      blobEndpoint: storage.outputs.blobEndpoint
      queueEndpoint: storage.outputs.queueEndpoint
      tableEndpoint: storage.outputs.tableEndpoint
      packageContainer: storage.outputs.packageContainer
    }
    monitoringConnectionString: monitoring.outputs.connectionString
    settings: settings
    callbackSecretUri: empty(settings.callbackSecretName)
      ? ''
      : '${vault.?outputs.uri ?? ''}secrets/${settings.callbackSecretName}'
    guestLogSecretUri: empty(settings.guestLogSecretName)
      ? ''
      : '${vault.?outputs.uri ?? ''}secrets/${settings.guestLogSecretName}'
    signInTenantId: signIn.?tenantId ?? ''
    hubName: take('NestedHosts${plain}', 45)
    alwaysReadyDurable: alwaysReadyDurable
    maximumInstanceCount: maximumInstanceCount
    subnetId: network.?outputs.appSubnetId ?? ''
    publicNetworkAccess: !privateInbound
  }
}

module authentication 'signIn.bicep' = if (signIn != null) {
  name: 'signIn'
  params: {
    appName: app.outputs.name
    signIn: signIn!
    // Compared as they are; a star stands for what is below.
    openPaths: [
      '/api/v1/health'
      '/api/v1/health/ready'
      '/api/v1/openapi.json'
      '/api/v1/docs'
      '/api/v1/docs/*'
      '/api/v1/dashboard'
    ]
  }
}

module endpoints 'privateEndpoints.bicep' = if (privateNetworking) {
  name: 'privateEndpoints'
  params: {
    namePrefix: '${abbreviations.privateEndpoint}-nestedhosts-${suffix}'
    location: location
    tags: tags
    networkId: network.?outputs.id ?? ''
    subnetId: network.?outputs.endpointSubnetId ?? ''
    storageId: storage.outputs.id
    vaultId: vault.?outputs.id ?? ''
    appId: privateInbound ? app.outputs.id : ''
  }
}

module alerts 'alerts.bicep' = {
  name: 'alerts'
  params: {
    actionGroupName: '${abbreviations.actionGroup}-nestedhosts-${suffix}'
    namePrefix: 'nestedhosts-${environmentName}'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
    emails: alertEmails
  }
}

module workbook 'workbook.bicep' = {
  name: 'workbook'
  params: {
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

output principalId string = identity.outputs.principalId
output appName string = app.outputs.name
output appUrl string = app.outputs.url
output storageAccountName string = storage.outputs.name
