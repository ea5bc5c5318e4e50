export { effectiveRoutes, selectRoute, type EffectiveRoute } from './effectiveRoutes';
export { viewFromAzure, type AzureReadings } from './fromAzure';
export { readPrefix } from './lookup';
export { plannedHost, verifiedHost, type HostIdentity } from './hostFacts';
export type * from './result';
export { blockedBy, defaultRules, gateAt, type Blocked } from './securityGroups';
export type * from './view';
export { walk } from './walk';
