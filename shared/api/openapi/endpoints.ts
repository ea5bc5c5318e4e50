import { z } from 'zod';
import { batchQuery, batchRequest } from '../../batches/read';
import {
  callbacksQuery,
  hostsQuery,
  networksQuery,
  newestQuery,
  operationsQuery,
  reconciliationsQuery,
} from '../pages';
import type { ProblemSlug } from '../problems';
import type { RouteName } from '../routes';
import * as schemas from '../schemas';
import * as answers from '../shapes';
import { definitionExample } from './examples';

/** What the document tells of an endpoint beside its route. */
export interface Endpoint {
  summary: string;
  query?: z.ZodObject;
  body?: { schema: z.ZodType; optional?: boolean; csv?: boolean; example?: unknown };
  /** Takes an `Idempotency-Key`; an `operation` counts for its caller, the rows of a `batch` do not. */
  orders?: 'operation' | 'batch';
  /** Where in the request the URL stands that is told how the operation goes (a runtime expression). */
  tells?: string;
  /** Takes `If-Match` and the like. */
  conditional?: true;
  /** JSON bodies by status; other media types by name. */
  answers: Record<number, z.ZodType | 'text/html' | 'application/json' | 'asset'>;
  problems?: ProblemSlug[];
  /** Its 200 tells the `ETag` of what it shows. */
  tagged?: true;
  /** Its 200 may be asked for as CSV. */
  sheet?: true;
  /** Answers out of itself, so that nothing can go wrong. */
  plain?: true;
}

const { host, network, operation } = answers;
const inBody = '{$request.body#/callback/url}';
const absent = ['unknown-network'] satisfies ProblemSlug[];
const refusedHost = [
  'unknown-network',
  'network-not-ready',
  'host-busy',
  'host-differs',
  'host-name-taken',
] satisfies ProblemSlug[];

