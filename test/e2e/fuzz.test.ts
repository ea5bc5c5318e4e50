import { isDeepStrictEqual } from 'node:util';
import { QueueClient } from '@azure/storage-queue';
import fc from 'fast-check';
import type { Records } from '../../shared/records/store';
import { createRecords } from '../../shared/records/createRecords';
import { virtualNetworkId } from '../../shared/network/ids';
import { until } from '../../local/launch/until';
import { badMessage, badRequest } from './fuzz/bad';
import { Model, Sender, valid, type Valid } from './fuzz/valid';
import { Wire, type WireRequest } from './fuzz/wire';
import { startSystem, type Running } from './harness';

/** Bad requests and messages (FUZZ_RUNS; 5,000 take about a minute); one in ten is a message, and one in 25 valid ones come between them. */
const many = Number(process.env['FUZZ_RUNS'] ?? 5_000);
const seed = Number(process.env['FUZZ_SEED'] ?? 20261127);
const chunk = 250;
const atOnce = 6;

jest.setTimeout(180_000 + many * 60);

type Step = { bad: WireRequest } | { text: string } | { valid: Valid };

describe(`${many} bad requests and messages, valid ones between them (FUZZ_RUNS, FUZZ_SEED=${seed})`, () => {
  let running: Running;
  let wire: Wire;
  let queue: QueueClient;
  let records: Records;
  let begun: Awaited<ReturnType<typeof state>>;
  const model = new Model();
  const count = { bad: 0, texts: 0, valid: 0 };
  /** What was not answered as it should be. */
  const wrong: string[] = [];

  beforeAll(async () => {
    running = await startSystem({ hosts: { passwordVault: 'contoso-hosts' } }, seed, {
      OPERATIONS_IN_FLIGHT: '1',
      // No reconciliation of the timer, which would leave a report: the next 29th of February is far.
      RECONCILE_SCHEDULE: '0 0 0 29 2 *',
      // Callbacks of the examples are right: it is something else that is wrong.
      CALLBACK_HOSTS: 'hooks.contoso.com',
      // What is bad once is bad five times: one attempt will do.
      AzureFunctionsJobHost__extensions__queues__maxDequeueCount: '1',
    });
    const { system } = running;
    // Orders are taken in, and go no further than Azure's first answer that takes time.
    await system.admin.clock({ paused: true });
    wire = new Wire(system.host.url, system.host.functionKey);
    queue = new QueueClient(system.storageConnection, 'host-requests');
    await queue.createIfNotExists();
    records = createRecords({ kind: 'connectionString', connectionString: system.storageConnection });
    begun = await state();
  });
  afterAll(async () => {
    wire?.close();
    await running?.stop();
  });

  /** Everything that a request can change, from the tables themselves. */
  async function state() {
    const networks = await records.networks.list();
    const [network] = networks;
    const { operations } = await records.operations.page({}, 1_000);
    const [hosts, ledger, batches, poison, reports] = await Promise.all([
      records.hosts.list(),
      network ? records.ledger.entries(virtualNetworkId(network.definition)) : [],
      records.batches.list(),
      records.poison.list(),
      records.reports.list(),
    ]);
    return {
      networks: networks.map(({ name, definition }) => ({ name, definition })),
      hosts: hosts.map(({ name }) => name).sort(),
      promised: ledger.map(({ host }) => host).sort(),
      prefixes: new Set(ledger.map(({ ghostedPrefix }) => ghostedPrefix)).size,
      addresses: new Set(ledger.flatMap(({ natAddress, lanAddress }) => [natAddress, lanAddress])).size,
      operations: operations.map(({ id }) => id).sort(),
      batches: batches.map(({ id }) => id).sort(),
      policy: (await records.reconciliations.get('nested-fun'))?.record.policy,
      poison: poison.reduce((sum, { times }) => sum + times, 0),
      reports: reports.length,
    };
  }

  const wanted = (): typeof begun => ({
    ...begun,
    hosts: [...model.hosts].sort(),
    promised: [...model.hosts].sort(),
    prefixes: model.hosts.size,
    addresses: 2 * model.hosts.size,
    operations: [...begun.operations, ...model.operations].sort(),
    batches: [...model.batches].sort(),
    policy: model.policy ?? begun.policy,
    poison: count.texts,
  });

  async function refused(request: WireRequest): Promise<void> {
    count.bad += 1;
    const answer = await wire.send(request);
    const { status, type, text } = answer;
    const refusal = status >= 400 && status < 500;
    // The host itself, which knows the routes and the key, answers without a document.
    const told = text === '' || type === 'application/problem+json';
    if (!refusal || !told || text.includes('    at ')) wrong.push(describeCall(request, answer));
  }

  async function perform(steps: readonly Step[], sender: Sender): Promise<void> {
    const rights = steps.flatMap((step) => ('valid' in step ? [step.valid] : []));
    const bads = steps.filter((step) => !('valid' in step));
    const each = async <T>(list: T[], act: (one: T) => Promise<void>): Promise<void> => {
      for (let next = list.shift(); next !== undefined; next = list.shift()) await act(next);
    };
    const bad = async (step: Step): Promise<void> => {
      if ('bad' in step) return await refused(step.bad);
      if (!('text' in step)) return;
      count.texts += 1;
      await queue.sendMessage(step.text);
    };
    const right = async (one: Valid): Promise<void> => {
      count.valid += 1;
      await sender
        .send(one)
        .catch((error: unknown) => wrong.push(`${JSON.stringify(one)}: ${String(error)}`));
    };
    await Promise.all([each(rights, right), ...Array.from({ length: atOnce }, () => each(bads, bad))]);
  }

  it('are refused without any trace, and the valid ones are accepted', async () => {
    const sender = new Sender(running.system, wire, model);
    // A network that has a host is not forgotten.
    await sender.send({ kind: 'order', ticket: 'first', number: 0 });
    const texts = fc.sample(badMessage, { numRuns: Math.ceil(many / 10), seed });
    const requests = fc.sample(badRequest, { numRuns: many - texts.length, seed });
    const rights = fc.sample(valid, { numRuns: Math.ceil(many / 25), seed });
    for (let at = 0; at < many / chunk; at += 1) {
      const part = <T>(list: T[]): T[] => list.slice(share(list, at), share(list, at + 1));
      const steps = [
        ...part(requests).map((bad) => ({ bad })),
        ...part(texts).map((text) => ({ text })),
        ...part(rights).map((one) => ({ valid: one })),
      ];
      await perform(
        fc.sample(fc.shuffledSubarray(steps, { minLength: steps.length }), { numRuns: 1, seed })[0] ?? [],
        sender,
      );
      let now = await state();
      await until(
        async () => {
          now = await state();
          return isDeepStrictEqual(now, wanted()) ? true : undefined;
        },
        { what: 'the queue to be worked off', limit: 120_000, every: 100 },
      ).catch(() => undefined);
      expect({ wrong: wrong.slice(0, 20), seed, state: now }).toEqual({ wrong: [], seed, state: wanted() });
    }
    expect(count).toMatchObject({ bad: requests.length, texts: texts.length, valid: rights.length });
  });

  it('leave the app alive, in the process that it started in, and Azure without a DELETE', async () => {
    const { system } = running;
    const killed = await wire.send({ method: 'POST', path: '/admin/host/kill-worker' });
    expect(JSON.parse(killed.text)).toEqual({ childPid: system.host.childPid });
    expect((await system.admin.requests()).counts.deletes).toBe(0);
  });

  it('give every message that is given up a reason', async () => {
    const silent = (await records.poison.list()).filter(({ reason }) => !/^[a-z-]+: ./.test(reason));
    expect(silent).toEqual([]);
  });
});

const share = (list: readonly unknown[], at: number): number => Math.round((list.length * at * chunk) / many);

function describeCall(
  { method, path, headers, body }: WireRequest,
  { status, text }: { status: number; text: string },
): string {
  const sent = Buffer.isBuffer(body) ? `0x${body.toString('hex')}` : (body ?? '');
  return `${status} ${text.slice(0, 300)} <- ${method} ${path.slice(0, 300)} ${JSON.stringify(headers)} ${sent.slice(0, 600)}`;
}
