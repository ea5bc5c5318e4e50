export { planRouting, routesPerTable } from './plan';
export { blockingRules } from './security';
export type * from './wish';
