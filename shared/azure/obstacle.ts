import { failed, type Failed, type FailureClass } from './outcome';

/** What makes a host impossible, known before anything is written. */
export interface Obstacle {
  class: FailureClass;
  code: string;
  /** What stands in the way and what to do about it. */
  message: string;
  /** Present if it is a limit that the host would exceed. */
  limit?: Limit;
}

export interface Limit {
  /** Most that there may be. */
  limit: number;
  /** How much of it is in use without the host. */
  used: number;
  /** How much the host adds. */
  needed: number;
  remedy: string;
}

/** All obstacles in one failure, under class and code of the first; undefined if there is none. */
export function failureFrom(obstacles: readonly Obstacle[]): Failed | undefined {
  const [first] = obstacles;
  const messages = [...new Set(obstacles.map(({ message }) => message))];
  return first && failed(first.class, first.code, messages.join(' '));
}

export const obstacleFrom = ({ class: kind, code, message }: Failed): Obstacle => ({
  class: kind,
  code,
  message,
});

/** An obstacle that is a limit; `what` says whose. */
export function limitReached(kind: FailureClass, code: string, what: string, limit: Limit): Obstacle {
  return { class: kind, code, message: `${what} ${limit.remedy}`, limit };
}
