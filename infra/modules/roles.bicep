// Custom roles with the actions that the app uses, and no other. ../roles.json says why it needs each; a test compares
// both with what the app asks of Azure.

targetScope = 'subscription'

@description('Subscriptions in which the roles can be assigned: ids of subscriptions, this one among them.')
param assignableScopes string[]

@description('Tells the roles of several installations in one tenant apart: role names are unique there.')
param suffix string

var roles = loadJsonContent('../roles.json')

resource definitions 'Microsoft.Authorization/roleDefinitions@2022-04-01' = [
  for role in items(roles): {
    name: guid(subscription().id, suffix, role.key)
    properties: {
      roleName: '${role.value.name} (${suffix})'
      description: role.value.description
      type: 'CustomRole'
      assignableScopes: assignableScopes
      permissions: [
        {
          actions: objectKeys(role.value.actions)
          notActions: []
          dataActions: []
          notDataActions: []
        }
      ]
    }
  }
]

// Names follow from the same inputs, so that nobody has to wait for one role to know another.
output networkRoleId string = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  guid(subscription().id, suffix, 'network')
)
output bootstrapRoleId string = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  guid(subscription().id, suffix, 'bootstrap')
)
output hostsRoleId string = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  guid(subscription().id, suffix, 'hosts')
)
output subscriptionRoleId string = subscriptionResourceId(
  'Microsoft.Authorization/roleDefinitions',
  guid(subscription().id, suffix, 'subscription')
)
