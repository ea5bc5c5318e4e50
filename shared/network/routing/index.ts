export { planRouting, routesPerTable } from './plan';
export { blockingRules } from './security';
export { routeNameIn } from './wish';
export type * from './wish';
