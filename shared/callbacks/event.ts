import type { z } from 'zod';
import type { event as eventShape } from '../api/shapes';
import type { CallbackEvent, CallbackRecord } from '../records/callbacks';
import type { HostAddresses, OperationRecord, OperationStatus } from '../records/types';

const events: Record<OperationStatus, CallbackEvent | undefined> = {
  admitted: 'accepted',
  running: undefined,
  succeeded: 'completed',
  failed: 'failed',
  cancelled: 'cancelled',
};

/** What is told of an operation, or of a request that never became one. */
export type Told = Pick<
  OperationRecord,
  | 'id'
  | 'kind'
  | 'network'
  | 'host'
  | 'status'
  | 'ticket'
  | 'callback'
  | 'createdAt'
  | 'finishedAt'
  | 'failure'
>;

/** What the receiver learns beside the operation's own record. */
export interface EventFacts {
  /** Names the installation that speaks. */
  installation: string;
  addresses?: HostAddresses;
  /** There was nothing to do, so there is no operation under this id. */
  unchanged?: true;
  /** The request never became an operation. */
  notBegun?: true;
}

/**
 * The callback that the operation, with the status that it has, owes its caller; undefined if the caller did not ask for it.
 * The same operation and status always give the same id.
 */
export function callbackOf(operation: Told, facts: EventFacts): CallbackRecord | undefined {
  const { id: operationId, network, host, callback, status, createdAt, finishedAt } = operation;
  const event = events[status];
  if (!callback || event === undefined || !callback.events.includes(event)) return undefined;
  const id = callbackId(operationId, event);
  const time = finishedAt ?? createdAt;
  return {
    id,
    operation: operationId,
    event,
    network,
    ...(host === undefined ? {} : { host }),
    url: callback.url,
    body: bodyOf({ id, event, time }, operation, facts),
    status: 'waiting',
    round: 1,
    attempts: 0,
    createdAt: time,
  };
}

export const callbackId = (operation: string, event: CallbackEvent) => `cb-${operation}-${event}`;

function bodyOf(
  { id, event, time }: { id: string; event: CallbackEvent; time: string },
  { id: operation, kind, network, host, status, ticket, createdAt, finishedAt, failure }: Told,
  { installation, addresses, unchanged, notBegun }: EventFacts,
): z.output<typeof eventShape> {
  return {
    specversion: '1.0',
    id,
    source: `urn:nested-hosts:${installation}`,
    type: `nested-hosts.operation.${event}`,
    subject: host === undefined ? `networks/${network}` : `hosts/${network}/${host}`,
    time,
    datacontenttype: 'application/json',
    data: {
      operation,
      kind,
      network,
      ...(host === undefined ? {} : { host }),
      status,
      ...(ticket === undefined ? {} : { ticket }),
      createdAt,
      ...(finishedAt === undefined ? {} : { finishedAt }),
      ...(addresses ? { addresses } : {}),
      ...(failure ? { failure } : {}),
      ...(unchanged ? { unchanged } : {}),
      ...(unchanged || notBegun ? {} : { href: `/api/v1/operations/${operation}` }),
    },
  };
}
