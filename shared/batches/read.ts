import { z } from 'zod';
import { chooseAddresses, roomFor } from '../admission/addresses';
import { decideProvision } from '../admission/decide';
import { provisionOrder } from '../admission/order';
import { callbackQuery } from '../api/callback';
import { Problem, type FieldError } from '../api/problems';
import { hostRequest, type HostRequest } from '../api/schemas';
import { fieldErrors } from '../api/validate';
import type { Occupied } from '../records/occupied';
import type { HostRecord, HostSpec, LedgerEntry, NetworkDefinition } from '../records/types';

export const mostRows = 5_000;
/** More mistakes than these are counted, not listed. */
const mostErrors = 1_000;

/** Rows of a batch wait behind single requests, unless somebody says otherwise. */
export const batchPriority = 3;

/** What is the same for all rows that do not say it themselves. */
export const batchDefaults = z.strictObject({
  ...hostRequest.pick({ ticket: true, priority: true, callback: true }).shape,
  network: hostRequest.shape.network.optional(),
  onFailure: z.enum(['undo', 'keep']).optional(),
});
/** The same as query parameters, beside a CSV text. */
export const batchQuery = z.strictObject({
  ...batchDefaults.omit({ callback: true }).shape,
  ...callbackQuery,
  priority: z.string().regex(/^\d$/, 'A priority is 0 to 9.').transform(Number).optional(),
});
export type BatchDefaults = z.output<typeof batchDefaults>;

/** Rows are judged one by one, so that every mistake in every row is told. */
export const batchRequest = z.strictObject({
  ...batchDefaults.shape,
  rows: z
    .array(z.looseObject({}), 'Rows are objects, in a list.')
    .min(1, 'A batch has at least one row.')
    .max(mostRows, `A batch has at most ${mostRows} rows.`),
});

/** What there is on a network that a batch names. */
export interface Ground {
  /** Undefined: no hosts can be had on it, for the reason that `problem` tells. */
  definition?: NetworkDefinition;
  problem?: Problem;
  hosts: HostRecord[];
  ledger: LedgerEntry[];
  /** What somebody else has in its pools and subnets. */
  occupied?: Occupied;
}

/**
 * The rows as requests for hosts, defaults filled in. Throws one Problem that names every mistake by row and column;
 * `mistakes` finds those that the schema cannot know.
 */
export function readRows(
  rows: readonly object[],
  defaults: BatchDefaults,
  mistakes: (row: object) => FieldError[] = () => [],
): HostRequest[] {
  const { onFailure, ...others } = defaults;
  const read = rows.map((row, index) => {
    const result = hostRequest.safeParse({
      priority: batchPriority,
      ...(onFailure === undefined ? {} : { onFailure }),
      ...others,
      ...row,
    });
    const more = mistakes(row).map((error) => inRow(index, error));
    if (result.success) return { request: result.data, errors: more };
    return { errors: [...fieldErrors(result.error).map((error) => inRow(index, error)), ...more] };
  });
  refuse(read.flatMap(({ errors }) => errors));
  const requests = read.flatMap(({ request }) => request ?? []);
  refuse(duplicates(requests));
  return requests;
}

function duplicates(requests: readonly HostRequest[]): FieldError[] {
  const first = new Map<string, number>();
  return requests.flatMap(({ network, name }, index) => {
    const key = `${network}/${name}`;
    const before = first.get(key);
    if (before === undefined) first.set(key, index);
    return before === undefined
      ? []
      : [inRow(index, { pointer: '/name', detail: `Row ${before + 1} names the host ${key} already.` })];
  });
}

/**
 * Compares the rows with what there is: networks, hosts of the same name, sizes, and whether the pools and subnets have room
 * for all of them. Throws one Problem that names every mistake by row and column.
 */
export function judgeRows(requests: readonly HostRequest[], grounds: ReadonlyMap<string, Ground>): void {
  const errors: FieldError[] = [];
  for (const [network, ground] of grounds) {
    const own = requests.flatMap((request, index) =>
      request.network === network ? [{ request, index }] : [],
    );
    errors.push(...judgeNetwork(own, ground));
  }
  refuse(errors);
}

interface Placed {
  request: HostRequest;
  index: number;
}

function judgeNetwork(
  rows: readonly Placed[],
  { definition, problem, hosts, ledger, occupied }: Ground,
): FieldError[] {
  if (!definition) {
    const detail = problem?.detail ?? 'There is no such network.';
    return rows.map(({ index }) => inRow(index, { pointer: '/network', detail }));
  }
  const known = new Map(hosts.map((host) => [host.name, host]));
  const promised = new Map(ledger.map((entry) => [entry.host, entry]));
  const errors: FieldError[] = [];
  const wanted: Placed[] = [];
  for (const placed of rows) {
    const { request, index } = placed;
    const found = attempt(() => {
      const spec = provisionOrder({ id: '', caller: '' }, request, definition).request as { spec: HostSpec };
      const decision = decideProvision(known.get(request.name), '', spec.spec);
      if (decision.kind === 'refuse') throw decision.problem;
      const entry = promised.get(request.name);
      if (entry && entry.network !== request.network) {
        throw new Problem(
          'host-name-taken',
          `The name is promised to a host on network ${entry.network}, in the same VNet.`,
        );
      }
      if (decision.kind === 'claim' && !entry) wanted.push(placed);
    });
    if (found) errors.push(inRow(index, { pointer: pointers[found.slug] ?? '/name', detail: found.detail }));
  }
  return [...errors, ...room(wanted, definition, ledger, occupied)];
}

const pointers: Partial<Record<Problem['slug'], string>> = { 'size-cannot-nest': '/size' };

/** Rows that ask for a prefix are served first; for the others it is counted what is left. */
function room(
  wanted: readonly Placed[],
  definition: NetworkDefinition,
  ledger: readonly LedgerEntry[],
  occupied?: Occupied,
): FieldError[] {
  const taken = [...ledger];
  const errors: FieldError[] = [];
  const others: Placed[] = [];
  for (const placed of wanted) {
    const { request, index } = placed;
    const { ghostedPrefix } = request;
    if (ghostedPrefix === undefined) {
      others.push(placed);
      continue;
    }
    const found = attempt(() => {
      const addresses = chooseAddresses(definition, taken, ghostedPrefix, occupied);
      taken.push({
        ...addresses,
        network: request.network,
        host: request.name,
        state: 'reserved',
        operation: '',
      });
    });
    if (found) errors.push(inRow(index, { pointer: '/ghostedPrefix', detail: found.detail }));
  }
  const { hosts, limit } = roomFor(definition, taken, occupied);
  const first = others[hosts];
  if (!first) return errors;
  const detail = `There are ${hosts} ${limit} left, and ${others.length} rows that need one. This row and those after it have no place.`;
  return [...errors, inRow(first.index, { pointer: '', detail })];
}

function attempt(judge: () => void): Problem | undefined {
  try {
    judge();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function inRow(index: number, { pointer, detail }: FieldError): FieldError {
  const column = /^\/([^/]+)$/.exec(pointer)?.[1];
  return {
    pointer: `/rows/${index}${pointer}`,
    row: index + 1,
    ...(column === undefined ? {} : { column }),
    detail,
  };
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length === 0) return;
  const rows = new Set(errors.map(({ row }) => row)).size;
  const listed = errors.length > mostErrors ? ` The first ${mostErrors} are listed.` : '';
  throw new Problem(
    'invalid-request',
    `${errors.length} mistakes in ${rows} rows. Nothing was accepted.${listed}`,
    { errors: errors.slice(0, mostErrors) },
  );
}
