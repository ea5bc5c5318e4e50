import type { AzureClients } from '../../../shared/azure/clients';
import { ensure, type Decision, type ResourceSpec } from '../../../shared/azure/ensure';
import { failed } from '../../../shared/azure/outcome';
import { ensureAbsent, type RemovalSpec } from '../../../shared/azure/remove';
import { AzureFailure, type Sent } from '../../../shared/azure/send';
import type { IssuedWarrant, Verdict } from '../../../shared/azure/warrant';
import { claims, layout } from './fixture';

const operation = 'https://arm.test/operations/1';

/** Clients whose pipeline answers every look at the operation with that state. */
const clientsWith = (state: unknown): AzureClients => {
  const answer = { status: 200, bodyAsText: JSON.stringify(state), headers: { get: () => undefined } };
  const pipeline = { sendRequest: () => Promise.resolve(answer) };
  return {
    endpoint: 'https://arm.test',
    network: () => Promise.resolve({ pipeline }),
    compute: () => Promise.reject(new Error('not used')),
  } as unknown as AzureClients;
};
const over = clientsWith({ status: 'Succeeded' });
const running = clientsWith({ status: 'InProgress' });
const broken = clientsWith({ status: 'Failed', error: { code: 'AllocationFailed', message: 'No.' } });

const transient = new AzureFailure(failed('transient', 'NetworkError', 'reset'));

/** An Azure that holds one number; the wanted one is 2. A write takes effect at once, its answer may be lost. */
class FakeSpec implements ResourceSpec<number> {
  readonly id = layout.nic1.id;
  writes = 0;
  reads = 0;
  sent: Sent | AzureFailure = { status: 201, operation, settled: false };
  unreadable = false;
  constructor(
    public existing: number | undefined,
    private readonly decide?: (existing: number | undefined) => Decision<number>,
  ) {}
  read() {
    this.reads += 1;
    return this.unreadable ? Promise.reject(transient) : Promise.resolve(this.existing);
  }
  desired(existing: number | undefined): Decision<number> {
    if (this.decide) return this.decide(existing);
    if (existing === 2) return { action: 'none', facts: { seen: existing } };
    return { action: 'put', body: 2, change: existing === undefined ? 'created' : 'updated' };
  }
  write(_: AzureClients, body: number) {
    this.writes += 1;
    this.existing = body;
    return this.sent instanceof AzureFailure ? Promise.reject(this.sent) : Promise.resolve(this.sent);
  }
}

describe('ensure', () => {
  it('writes nothing if nothing differs', async () => {
    const spec = new FakeSpec(2);
    expect(await ensure(over, spec)).toEqual({ status: 'done', change: 'unchanged', facts: { seen: 2 } });
    expect(spec.writes).toBe(0);
  });

  it.each([
    [undefined, 'created'],
    [1, 'updated'],
  ] as const)('from %j: %s, after the operation is over', async (existing, change) => {
    const spec = new FakeSpec(existing);
    expect(await ensure(running, spec)).toEqual({ status: 'pending', change, operation });
    expect(spec.reads).toBe(1);
    const resume = { operation, change };
    expect(await ensure(running, spec, resume)).toEqual({ status: 'pending', change, operation });
    expect(spec.reads).toBe(1);
    expect(await ensure(over, spec, resume)).toMatchObject({ status: 'done', change });
    expect(spec.writes).toBe(1);
  });

  it('is done at once if the answer says that the resource is ready', async () => {
    const spec = new FakeSpec(undefined);
    spec.sent = { status: 201, settled: true };
    expect(await ensure(over, spec)).toMatchObject({ status: 'done', change: 'created' });
    expect(spec).toMatchObject({ writes: 1, reads: 2 });
  });

  it('writes once only, although a ready answer is not borne out by what is read', async () => {
    const spec = new FakeSpec(undefined, () => ({ action: 'put', body: 2, change: 'created' }));
    spec.sent = { status: 201, settled: true };
    expect(await ensure(over, spec)).toEqual({ status: 'pending', change: 'created' });
    expect(spec.writes).toBe(1);
  });

  it('makes no second resource after a lost answer', async () => {
    const spec = new FakeSpec(undefined);
    spec.sent = transient;
    expect(await ensure(over, spec)).toMatchObject({ status: 'failed', class: 'transient' });
    expect(await ensure(over, spec)).toMatchObject({ status: 'done', change: 'unchanged' });
    expect(spec.writes).toBe(1);
  });

  it('passes on how the operation failed, and does not read', async () => {
    const spec = new FakeSpec(undefined);
    const outcome = await ensure(broken, spec, { operation, change: 'created' });
    expect(outcome).toMatchObject({ status: 'failed', class: 'capacity', code: 'AllocationFailed' });
    expect(outcome).not.toHaveProperty('resumable');
    expect(spec.reads).toBe(0);
  });

  it('a read that fails leaves what is under way as it is', async () => {
    const spec = new FakeSpec(undefined);
    spec.unreadable = true;
    expect(await ensure(over, spec, { operation, change: 'created' })).toMatchObject({
      status: 'failed',
      class: 'transient',
      resumable: true,
    });
  });

  it('carries the change through waits, and what was created stays created', async () => {
    const waiting = new FakeSpec(1, () => ({ action: 'wait' }));
    expect(await ensure(over, waiting, { change: 'created' })).toEqual({
      status: 'pending',
      change: 'created',
    });
    expect(await ensure(over, waiting)).toEqual({ status: 'pending' });
    expect(await ensure(over, new FakeSpec(1), { change: 'created' })).toMatchObject({ change: 'created' });
    expect(await ensure(over, new FakeSpec(1), { change: 'updated' })).toMatchObject({ change: 'updated' });
  });

  it('refuses as the resource says, without a write', async () => {
    const failure = failed('invalid', 'NotOurs', 'No.');
    const spec = new FakeSpec(1, () => ({ action: 'refuse', failure }));
    expect(await ensure(over, spec)).toEqual(failure);
    expect(spec.writes).toBe(0);
  });

  it('does not dress up a mistake as a failure of Azure', async () => {
    const spec = new FakeSpec(1, () => {
      throw new TypeError('mistake');
    });
    await expect(ensure(over, spec)).rejects.toThrow(TypeError);
  });
});

