import type { Cloud } from './cloud';
import { ArmError, gatewayError } from './errors';
import type { JsonObject } from './json';
import { key, sameId, subscriptionOf } from './ids';
import { guid, opaque } from './random';
import type { ArmRequest, OperationFault } from './types';

export type Service = 'network' | 'compute' | 'disk' | 'job';
export type OperationStatus = 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled';

/** One asynchronous operation, from acceptance to its end. */
export interface Operation {
  id: string;
  service: Service;
  /** As error texts name it, for example `PutSubnetOperation`. */
  name: string;
  location: string;
  apiVersion: string;
  resourceId: string;
  /** The request that began it. */
  begunBy: { method: string; path: string };
  startTime: number;
  endTime?: number;
  status: OperationStatus;
  error?: JsonObject;
  output?: unknown;
  polls: number;
  /** Signed query parameters, given out once and expected back verbatim. */
  signature: [string, string][];
  locks: string[];
  /** Ends it as planned. */
  complete: () => void;
  onFailure: () => void;
}

export interface Begin {
  service: Service;
  name: string;
  location: string;
  resourceId: string;
  /** How long it takes; undefined: until `complete` is called. */
  seconds?: number;
  request: ArmRequest;
  /** Ids that refuse other writes meanwhile. */
  locks?: string[];
  /** Makes the effect visible; the value becomes `properties.output` of the operation. */
  done: () => unknown;
  /** The operation failed or was canceled. */
  failed: () => void;
}

/** Operations of all subscriptions and the locks they hold. */
export class Operations {
  private readonly byId = new Map<string, Operation>();
  private readonly holders = new Map<string, Operation>();
  /** The certificate in every signed URL: long, and the same for all. */
  private readonly certificate: string;

  constructor(private readonly cloud: Cloud) {
    this.certificate = opaque(cloud.identifiers, 2048);
  }

  begin(args: Begin): Operation {
    const { cloud } = this;
    const operation: Operation = {
      id: guid(cloud.identifiers),
      service: args.service,
      name: args.name,
      location: args.location,
      apiVersion: args.request.query.get('api-version') ?? '',
      resourceId: args.resourceId,
      begunBy: { method: args.request.method, path: args.request.path },
      startTime: cloud.now,
      status: 'InProgress',
      polls: 0,
      signature: this.sign(args.service),
      locks: (args.locks ?? []).map(key),
      complete: () => this.complete(operation, args),
      onFailure: () => args.failed(),
    };
    this.byId.set(operation.id, operation);
    for (const lock of operation.locks) this.holders.set(lock, operation);
    if (args.seconds !== undefined) cloud.schedule(args.seconds, operation.complete);
    return operation;
  }

  /** Ends an operation early or as a fault asks. */
  fail(operation: Operation, fault: OperationFault, details?: JsonObject[]): void {
    if (operation.status !== 'InProgress') return;
    const network = operation.service === 'network';
    const more = details ?? fault.details ?? (network ? [] : undefined);
    operation.error = { code: fault.code, message: fault.message, ...(more ? { details: more } : {}) };
    this.settle(operation, fault.status);
    operation.onFailure();
  }

  /** The operation that holds this resource, if any. */
  holding(id: string): Operation | undefined {
    return this.holders.get(key(id));
  }

  get(id: string): Operation | undefined {
    return this.byId.get(id.toLowerCase());
  }

  /** In order of their begin. */
  all(): Operation[] {
    return [...this.byId.values()];
  }

  clear(): void {
    this.byId.clear();
    this.holders.clear();
  }

  url(operation: Operation, kind: 'status' | 'result'): string {
    const { id, service, location, resourceId } = operation;
    const subscription = `${this.cloud.endpoint}/subscriptions/${subscriptionOf(resourceId)}`;
    const query = new URLSearchParams([['api-version', operation.apiVersion], ...operation.signature]);
    if (service === 'job') return `${subscription}/operationresults/${id}?${query.toString()}`;
    const provider = service === 'network' ? 'Microsoft.Network' : 'Microsoft.Compute';
    const base = `${subscription}/providers/${provider}/locations/${location}`;
    if (service === 'network')
      return `${base}/${kind === 'status' ? 'operations' : 'operationResults'}/${id}?${query.toString()}`;
    if (kind === 'result') query.append('monitor', 'true');
    return `${base}/${service === 'disk' ? 'DiskOperations' : 'operations'}/${id}?${query.toString()}`;
  }

  /** Looks an operation up for a poll in its own subscription; the signature must come back as it was given out. */
  polled(subscription: string, id: string, query: URLSearchParams): Operation {
    const operation = this.get(id);
    if (!operation || !sameId(subscriptionOf(operation.resourceId), subscription))
      throw gatewayError(404, 'NotFound', `The entity was not found.`);
    // Unverified: how Azure answers to a damaged signature. What matters is that it does not go unnoticed.
    if (operation.signature.some(([name, value]) => query.get(name) !== value)) {
      throw new ArmError(403, 'AuthorizationFailed', 'The signature of the operation URL is not valid.', {
        gateway: true,
      });
    }
    operation.polls += 1;
    return operation;
  }

  private complete(operation: Operation, { request, done }: Begin): void {
    if (operation.status !== 'InProgress') return;
    if (request.operationFault) {
      this.fail(operation, request.operationFault);
    } else {
      operation.output = done();
      this.settle(operation, 'Succeeded');
    }
  }

  private settle(operation: Operation, status: OperationStatus): void {
    operation.status = status;
    operation.endTime = this.cloud.now;
    for (const lock of operation.locks) {
      if (this.holders.get(lock) === operation) this.holders.delete(lock);
    }
  }

  private sign(service: Service): [string, string][] {
    const { identifiers } = this.cloud;
    const parts: [string, string][] = [
      // .NET ticks, as in the real URLs.
      ['t', String(621355968000000000n + BigInt(Math.floor(this.cloud.now)) * 10000n)],
      ['c', this.certificate],
      ['s', opaque(identifiers, 342)],
      ['h', opaque(identifiers, 43)],
    ];
    return service === 'compute' || service === 'disk' ? [['p', guid(identifiers)], ...parts] : parts;
  }
}
