import { gatewayError } from './errors';
import { key } from './ids';

/** The directory that all subscriptions belong to, as tokens name it. */
export const tenantId = '5eed0000-0a11-4b2c-9d3e-00000000ffff';

/** What is different in one subscription. */
export interface SubscriptionLimits {
  /** Cores that each VM family, and a region as a whole, may use; absent: as everywhere. */
  coreQuota?: number;
  /** Sizes that are not offered to it, as resourceSkus and a create say. */
  withheldSizes?: string[];
}

/** The subscriptions of the tenant. Resources of all of them lie in one store: their ids tell them apart. */
export class Subscriptions {
  private readonly known = new Map<string, SubscriptionLimits>();

  constructor(private readonly first: string) {
    this.clear();
  }

  /** A subscription is there from now on, or has other limits. */
  put(id: string, limits: SubscriptionLimits = {}): void {
    this.known.set(key(id), limits);
  }

  list(): string[] {
    return [...this.known.keys()];
  }

  has(id: string): boolean {
    return this.known.has(key(id));
  }

  limitsOf(id: string): SubscriptionLimits {
    return this.known.get(key(id)) ?? {};
  }

  /** Throws what the front door answers for a subscription that is not of the tenant. */
  assertKnown(id: string): void {
    if (this.has(id)) return;
    throw gatewayError(404, 'SubscriptionNotFound', `The subscription '${id}' could not be found.`);
  }

  clear(): void {
    this.known.clear();
    this.put(this.first);
  }
}