describe('ensureAbsent', () => {
  const warrant = { resourceId: layout.nic1.id, purpose: 'teardown' as const, proof: ['because'] };

  async function remove(verdict: Verdict | AzureFailure, clients = over, resume = {}, auditFails = false) {
    const log: string[] = [];
    let audited: string | undefined;
    const spec: RemovalSpec = {
      id: layout.nic1.id,
      judge: () => (verdict instanceof AzureFailure ? Promise.reject(verdict) : Promise.resolve(verdict)),
      remover: () =>
        Promise.resolve((options) => ({
          submitted: () => {
            const sent = options.requestOptions?.headers?.['x-ms-client-request-id'];
            log.push(sent === audited ? 'DELETE' : `DELETE ${sent}`);
            const headers = { get: (name: string) => (name === 'location' ? operation : undefined) };
            (options.onResponse as (raw: unknown) => void)({ status: 202, headers });
            return Promise.resolve();
          },
        })),
    };
    const audit = ({ requestId }: IssuedWarrant) => {
      audited = requestId;
      log.push('audit');
      return auditFails ? Promise.reject(new Error('storage')) : Promise.resolve();
    };
    const outcome = await ensureAbsent(clients, spec, claims('teardown'), audit, resume).catch(
      (error: unknown) => error,
    );
    return { outcome, log };
  }

  it.each<[string, Verdict | AzureFailure, object]>([
    ['gone', { verdict: 'gone' }, { status: 'done', change: 'unchanged' }],
    ['kept', { verdict: 'keep', reason: 'Why.' }, { status: 'done', facts: { kept: 'Why.' } }],
    ['waiting', { verdict: 'wait' }, { status: 'pending', change: 'deleted' }],
    ['refused', { verdict: 'refuse', failure: failed('fatal', 'NotOurs', 'No.') }, { code: 'NotOurs' }],
    ['unreadable', transient, { status: 'failed', class: 'transient', resumable: true }],
  ])('%s: no DELETE', async (_, verdict, expected) => {
    const { outcome, log } = await remove(verdict);
    expect(outcome).toMatchObject(expected);
    expect(log).toEqual([]);
  });

  it('deletes with a warrant, which is on record before', async () => {
    const { outcome, log } = await remove({ verdict: 'delete', warrant });
    expect(outcome).toEqual({ status: 'pending', change: 'deleted', operation });
    expect(log).toEqual(['audit', 'DELETE']);
  });

  it('does not delete if the warrant cannot be recorded', async () => {
    const { outcome, log } = await remove({ verdict: 'delete', warrant }, over, {}, true);
    expect(outcome).toEqual(new Error('storage'));
    expect(log).toEqual(['audit']);
  });

  it('follows the deletion before it judges again', async () => {
    const resume = { operation, change: 'deleted' as const };
    expect((await remove({ verdict: 'delete', warrant }, running, resume)).log).toEqual([]);
    expect((await remove({ verdict: 'gone' }, over, resume)).outcome).toEqual({
      status: 'done',
      change: 'deleted',
    });
    expect((await remove({ verdict: 'gone' }, broken, resume)).outcome).toMatchObject({ class: 'capacity' });
  });
});
