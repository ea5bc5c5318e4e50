export { planSeen, type Unseen } from './partial';
export { planRouting, routesPerTable } from './plan';
export { blockingRules } from './security';
export { isNamedRoute, routeNameIn } from './wish';
export type * from './wish';
