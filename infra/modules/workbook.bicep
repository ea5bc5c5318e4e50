// The page that an operator looks at: ../workbook.json over the app's workspace.

param location string
param tags object
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspaceId, 'nested-hosts')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Nested hosts'
    category: 'workbook'
    sourceId: workspaceId
    serializedData: loadTextContent('../workbook.json')
  }
}
