import fc from 'fast-check';
import { operationId } from '../../../shared/api/operationId';
import type { System } from '../../../local/launch/system';
import { oddText, wellFormed } from './shapes';
import type { Wire, WireAnswer } from './wire';

const api = '/api/v1';
const json = { 'content-type': 'application/json' };
/** More hosts find no address in the /24 of the shared subnets. */
const mostHosts = 160;

/** What the right requests so far must have led to. */
export class Model {
  readonly hosts = new Set<string>();
  readonly operations = new Set<string>();
  readonly batches = new Set<string>();
  readonly tickets = new Map<string, string[]>();
  policy: object | undefined;

  ordered(host: string, operation: string, ticket?: string): void {
    this.hosts.add(host);
    this.operations.add(operation);
    if (ticket !== undefined) this.tickets.set(ticket, [...(this.tickets.get(ticket) ?? []), operation]);
  }
}

export interface Valid {
  kind: 'order' | 'message' | 'batch' | 'policy' | 'read' | 'search' | 'again';
  ticket: string;
  number: number;
}

export const valid: fc.Arbitrary<Valid> = fc.record({
  kind: fc.constantFrom(
    'order',
    'order',
    'order',
    'message',
    'message',
    'batch',
    'policy',
    'read',
    'search',
    'again',
  ),
  ticket: oddText
    .map((text) => text.slice(0, 200))
    .filter((text) => text.trim() !== '')
    .map((text) => text.trim()),
  number: fc.nat({ max: 100 }),
});

/** Sends right requests one after another, and throws if one is not answered as it should be. */
export class Sender {
  #count = 0;
  readonly #last: { body: string; headers: Record<string, string>; id: string }[] = [];

  constructor(
    private readonly system: System,
    private readonly wire: Wire,
    private readonly model: Model,
  ) {}

  async send({ kind, ticket, number }: Valid): Promise<void> {
    this.#count += 1;
    const name = `ok-${this.#count}`;
    const full = this.model.hosts.size >= mostHosts;
    if (kind === 'policy') return await this.policy(number);
    if (kind === 'search') return await this.search(number);
    if (kind === 'again' && this.#last.length > 0) return await this.again(number);
    if (kind === 'read' || kind === 'again' || full) return await this.read(number);
    if (kind === 'order') return await this.order(name, ticket);
    if (kind === 'message') return await this.message(name, ticket);
    return await this.batch(name, ticket);
  }

  private async order(name: string, ticket: string): Promise<void> {
    const body = JSON.stringify({ network: 'Nested-Fun', name: name.toUpperCase(), ticket, priority: 1 });
    const headers = { ...json, 'idempotency-key': `"${name} ~ key"` };
    const answer = await this.wire.send({ method: 'POST', path: `${api}/hosts`, headers, body });
    const { id } = expectStatus(answer, 202) as { id: string };
    this.model.ordered(name, id, ticket);
    this.#last.push({ body, headers, id });
  }

  /** The same call as before is the same operation. */
  private async again(number: number): Promise<void> {
    const { id, ...call } = this.#last[number % this.#last.length] ?? { id: '', body: '', headers: {} };
    const answer = await this.wire.send({ method: 'POST', path: `${api}/hosts`, ...call });
    if ((expectStatus(answer, 202) as { id: string }).id !== id) throw new Error(`Not ${id}: ${answer.text}`);
  }

  private async message(name: string, ticket: string): Promise<void> {
    const requestId = `${name}/${ticket}`.slice(0, 200).trim();
    const order = { schemaVersion: 1, kind: 'provision', requestId, network: 'nested-fun', name, ticket };
    await this.system.queue.send(order);
    this.model.ordered(name, operationId({ kind: 'queue', requestId }), ticket);
  }

  /** Its first host is begun at once, the second would be when that is ready. */
  private async batch(name: string, ticket: string): Promise<void> {
    const body = JSON.stringify({
      network: 'nested-fun',
      ticket,
      rows: [{ name: `${name}-a` }, { name: `${name}-b` }],
    });
    const answer = await this.wire.send({ method: 'POST', path: `${api}/batches`, headers: json, body });
    const { id } = expectStatus(answer, 202) as { id: string };
    this.model.batches.add(id);
    this.model.ordered(`${name}-a`, operationId({ kind: 'batch', batch: id, row: 1 }), ticket);
  }

  private async policy(number: number): Promise<void> {
    const policy = { deletes: 'report', graceHours: number + 0.5, mostDeletes: number };
    const path = `${api}/networks/nested-fun/reconcile-policy`;
    const answer = await this.wire.send({ method: 'PUT', path, headers: json, body: JSON.stringify(policy) });
    expectStatus(answer, 200);
    this.model.policy = policy;
  }

  /** Operations of one ticket, whatever its text, are found; those of HTTP calls at once. */
  private async search(number: number): Promise<void> {
    const tickets = [...this.model.tickets];
    const [ticket = 'none', ids = []] = tickets[number % Math.max(1, tickets.length)] ?? [];
    const path = `${api}/operations?limit=1000&ticket=${encodeURIComponent(wellFormed(ticket))}`;
    const found = expectStatus(await this.wire.send({ method: 'GET', path }), 200) as { id: string }[];
    if (ticket === wellFormed(ticket) && found.some(({ id }) => !ids.includes(id)))
      throw new Error(`Operations of another ticket than ${JSON.stringify(ticket)}`);
  }

  private async read(number: number): Promise<void> {
    const paths = [
      '/networks',
      '/networks/nested-fun',
      '/hosts',
      '/operations',
      '/batches',
      '/poison',
      '/health/ready',
    ];
    const more = [
      '/reconciliations',
      '/hosts?network=nested-fun&limit=1',
      '/networks/NESTED-FUN/reconcile-policy',
    ];
    const path = `${api}${[...paths, ...more][number % (paths.length + more.length)]}`;
    expectStatus(await this.wire.send({ method: 'GET', path }), 200);
  }
}

function expectStatus({ status, text }: WireAnswer, wanted: number): unknown {
  if (status !== wanted) throw new Error(`${status} instead of ${wanted}: ${text}`);
  return JSON.parse(text);
}
