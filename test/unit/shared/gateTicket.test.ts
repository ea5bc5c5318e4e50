import type { Dependencies } from '../../../orchestrations/activities/context';
import { gateTicket } from '../../../orchestrations/activities/gate';
import { usualPriority } from '../../../shared/gate';
import type { OperationRecord } from '../../../shared/records/types';

const createdAt = '2026-01-01T00:00:00.000Z';

/** Just what the activity reads of the records; it writes that the operation runs. */
function holding(request: object): { deps: Dependencies; written: OperationRecord[] } {
  const written: OperationRecord[] = [];
  const record = { id: 'op', network: 'n', host: 'h', status: 'admitted', caller: 'c', createdAt, request };
  const definition = { subscriptionId: 'S', resourceGroup: 'g', virtualNetwork: { name: 'v' } };
  const records = {
    operations: {
      get: () => Promise.resolve({ record, etag: 'e' }),
      replace: (one: OperationRecord) => Promise.resolve(void written.push(one)),
    },
    networks: { get: () => Promise.resolve({ record: { name: 'n', definition }, etag: 'e' }) },
    ledger: { find: () => Promise.resolve(undefined) },
  };
  return { deps: { records, operationsInFlight: 3 } as unknown as Dependencies, written };
}

describe('the place of an operation at the gate', () => {
  it.each([
    [{ kind: 'provision', priority: 9 }, 9],
    [{ kind: 'provision', priority: 0 }, 0],
    [{ kind: 'provision' }, usualPriority],
    [{ kind: 'repair', priority: 8 }, 8],
    [{ kind: 'repair' }, usualPriority],
    [{ kind: 'adopt' }, usualPriority],
  ])('of %j is %d', async (request, priority) => {
    const { deps, written } = holding(request);
    expect(await gateTicket(deps, { operation: 'op' })).toMatchObject({
      priority,
      caller: 'c',
      limit: 3,
      admittedAt: Date.parse(createdAt),
    });
    expect(written.map(({ status }) => status)).toEqual(['running']);
  });
});
