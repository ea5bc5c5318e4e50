// App Service authentication: the platform turns away whoever has no token of the tenant for this app, before any code of
// the app runs. Which app role a caller needs is up to the app.

import { SignIn } from '../settings.bicep'

param appName string
param signIn SignIn

@description('Paths that anybody may call, such as health probes.')
param openPaths string[]

resource app 'Microsoft.Web/sites@2024-11-01' existing = {
  name: appName

  resource authentication 'config' = {
    name: 'authsettingsV2'
    properties: {
      platform: { enabled: true }
      globalValidation: {
        requireAuthentication: true
        unauthenticatedClientAction: 'Return401'
        excludedPaths: openPaths
      }
      httpSettings: { requireHttps: true }
      identityProviders: {
        azureActiveDirectory: {
          enabled: true
          registration: {
            clientId: signIn.clientId
            openIdIssuer: '${environment().authentication.loginEndpoint}${signIn.tenantId}/v2.0'
          }
          validation: {
            allowedAudiences: [signIn.clientId, 'api://${signIn.clientId}']
          }
        }
      }
      login: { tokenStore: { enabled: false } }
    }
  }
}
