import { changeTables } from '../../../orchestrations/activities/ownTables';
import type { Dependencies } from '../../../orchestrations/activities/context';
import { withTables } from '../../../shared/network/tables';
import { RecordConflict } from '../../../shared/records/store';
import type { NetworkRecord, OwnTable } from '../../../shared/records/types';
import { definition } from './fixture';

/** One network row; the first `conflicts` writes find that somebody else wrote something meanwhile. */
function rows(conflicts: number, tables?: OwnTable[]) {
  let record: NetworkRecord = {
    ...{ name: 'nested-fun', definition, state: 'ready', operation: 'op', updatedAt: '' },
    ...(tables ? { tables } : {}),
  };
  let version = 1;
  let writes = 0;
  const networks = {
    get: (name: string) =>
      Promise.resolve(name === record.name ? { record, etag: String(version) } : undefined),
    replace: (next: NetworkRecord, etag: string) => {
      writes += 1;
      if (writes <= conflicts) {
        version += 1;
        record = { ...record, converging: `op-${writes}` };
      }
      if (etag !== String(version)) return Promise.reject(new RecordConflict('network/nested-fun'));
      record = next;
      return Promise.resolve();
    },
  };
  return {
    deps: { records: { networks } } as unknown as Dependencies,
    writes: () => writes,
    record: () => record,
  };
}

const seen = [{ id: '/T/one', subnets: ['/S/a'] }];

it('what is remembered is written beside what somebody else wrote', async () => {
  const row = rows(3);
  await changeTables(row.deps, 'nested-fun', (known) => withTables(known, seen));
  expect(row.record()).toMatchObject({ converging: 'op-3', tables: seen });
  expect(row.writes()).toBe(4);
});

it('nothing is written where all is known, or the network is gone', async () => {
  const row = rows(0, seen);
  await changeTables(row.deps, 'nested-fun', (known) => withTables(known, seen));
  await changeTables(row.deps, 'nowhere', (known) => withTables(known, seen));
  expect(row.writes()).toBe(0);
});

it('who never gets through says so', async () => {
  const row = rows(Infinity);
  await expect(changeTables(row.deps, 'nested-fun', (known) => withTables(known, seen))).rejects.toThrow(
    RecordConflict,
  );
});
