import { chooseAddresses, roomFor } from '../admission/addresses';
import { decideProvision } from '../admission/decide';
import { provisionOrder } from '../admission/order';
import { Problem, type FieldError } from '../api/problems';
import { virtualNetworkId } from '../network/ids';
import { commonNames } from '../network/sharing';
import type { Occupied } from '../records/occupied';
import type { HostRecord, HostSpec, LedgerEntry, NetworkDefinition } from '../records/types';
import type { Placed } from './read';
import { inRow } from './rowErrors';

/** What there is on a network that a batch names. */
export interface Ground {
  /** Undefined: no hosts can be had on it, for the reason that `problem` tells. */
  definition?: NetworkDefinition;
  problem?: Problem;
  hosts: HostRecord[];
  ledger: LedgerEntry[];
  /** What somebody else has in its pools and subnets. */
  occupied?: Occupied;
  /** Names of hosts on other networks that cannot be had here too, and the sentence that says whose each is. */
  namesakes?: ReadonlyMap<string, string>;
}

/** Rows that need a prefix and addresses on one network. */
interface Wanted {
  rows: Placed[];
  definition: NetworkDefinition;
  occupied: Occupied | undefined;
}

/**
 * Compares the rows with what there is and with each other: networks, hosts of the same name, sizes, and whether pools and
 * subnets have room for all of them, also where several networks share a VNet. Gives every mistake by row and column.
 */
export function judgeRows(placed: readonly Placed[], grounds: ReadonlyMap<string, Ground>): FieldError[] {
  const errors: FieldError[] = [];
  for (const networks of byVirtualNetwork(grounds)) {
    const wanted: Wanted[] = [];
    for (const network of networks) {
      const ground = grounds.get(network) ?? { hosts: [], ledger: [] };
      const rows = placed.filter(({ request }) => request.network === network);
      const judged = judgeNetwork(rows, ground);
      errors.push(...judged.errors);
      const { definition, occupied } = ground;
      if (definition) wanted.push({ rows: judged.wanted, definition, occupied });
    }
    errors.push(...room(wanted, grounds.get(networks[0] ?? '')?.ledger ?? []));
  }
  return [...errors, ...sameNames(placed, grounds)];
}

/** Names of the networks, those of one VNet together: they share its promises. */
function byVirtualNetwork(grounds: ReadonlyMap<string, Ground>): string[][] {
  const groups = new Map<string, string[]>();
  for (const [network, { definition }] of grounds) {
    const key = definition ? virtualNetworkId(definition).toLowerCase() : network;
    groups.set(key, [...(groups.get(key) ?? []), network]);
  }
  return [...groups.values()];
}

/** Rows whose names meet on two networks. The same name twice on one network was refused when the rows were read. */
function sameNames(placed: readonly Placed[], grounds: ReadonlyMap<string, Ground>): FieldError[] {
  const named = new Map<string, Placed[]>();
  return placed.flatMap(({ request, index }) => {
    const before = named.get(request.name) ?? [];
    named.set(request.name, [...before, { request, index }]);
    const own = grounds.get(request.network)?.definition;
    for (const { request: earlier, index: row } of before) {
      const other = grounds.get(earlier.network)?.definition;
      if (!own || !other || earlier.network === request.network) continue;
      const place = commonNames(other, own);
      if (place === undefined) continue;
      const detail = `Row ${row + 1} names a host ${request.name} on network ${earlier.network}, ${place}.`;
      return [inRow(index, { pointer: '/name', detail })];
    }
    return [];
  });
}

function judgeNetwork(
  rows: readonly Placed[],
  { definition, problem, hosts, ledger, namesakes }: Ground,
): { errors: FieldError[]; wanted: Placed[] } {
  if (!definition) {
    const detail = problem?.detail ?? 'There is no such network.';
    return { errors: rows.map(({ index }) => inRow(index, { pointer: '/network', detail })), wanted: [] };
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
      const namesake = namesakes?.get(request.name);
      if (decision.kind === 'claim' && namesake) throw new Problem('host-name-taken', namesake);
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
  return { errors, wanted };
}

const pointers: Partial<Record<Problem['slug'], string>> = { 'size-cannot-nest': '/size' };

/** Rows that ask for a prefix are served first; for the others it is counted what is left. */
function room(wanted: readonly Wanted[], ledger: readonly LedgerEntry[]): FieldError[] {
  const taken = [...ledger];
  const errors: FieldError[] = [];
  for (const network of wanted) errors.push(...wished(network, taken));
  wanted.forEach((network, turn) => {
    const others = network.rows.filter(({ request }) => request.ghostedPrefix === undefined);
    const { hosts, limit } = roomFor(network.definition, taken, network.occupied);
    const first = others[hosts];
    if (first) {
      const detail = `There are ${hosts} ${limit} left, and ${others.length} rows that need one. This row and those after it have no place.`;
      errors.push(inRow(first.index, { pointer: '', detail }));
    }
    // Networks after this one find what these rows will have.
    if (turn < wanted.length - 1) for (const row of others.slice(0, hosts)) place(row, network, taken);
  });
  return errors;
}

function wished(network: Wanted, taken: LedgerEntry[]): FieldError[] {
  return network.rows.flatMap((row) => {
    if (row.request.ghostedPrefix === undefined) return [];
    const found = attempt(() => place(row, network, taken));
    return found ? [inRow(row.index, { pointer: '/ghostedPrefix', detail: found.detail })] : [];
  });
}

function place({ request }: Placed, { definition, occupied }: Wanted, taken: LedgerEntry[]): void {
  const { network, name: host, ghostedPrefix } = request;
  const addresses = chooseAddresses(definition, taken, ghostedPrefix, occupied);
  taken.push({ ...addresses, network, host, state: 'reserved', operation: '' });
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
