import type { Clock } from '../contracts';
import type { FunctionRegistry } from '../dispatch/registry';
import type { Store } from '../store/store';

/** What the HTTP API works on. */
export interface Hub {
  store: Store;
  clock: Clock;
  functions: FunctionRegistry;
  baseUrl: string;
  hubName: string;
  defaultVersion?: string;
}
