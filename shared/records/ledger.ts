import { createHash } from 'node:crypto';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { canonicalJson } from '../api/canonical';
import { isFree } from '../network/promises';
import { afterLook, withoutPromised, withRefused, type Occupied } from './occupied';
import { changed, changeOccupied, occupiedRow } from './occupiedRows';
import { encode, getRow, guarded, listRows, quoted, replaceRow, statusOf } from './rows';
import { RecordConflict, type Records } from './store';
import type { Tables } from './tables';
import type { HostAddresses, LedgerEntry } from './types';

const attempts = 60;
const headKey = 'head';

/**
 * Who was promised what in one VNet. Every promise is four rows: the prefix, both addresses and the host, written in
 * one transaction together with the head row of the partition, whose ETag makes sure that the choice was made with
 * all others in sight.
 */
export function ledgerOf(tables: Tables): Records['ledger'] {
  const turns = new Map<string, Promise<unknown>>();

  /** Writers in this process take turns: that saves them conflicts, the head row is what keeps them right. */
  function inTurn<T>(partition: string, write: () => Promise<T>): Promise<T> {
    const turn = (turns.get(partition) ?? Promise.resolve()).then(write, write);
    turns.set(partition, turn);
    const done = () => void (turns.get(partition) === turn && turns.delete(partition));
    turn.then(done, done);
    return turn;
  }

  async function change(vnetId: string, network: string, next: (before: Occupied) => Occupied) {
    const client = await tables('ledger');
    await persistently(() => changeOccupied(client, partitionOf(vnetId), network, next));
  }

  return {
    async entries(vnetId) {
      return entriesOf(await tables('ledger'), partitionOf(vnetId));
    },
    async find(vnetId, host) {
      const row = await getRow<LedgerEntry>(await tables('ledger'), hostKey(partitionOf(vnetId), host));
      return row?.record;
    },
    async reserve(vnetId, owner, choose) {
      const client = await tables('ledger');
      const partition = partitionOf(vnetId);
      return inTurn(partition, () =>
        persistently(async () => {
          const head = await headOf(client, partition);
          const [taken, occupied] = await Promise.all([
            entriesOf(client, partition),
            occupiedRow(client, partition, owner.network),
          ]);
          const held = taken.find((entry) => entry.host === owner.host);
          if (held) return held;
          const entry: LedgerEntry = { ...choose(taken, occupied.record), ...owner, state: 'reserved' };
          await submit(client, partition, head, [
            ...addressKeys(entry).map((rowKey) => create(partition, rowKey, { host: entry.host })),
            create(partition, hostKey(partition, entry.host).rowKey, encode(entry)),
            ...changed(occupied, withoutPromised(occupied.record, entry)),
          ]);
          return entry;
        }),
      );
    },
    async move(vnetId, host, from, to) {
      const client = await tables('ledger');
      const partition = partitionOf(vnetId);
      return inTurn(partition, () =>
        persistently(async () => {
          const head = await headOf(client, partition);
          const entries = await entriesOf(client, partition);
          const held = entries.find((entry) => entry.host === host);
          if (held?.state !== 'reserved') return false;
          const others = entries.filter((entry) => entry !== held);
          if (addressKeys(held).join() !== addressKeys(from).join() || !isFree(others, to)) return false;
          const [before, after] = [addressKeys(held), addressKeys(to)];
          const entry: LedgerEntry = { ...held, ...to };
          const key = hostKey(partition, host);
          await submit(client, partition, head, [
            ...before.filter((rowKey) => !after.includes(rowKey)).map((rowKey) => gone(partition, rowKey)),
            ...after
              .filter((rowKey) => !before.includes(rowKey))
              .map((rowKey) => create(partition, rowKey, { host })),
            ['update', { ...key, ...encode(entry) }, 'Replace'],
          ]);
          return true;
        }),
      );
    },
    async occupied(vnetId, network) {
      return (await occupiedRow(await tables('ledger'), partitionOf(vnetId), network)).record;
    },
    async noteOccupied(vnetId, network, seen, since) {
      const isStale = (before: Occupied) => since && canonicalJson(since) !== canonicalJson(before);
      await change(vnetId, network, (before) => (isStale(before) ? before : afterLook(before, seen)));
    },
    async noteRefused(vnetId, network, address) {
      await change(vnetId, network, (before) => withRefused(before, address));
    },
    async setState(vnetId, host, state, operation) {
      const client = await tables('ledger');
      const key = hostKey(partitionOf(vnetId), host);
      await persistently(async () => {
        const row = await getRow<LedgerEntry>(client, key);
        if (!row) throw new Error(`The ledger holds no promise for host ${host}.`);
        if (row.record.state === state && row.record.operation === operation) return;
        await replaceRow(client, key, { ...row.record, state, operation }, row.etag);
      });
    },
    async release(vnetId, host) {
      const client = await tables('ledger');
      const partition = partitionOf(vnetId);
      await inTurn(partition, () =>
        persistently(async () => {
          const head = await headOf(client, partition);
          const key = hostKey(partition, host);
          const row = await getRow<LedgerEntry>(client, key);
          if (!row) return;
          const rowKeys = [...addressKeys(row.record), key.rowKey];
          await submit(
            client,
            partition,
            head,
            rowKeys.map((rowKey) => gone(partition, rowKey)),
          );
        }),
      );
    },
  };
}

const partitionOf = (vnetId: string) => createHash('sha256').update(vnetId.toLowerCase()).digest('hex');

const hostKey = (partitionKey: string, host: string) => ({ partitionKey, rowKey: `host-${host}` });

const addressKeys = (addresses: HostAddresses) => [
  `prefix-${addresses.ghostedPrefix.replace('/', '-')}`,
  `nat-${addresses.natAddress}`,
  `lan-${addresses.lanAddress}`,
];

const create = (partitionKey: string, rowKey: string, columns: Record<string, string>): TransactionAction => [
  'create',
  { partitionKey, rowKey, ...columns },
];

const gone = (partitionKey: string, rowKey: string): TransactionAction => [
  'delete',
  { partitionKey, rowKey },
];

async function entriesOf(client: TableClient, partition: string): Promise<LedgerEntry[]> {
  return listRows<LedgerEntry>(
    client,
    `PartitionKey eq ${quoted(partition)} and RowKey ge 'host-' and RowKey lt 'host.'`,
  );
}

/** ETag of the partition's head row, which is made if it is not there yet. */
async function headOf(client: TableClient, partition: string): Promise<string> {
  try {
    return (await client.getEntity(partition, headKey)).etag;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
  const created = await guarded({ partitionKey: partition, rowKey: headKey }, () =>
    client.createEntity({ partitionKey: partition, rowKey: headKey, writes: 0 }),
  );
  if (created.etag === undefined) throw new RecordConflict(`${partition}/${headKey}`);
  return created.etag;
}

async function submit(client: TableClient, partition: string, head: string, actions: TransactionAction[]) {
  await guarded({ partitionKey: partition, rowKey: headKey }, () =>
    client.submitTransaction([
      ['update', { partitionKey: partition, rowKey: headKey }, 'Replace', { etag: head }],
      ...actions,
    ]),
  );
}

/** Starts over while others write in between; waits a little longer, at random, each time. */
async function persistently<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof RecordConflict) || tries === attempts) throw error;
      await new Promise((resume) => setTimeout(resume, Math.random() * Math.min(20 * tries, 400)));
    }
  }
}
