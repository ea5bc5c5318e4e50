export { judgeEffective, type Expectation, type Opinion, type Place } from './judge';
export { readEffectiveRoutes } from './read';
