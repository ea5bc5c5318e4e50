import type { RetailPrice } from './prices';

/** Azure as a run sees it, the real one or the simulated one. Everything else of a run is the same for both. */
export interface Target {
  kind: 'azure' | 'simulated';
  subscriptionId: string;
  /** Origin of Azure Resource Manager. */
  endpoint: string;
  /** Certificate authority of that origin, in PEM; absent: the public ones. */
  ca?: string;
  /** App settings that only this Azure needs. */
  settings: Record<string, string>;
  /** Clock that the functions host follows; absent: the time of this machine. */
  clock?: string;
  /** Bearer token for ARM of whoever runs this. */
  token(): Promise<string>;
  /** Epoch milliseconds of this Azure's time. */
  now(): Promise<number>;
  /** Lets so many seconds of this Azure's time pass. */
  pass(seconds: number, signal?: AbortSignal): Promise<void>;
  /** Waits a little for the app to get on with its own work. */
  linger(signal?: AbortSignal): Promise<void>;
  /** Retail prices that fit an OData filter. @throws if there are none to be had. */
  prices(filter: string): Promise<RetailPrice[]>;
  /** Resolves when this Azure is gone unasked, with a text that says why; a real one never is. */
  broken(): Promise<string>;
  stop(): Promise<void>;
}
