import type { Cloud } from '../cloud';
import type { ArmResource, ArmRequest } from '../types';
import type { JsonObject } from '../json';
import type { ResourceTarget } from '../ids';

/** Answer of a resource provider, before the front door adds its headers. */
export interface Reply {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** One request to one resource. */
export interface Call {
  cloud: Cloud;
  request: ArmRequest;
  target: ResourceTarget;
  /** Id as the request spells it; an existing resource's own id wins. */
  id: string;
  body: JsonObject;
  existing?: ArmResource;
}

export type ExistingCall = Call & { existing: ArmResource };

/** Everything the simulated Azure knows of one resource type. */
export interface Kind {
  type: string;
  service: 'network' | 'compute';
  /** The resource as a GET shows it: stored facts plus what follows from other resources. */
  render(cloud: Cloud, resource: ArmResource): ArmResource;
  /** What `$expand` adds to a GET. */
  expand?(cloud: Cloud, rendered: ArmResource, what: string): ArmResource;
  put?(call: Call): Reply;
  patch?(call: ExistingCall): Reply;
  remove?(call: ExistingCall): Reply;
  /** POST below the resource, by name in lower case. */
  actions?: Record<string, (call: ExistingCall) => Reply>;
  /** GET below the resource, by name in lower case. */
  views?: Record<string, (call: ExistingCall) => Reply>;
}
