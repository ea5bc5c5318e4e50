// For work: sign-in instead of keys, private ways to what is stored, no leave to create networks, hosts in a group of
// their own, one instance always ready.
using 'main.bicep'

import { defaultSettings } from 'settings.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'prod')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param tags = { stage: 'prod' }
param settings = union(defaultSettings, { installation: 'prod' })
param networkGroups = [
  { resourceGroup: readEnvironmentVariable('NESTED_HOSTS_NETWORK_GROUP', 'network-prod') }
]
param hostGroups = [
  { resourceGroup: readEnvironmentVariable('NESTED_HOSTS_HOST_GROUP', 'nested-hosts-prod') }
]
param signIn = {
  clientId: readEnvironmentVariable('NESTED_HOSTS_CLIENT_ID', '00000000-0000-0000-0000-000000000000')
  tenantId: readEnvironmentVariable('AZURE_TENANT_ID', '00000000-0000-0000-0000-000000000000')
}
param keyVault = true
param privateNetworking = true
param storageSku = 'Standard_ZRS'
param alwaysReadyDurable = 1
param retentionInDays = 180
param dailyQuotaGb = 10
param alertEmails = split(readEnvironmentVariable('NESTED_HOSTS_ALERT_EMAILS', 'nobody@example.com'), ',')
