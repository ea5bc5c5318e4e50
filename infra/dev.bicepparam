// For trying it out: cheap, public, with a key; networks may be created in one group that also holds the hosts.
using 'main.bicep'

import { defaultSettings, orElse } from 'settings.bicep'

var group = orElse(readEnvironmentVariable('NESTED_HOSTS_GROUP', ''), 'nested-hosts-dev')

param environmentName = orElse(readEnvironmentVariable('AZURE_ENV_NAME', ''), 'dev')
param location = orElse(readEnvironmentVariable('AZURE_LOCATION', ''), 'westeurope')
param tags = { stage: 'dev' }
param settings = union(defaultSettings, { installation: 'dev' })
param networkGroups = [{ resourceGroup: group }]
param hostGroups = [{ resourceGroup: group }]
param createGroups = true
param allowCreatingNetworks = true
param storageSku = 'Standard_LRS'
param retentionInDays = 30
param dailyQuotaGb = 1
