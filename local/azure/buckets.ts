/** Token buckets as ARM and Microsoft.Compute count requests, in simulated time. */

export interface BucketSize {
  burst: number;
  refillPerSecond: number;
}

/** Per subscription, service principal and region. */
export const armBuckets = {
  reads: { burst: 250, refillPerSecond: 25 },
  writes: { burst: 200, refillPerSecond: 10 },
  deletes: { burst: 200, refillPerSecond: 10 },
} as const satisfies Record<string, BucketSize>;

/** Per virtual machine. */
export const computeBuckets = {
  PutVM: { burst: 12, refillPerSecond: 4 / 60 },
  UpdateVM: { burst: 12, refillPerSecond: 4 / 60 },
  DeleteVM: { burst: 12, refillPerSecond: 4 / 60 },
  LowCostGet: { burst: 36, refillPerSecond: 12 / 60 },
  GetOperation: { burst: 45, refillPerSecond: 15 / 60 },
} as const satisfies Record<string, BucketSize>;

export type ComputeBucket = keyof typeof computeBuckets;

export class Buckets {
  private readonly levels = new Map<string, { tokens: number; at: number }>();

  /**
   * Takes one token.
   * @param now epoch milliseconds
   * @returns tokens left, or the seconds until there is one again
   */
  take(name: string, size: BucketSize, now: number): { remaining: number } | { retryAfterSeconds: number } {
    const before = this.levels.get(name) ?? { tokens: size.burst, at: now };
    const tokens = Math.min(size.burst, before.tokens + ((now - before.at) / 1000) * size.refillPerSecond);
    if (tokens < 1) {
      this.levels.set(name, { tokens, at: now });
      return { retryAfterSeconds: Math.max(1, Math.ceil((1 - tokens) / size.refillPerSecond)) };
    }
    this.levels.set(name, { tokens: tokens - 1, at: now });
    return { remaining: Math.floor(tokens - 1) };
  }
}
