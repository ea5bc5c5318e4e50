// Secrets of the app: keys that sign callbacks, which it reads, and passwords of hosts, which it writes where a network names
// this vault. Optional: without such, there is no vault.

param name string
param location string
param tags object
param principalId string

@description('False: only a private endpoint leads here.')
param publicNetworkAccess bool

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    publicNetworkAccess: publicNetworkAccess ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: publicNetworkAccess ? 'Allow' : 'Deny'
    }
  }
}

// No built-in role reads and writes secrets and does no more: Secrets Officer also lists, deletes and purges them.
resource role 'Microsoft.Authorization/roleDefinitions@2022-04-01' = {
  name: guid(vault.id, 'secrets')
  properties: {
    roleName: 'Nested Hosts Secrets ${name}'
    description: 'Reads secrets, and writes new versions of them. No list, no deletion.'
    type: 'CustomRole'
    assignableScopes: [resourceGroup().id]
    permissions: [
      {
        actions: []
        notActions: []
        dataActions: [
          'Microsoft.KeyVault/vaults/secrets/getSecret/action'
          'Microsoft.KeyVault/vaults/secrets/setSecret/action'
        ]
        notDataActions: []
      }
    ]
  }
}

resource access 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, 'secrets')
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: role.id
  }
}

output id string = vault.id
output uri string = vault.properties.vaultUri
output name string = vault.name
