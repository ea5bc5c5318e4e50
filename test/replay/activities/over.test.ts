import type { Dependencies } from '../../../orchestrations/activities/context';
import { beginOperation, finishHostOperation } from '../../../orchestrations/activities/finish';
import { planHost } from '../../../orchestrations/activities/plan';
import { removeResource } from '../../../orchestrations/activities/removal';
import type { AzureClients } from '../../../shared/azure/clients';
import type { HostRecord, OperationRecord } from '../../../shared/records/types';
import { layout } from '../../unit/shared/fixture';
import { deps, ending, entry, failure, FakeRecords, host, provisioning } from './oneHost';

describe('an operation that is over and is started again all the same', () => {
  const over: OperationRecord = {
    ...provisioning,
    status: 'succeeded',
    finishedAt: '2026-01-01T00:00:00.000Z',
    absentBefore: [layout.virtualMachine.id.toLowerCase()],
  };
  const { claim: _, ...free } = host;
  const live: HostRecord = { ...free, state: 'ready' };
  const now = Date.UTC(2026, 0, 2);
  /** Any call to Azure is one too many. */
  const untouched = (fake: FakeRecords): Dependencies => ({
    ...deps(fake.records),
    clients: {
      network: () => Promise.reject(new Error('asked Azure')),
      compute: () => Promise.reject(new Error('asked Azure')),
    } as unknown as AzureClients,
  });

  it('is not planned', async () => {
    const fake = new FakeRecords(live, entry, over);
    const outcome = await planHost(untouched(fake), { operation: 'op', now });
    expect(outcome).toMatchObject({ status: 'failed', class: 'fatal', code: 'OperationOver' });
    expect(fake.operation).toBe(over);
  });

  it('does not begin', async () => {
    const fake = new FakeRecords(live, entry, over);
    expect(await beginOperation(untouched(fake), { operation: 'op', now })).toMatchObject({
      status: 'failed',
      code: 'OperationOver',
    });
    expect(fake.operation).toBe(over);
  });

  it.each<[string, HostRecord, OperationRecord, string]>([
    ['it is over', live, over, 'OperationOver'],
    ['its claim is gone', live, provisioning, 'ClaimLost'],
    ['another operation holds the host', { ...host, claim: 'other' }, provisioning, 'ClaimLost'],
  ])('deletes nothing: %s', async (_name, record, operation, code) => {
    const fake = new FakeRecords(record, entry, operation);
    const target = { resource: 'virtualMachine' } as const;
    const input = { operation: 'op', purpose: 'undo', target, resume: {}, now } as const;
    expect(await removeResource(untouched(fake), input)).toMatchObject({ status: 'failed', code });
  });

  it('does not end once more', async () => {
    const fake = new FakeRecords(live, entry, over);
    await finishHostOperation(untouched(fake), ending({ status: 'failed', failure, undone: true }));
    expect([fake.operation, fake.host, fake.ledger, fake.writes]).toEqual([over, live, entry, 0]);
  });
});
