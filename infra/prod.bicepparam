// For work: sign-in instead of keys, private ways to what is stored, no leave to create networks, hosts in a group of
// their own, one instance always ready.
using 'main.bicep'

import { defaultSettings, orElse } from 'settings.bicep'

var clientId = readEnvironmentVariable('NESTED_HOSTS_CLIENT_ID', '')
var tenantId = readEnvironmentVariable('AZURE_TENANT_ID', '')
var emails = filter(
  map(split(readEnvironmentVariable('NESTED_HOSTS_ALERT_EMAILS', ''), ','), one => trim(one)),
  one => !empty(one)
)

param environmentName = orElse(readEnvironmentVariable('AZURE_ENV_NAME', ''), 'prod')
param location = orElse(readEnvironmentVariable('AZURE_LOCATION', ''), 'westeurope')
param tags = { stage: 'prod' }
param settings = union(defaultSettings, { installation: 'prod' })
param networkGroups = [
  { resourceGroup: orElse(readEnvironmentVariable('NESTED_HOSTS_NETWORK_GROUP', ''), 'network-prod') }
]
param hostGroups = [
  { resourceGroup: orElse(readEnvironmentVariable('NESTED_HOSTS_HOST_GROUP', ''), 'nested-hosts-prod') }
]
param signIn = {
  clientId: empty(clientId) ? fail('Set NESTED_HOSTS_CLIENT_ID.') : clientId
  tenantId: empty(tenantId) ? fail('Set AZURE_TENANT_ID.') : tenantId
}
param keyVault = true
param privateNetworking = true
param storageSku = 'Standard_ZRS'
param alwaysReadyDurable = 1
param retentionInDays = 180
param dailyQuotaGb = 10
param alertEmails = empty(emails) ? fail('Set NESTED_HOSTS_ALERT_EMAILS.') : emails
