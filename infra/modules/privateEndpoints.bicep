// The ways on which the app is reached, and reaches what it stores, without the public internet.

param namePrefix string
param location string
param tags object
param networkId string
param subnetId string
param storageId string

@description('Empty: there is no vault.')
param vaultId string

@description('Empty: the app itself stays public.')
param appId string

var suffix = environment().suffixes.storage

var storageTargets = [
  for group in ['blob', 'queue', 'table']: {
    group: group
    targetId: storageId
    zoneName: 'privatelink.${group}.${suffix}'
  }
]
var vaultTarget = { group: 'vault', targetId: vaultId, zoneName: 'privatelink.vaultcore.azure.net' }
var appTarget = { group: 'sites', targetId: appId, zoneName: 'privatelink.azurewebsites.net' }

module endpoints 'privateEndpoint.bicep' = [
  for target in concat(storageTargets, empty(vaultId) ? [] : [vaultTarget], empty(appId) ? [] : [appTarget]): {
    name: 'privateEndpoint-${target.group}'
    params: {
      name: '${namePrefix}-${target.group}'
      location: location
      tags: tags
      networkId: networkId
      subnetId: subnetId
      targetId: target.targetId
      group: target.group
      zoneName: target.zoneName
    }
  }
]
