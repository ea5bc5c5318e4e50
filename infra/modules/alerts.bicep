// Who is told, and of what. The rules themselves are data: ../alerts.json.

param actionGroupName string
param namePrefix string
param location string
param tags object
param workspaceId string

@description('Addresses that are written to; none: rules fire, and nobody is told.')
param emails string[]

var rules = loadJsonContent('../alerts.json')

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'nestedhosts'
    emailReceivers: [
      for (email, index) in emails: {
        name: 'email-${index}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in items(rules): {
    name: '${namePrefix}-${rule.key}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: rule.value.title
      enabled: true
      // A workspace may have no table before the first line for it has come.
      skipQueryValidation: true
      severity: rule.value.severity
      scopes: [workspaceId]
      evaluationFrequency: rule.value.every
      windowSize: rule.value.window
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.value.query
            metricMeasureColumn: 'Value'
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: rule.value.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]
