export { effectiveRoutes, selectRoute, type EffectiveRoute } from './effectiveRoutes';
export type * from './result';
export { blockedBy, defaultRules, type Blocked } from './securityGroups';
export type * from './view';
export { walk } from './walk';
