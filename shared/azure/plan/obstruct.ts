import { fingerprint } from '../../api/canonical';
import type { Obstacle } from '../obstacle';
import type { HostPlan } from './types';

/** The plan with more that stands in its way. Only a plan without obstacles has a hash, by which it can be approved. */
export function withObstacles({ planHash: _, ...plan }: HostPlan, found: Obstacle[]): HostPlan {
  const obstacles = [...plan.obstacles, ...found];
  return obstacles.length > 0 ? { ...plan, obstacles } : { ...plan, planHash: hashOf(plan) };
}

/** Of what is done, and of nothing else: words about it, and how long it takes, are not what is approved. */
const hashOf = ({ network, host, addresses, resources, guest }: HostPlan): string =>
  fingerprint({ network, host, addresses, resources, guest });
