// What an operator may choose about the app's behaviour; docs/architecture.md says more about each.

@export()
@description('Settings of the app, one to one. A test compares them with what the app reads.')
type Settings = {
  @description('Tells the resources of several installations in one subscription apart; goes into tags. Never change it later.')
  installation: string

  @description('Provisionings at once in one subscription; the others wait.')
  operationsInFlight: int

  @description('Operations that one caller may have open, those that wait included; more are refused.')
  operationsPerCaller: int

  @description('True: the reconciler only reports.')
  reconcileDryRun: bool

  @description('Hours that a leftover must have been there before it is deleted.')
  reconcileGraceHours: int

  @description('Most deletions of one reconciliation.')
  reconcileMostDeletes: int

  @description('Hours after which the reconciler looks into a running Windows again; 0: only when asked to.')
  reconcileVerifyHours: int

  @description('NCRONTAB, when networks are reconciled.')
  reconcileSchedule: string

  @description('NCRONTAB, when broken off admissions are finished.')
  admitSchedule: string

  @description('NCRONTAB, when histories and old operations are purged.')
  purgeSchedule: string

  @description('NCRONTAB, when deliveries of callbacks that were never begun are begun.')
  callbackSchedule: string

  @description('Hosts that callbacks may go to; none: no callbacks.')
  callbackHosts: string[]

  @description('Name of the vault\'s secret that signs callbacks; empty: none. Needs keyVault.')
  callbackSecretName: string

  @description('Name of the vault\'s secret with URL and SAS of the blob container for guest logs; empty: none. Needs keyVault.')
  guestLogSecretName: string

  @description('Seconds that Windows may take.')
  guestTimeouts: {
    @description('to take in the roles')
    features: int

    @description('to be configured')
    network: int

    @description('to be looked into')
    check: int

    @description('to restart')
    restart: int
  }
}

@export()
@description('Cautious: reports, and changes nothing by itself.')
var defaultSettings Settings = {
  installation: 'default'
  operationsInFlight: 20
  operationsPerCaller: 500
  reconcileDryRun: true
  reconcileGraceHours: 24
  reconcileMostDeletes: 10
  reconcileVerifyHours: 24
  reconcileSchedule: '0 */15 * * * *'
  admitSchedule: '*/30 * * * * *'
  purgeSchedule: '0 30 3 * * *'
  callbackSchedule: '0 */5 * * * *'
  callbackHosts: []
  callbackSecretName: ''
  guestLogSecretName: ''
  guestTimeouts: { features: 3600, network: 1800, check: 900, restart: 1800 }
}

@export()
@description('A resource group, in this subscription or another one of the same tenant.')
type Group = {
  @description('Id of the subscription; absent: the one that is deployed to.')
  subscriptionId: string?

  @description('Name of the resource group; it must exist.')
  resourceGroup: string
}

@export()
@description('Who may call the app: an app registration in Entra ID.')
type SignIn = {
  @description('Application (client) id of the registration.')
  clientId: string

  @description('Tenant whose tokens are taken.')
  tenantId: string
}

@export()
@description('What an environment variable holds, or the fallback; pipelines hand on variables that nobody set as empty ones.')
func orElse(value string, fallback string) string => empty(value) ? fallback : value