export const endpoints: Record<RouteName, Endpoint> = {
  listNetworks: { summary: 'List the networks', query: networksQuery, answers: { 200: z.array(network) } },
  getNetwork: { summary: 'Read a network', tagged: true, answers: { 200: network }, problems: absent },
  putNetwork: {
    summary: 'Define a network, or change its definition',
    body: { schema: schemas.networkDefinition, example: definitionExample },
    orders: 'operation',
    conditional: true,
    tagged: true,
    answers: { 200: network, 202: operation },
    problems: ['network-busy', 'network-in-use', 'precondition-failed', 'definition-failed'],
  },
  deleteNetwork: {
    summary: 'Forget a network that has no hosts',
    conditional: true,
    answers: { 200: answers.forgotten },
    problems: ['unknown-network', 'network-busy', 'network-in-use', 'precondition-failed'],
  },
  createRollOut: {
    summary: 'Roll the definition of a network out to its hosts',
    body: { schema: schemas.convergeRequest, optional: true },
    orders: 'operation',
    tells: inBody,
    answers: { 202: operation },
    problems: ['unknown-network', 'network-busy', 'network-not-ready'],
  },
  createAdoption: {
    summary: 'Take over a host that was built by hand',
    body: {
      schema: schemas.adoptionRequest,
      example: { virtualMachine: 'hyperv-legacy', name: 'hv-07', dryRun: true },
    },
    orders: 'operation',
    tells: inBody,
    answers: { 200: host, 202: operation },
    problems: refusedHost,
  },
  getReconcilePolicy: {
    summary: 'Read what the reconciler may do on a network',
    answers: { 200: answers.policy },
    problems: absent,
  },
  putReconcilePolicy: {
    summary: 'Say what the reconciler may do on a network',
    body: { schema: schemas.reconcilePolicy, example: { dryRun: false, deletes: 'report', graceHours: 48 } },
    answers: { 200: answers.policy },
    problems: absent,
  },
  listHosts: { summary: 'List the hosts', query: hostsQuery, answers: { 200: z.array(host) } },
  createHost: {
    summary: 'Order a host',
    query: schemas.hostQuery,
    body: {
      schema: schemas.hostRequest,
      example: {
        network: 'nested-fun',
        name: 'hv-01',
        ticket: 'CHG0031',
        callback: { url: 'https://hooks.contoso.com/nested-hosts' },
      },
    },
    orders: 'operation',
    tells: inBody,
    answers: { 200: z.union([host, answers.plan]), 202: z.union([operation, answers.underWay]) },
    problems: [
      ...refusedHost,
      'plan-differs',
      'reading-failed',
      'prefix-taken',
      'pool-exhausted',
      'subnet-full',
      'size-cannot-nest',
      'prefix-outside-pool',
    ],
  },
  getPlan: {
    summary: 'Read the plan of an earlier dry run',
    answers: { 200: answers.plan, 202: answers.underWay },
    problems: ['unknown-plan', 'reading-failed'],
  },
  getHost: { summary: 'Read a host', answers: { 200: host }, problems: ['unknown-host'] },
  deleteHost: {
    summary: 'Tear a host down',
    query: schemas.teardownQuery,
    orders: 'operation',
    tells: '{$request.query.callbackUrl}',
    answers: { 202: operation },
    problems: ['unknown-host', 'host-busy'],
  },
  createRepair: {
    summary: 'Run the sequence again on a host',
    body: { schema: schemas.repairBody, optional: true, example: { allowInterruption: false } },
    orders: 'operation',
    tells: inBody,
    answers: { 202: operation },
    problems: ['unknown-host', 'host-busy'],
  },
  createInventory: {
    summary: 'List the guests of a host',
    body: { schema: schemas.inventoryBody, optional: true },
    orders: 'operation',
    answers: { 202: operation },
    problems: ['unknown-host', 'host-busy'],
  },
  getHostPaths: {
    summary: 'Walk packets to and from a host',
    query: schemas.pathsQuery,
    answers: { 200: answers.paths, 202: answers.underWay },
    problems: ['unknown-network', 'unknown-host', 'reading-failed'],
  },
  getPaths: {
    summary: 'Read what an earlier walk found',
    answers: { 200: answers.paths, 202: answers.underWay },
    problems: ['unknown-paths', 'reading-failed'],
  },
  listOperations: {
    summary: 'List operations, newest first',
    query: operationsQuery,
    answers: { 200: z.array(operation) },
  },
  getOperation: {
    summary: 'Read an operation',
    answers: { 200: operation },
    problems: ['unknown-operation'],
  },
  cancelOperation: {
    summary: 'Cancel an operation',
    answers: { 200: operation, 202: operation },
    problems: ['unknown-operation', 'not-cancellable'],
  },
  restartOperation: {
    summary: 'Give an operation that lost its orchestration a new one',
    answers: { 200: operation, 202: operation },
    problems: ['unknown-operation', 'not-restartable'],
  },
  createReconciliation: {
    summary: 'Reconcile one network, or all',
    body: {
      schema: schemas.reconciliationRequest,
      optional: true,
      example: { network: 'nested-fun', dryRun: true },
    },
    answers: { 202: z.union([answers.begunRun, answers.begunRuns]) },
    problems: absent,
  },
  listReconciliations: {
    summary: 'List reports, newest first',
    query: reconciliationsQuery,
    answers: { 200: z.array(answers.report) },
  },
  getReconciliation: {
    summary: 'Read a report',
    answers: { 200: z.union([answers.report, answers.reportless]) },
    problems: ['unknown-reconciliation'],
  },
  createBatch: {
    summary: 'Order many hosts, as JSON or as CSV',
    body: { schema: batchRequest, csv: true, example: { rows: [{ network: 'nested-fun', name: 'hv-01' }] } },
    query: batchQuery,
    orders: 'batch',
    answers: { 202: answers.batch },
    problems: ['invalid-csv'],
  },
  listBatches: {
    summary: 'List batches, newest first',
    query: newestQuery,
    answers: { 200: z.array(answers.batch) },
  },
  getBatch: {
    summary: 'Read a batch and its rows, or its result sheet',
    query: schemas.batchPageQuery,
    answers: { 200: answers.batchPage },
    sheet: true,
    problems: ['unknown-batch'],
  },
  cancelBatch: {
    summary:
      'Cancel a batch: rows that are not begun stay so; on request, what is under way is cancelled, too',
    query: schemas.cancelBatchQuery,
    answers: { 200: answers.batch, 202: answers.batch },
    problems: ['unknown-batch'],
  },
  resumeBatch: {
    summary: 'Let a batch that is paused go on',
    body: { schema: schemas.resumption, optional: true },
    answers: { 202: answers.batch },
    problems: ['unknown-batch', 'batch-not-paused'],
  },
  listPoison: {
    summary: 'List messages that the queue gave up',
    query: newestQuery,
    answers: { 200: z.array(answers.poison) },
  },
  replayPoison: {
    summary: 'Put a message back into the queue',
    answers: { 202: answers.poison },
    problems: ['unknown-poison'],
  },
  listCallbacks: {
    summary: 'List what callers were told, and what could not be delivered',
    query: callbacksQuery,
    answers: { 200: z.array(answers.callback) },
  },
  getCallback: {
    summary: 'Read a callback',
    answers: { 200: answers.callback },
    problems: ['unknown-callback'],
  },
  resendCallback: {
    summary: 'Send a callback again, under the same id',
    answers: { 202: answers.callback },
    problems: ['unknown-callback'],
  },
  getHealth: { summary: 'Is the app up?', answers: { 200: answers.status }, plain: true },
  getReadiness: {
    summary: 'Can the app work?',
    answers: { 200: answers.status },
    problems: ['not-ready'],
    plain: true,
  },
  getOpenApi: { summary: 'This document', answers: { 200: 'application/json' }, plain: true },
  getDashboard: { summary: 'How the app stands, for people', answers: { 200: 'text/html' }, plain: true },
  getDocs: { summary: 'This document, rendered', answers: { 200: 'text/html' }, plain: true },
  getDocsAsset: {
    summary: 'A part of the rendered document',
    answers: { 200: 'asset' },
    problems: ['unknown-asset'],
    plain: true,
  },
};
