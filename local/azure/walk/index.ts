export type { Endpoint, Hop, WalkOptions, WalkResult, WalkView } from './types';
import type { Endpoint, WalkOptions, WalkResult, WalkView } from './types';

/** Follows one packet from `from` to `to` and its answer back. Pure. Throws RangeError on an endpoint that does not exist. */
export declare function walk(view: WalkView, from: Endpoint, to: Endpoint, options?: WalkOptions): WalkResult;
