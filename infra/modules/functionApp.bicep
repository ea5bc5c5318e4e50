// The function app on a Flex Consumption plan: package, runtime, scale and settings.

import { Settings } from '../settings.bicep'

param name string
param planName string
param location string
param tags object

@description('What azd finds the app by.')
param serviceName string

param identity { id: string, clientId: string }
param storage { blobEndpoint: string, queueEndpoint: string, tableEndpoint: string, packageContainer: string }
param monitoringConnectionString string
param settings Settings

@description('Entra ID tenant whose tokens the app takes; empty: it takes function keys.')
param signInTenantId string

@description('Address of the secret that signs callbacks; empty: callbacks are not signed, and so not sent.')
param callbackSecretUri string

@description('Address of the secret that holds URL and SAS of the container for guest logs; empty: logs stay on the hosts.')
param guestLogSecretUri string

@description('Tells Durable hubs apart that share one storage account; letters and digits.')
@minLength(3)
@maxLength(45)
param hubName string

@description('Instances that always wait for orchestrations and activities; 0: none, the first step of a quiet day starts cold.')
@minValue(0)
param alwaysReadyDurable int

@minValue(40)
@maxValue(1000)
param maximumInstanceCount int

@description('Empty: the app sends from a shared address of the platform.')
param subnetId string

@description('False: only a private endpoint leads to the app.')
param publicNetworkAccess bool

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: publicNetworkAccess ? 'Enabled' : 'Disabled'
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    // Flex Consumption has no FTP, and refuses whatever else it does not have (error 51021).
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: storage.packageContainer
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'node', version: '22' }
      scaleAndConcurrency: {
        instanceMemoryMB: 2048
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyDurable > 0 ? [{ name: 'durable', instanceCount: alwaysReadyDurable }] : []
      }
    }
  }

  // Packages come by the deployment API with Entra ID; nobody logs in with a password.
  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.clientId
      AzureWebJobsStorage__blobServiceUri: storage.blobEndpoint
      AzureWebJobsStorage__queueServiceUri: storage.queueEndpoint
      AzureWebJobsStorage__tableServiceUri: storage.tableEndpoint
      APPLICATIONINSIGHTS_CONNECTION_STRING: monitoringConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.clientId};Authorization=AAD'
      DURABLE_HUB: hubName
      AZURE_CLIENT_ID: identity.clientId
      ARM_ENDPOINT: environment().resourceManager
      KEY_VAULT_URL: 'https://{vault}${environment().suffixes.keyvaultDns}'
      AUTH_MODE: empty(signInTenantId) ? 'functionKeys' : 'entra'
      AUTH_TENANT_ID: signInTenantId
      INSTALLATION: settings.installation
      OPERATIONS_IN_FLIGHT: string(settings.operationsInFlight)
      OPERATIONS_PER_CALLER: string(settings.operationsPerCaller)
      RECONCILE_DRY_RUN: settings.reconcileDryRun ? 'true' : 'false'
      RECONCILE_GRACE_HOURS: string(settings.reconcileGraceHours)
      RECONCILE_MOST_DELETES: string(settings.reconcileMostDeletes)
      RECONCILE_VERIFY_HOURS: string(settings.reconcileVerifyHours)
      RECONCILE_SCHEDULE: settings.reconcileSchedule
      ADMIT_SCHEDULE: settings.admitSchedule
      PURGE_SCHEDULE: settings.purgeSchedule
      CALLBACK_SCHEDULE: settings.callbackSchedule
      CALLBACK_HOSTS: join(settings.callbackHosts, ' ')
      CALLBACK_SECRETS: empty(callbackSecretUri) ? '' : '@Microsoft.KeyVault(SecretUri=${callbackSecretUri})'
      GUEST_LOG_CONTAINER: empty(guestLogSecretUri) ? '' : '@Microsoft.KeyVault(SecretUri=${guestLogSecretUri})'
      GUEST_TIMEOUT_FEATURES: string(settings.guestTimeouts.features)
      GUEST_TIMEOUT_NETWORK: string(settings.guestTimeouts.network)
      GUEST_TIMEOUT_CHECK: string(settings.guestTimeouts.check)
      GUEST_TIMEOUT_RESTART: string(settings.guestTimeouts.restart)
    }
  }
}

output id string = app.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
