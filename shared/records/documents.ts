import { createHash } from 'node:crypto';
import { getRow, listRows, quoted, removeRow, statusOf, upsertRow, type Columns } from './rows';
import type { Records } from './store';
import type { Tables } from './tables';
import type { FailureRecord } from './types';

/** What a run that only reads was asked for; or the questions to Azure that a verification waits for. */
export type DocumentKind = 'plan' | 'paths' | 'effectiveRoutes';

/** What a run has read so far: too long for the output of an orchestration or activity, and of no use after some time. */
export interface DocumentRecord {
  /** Also the id of the orchestration instance that writes it. */
  id: string;
  kind: DocumentKind;
  /** By which it can be found again: the hash of a plan. */
  key?: string;
  /** ISO 8601, time of the orchestration. */
  createdAt: string;
  expiresAt: string;
  /** Absent if the run failed. */
  body?: unknown;
  failure?: FailureRecord;
}

/** What stands in the row by which a document is known; the body is in the rows of a partition of its own. */
interface Head extends Omit<DocumentRecord, 'body'> {
  parts: number;
  /** Tells the parts of one writing from those of another. */
  digest?: string;
}

/** JSON text is quoted once more in its row, which at most doubles it. */
const charactersPerPart = 150_000;

/**
 * Documents on tables: first the parts, under the digest of the whole, then the head that names the digest. The parts of
 * an earlier writing stay until the document expires, so a head that can be read finds its parts.
 */
export function documentsOf(tables: Tables): Records['documents'] {
  const table = () => tables('documents');
  const headKey = (id: string) => ({ partitionKey: 'head', rowKey: id });

  const complete = async ({ parts, digest, ...document }: Head): Promise<DocumentRecord> => {
    if (parts === 0) return document;
    const rows = await listRows<string>(
      await table(),
      `PartitionKey eq ${quoted(document.id)} and RowKey ge '${digest}-' and RowKey lt '${digest}.'`,
    );
    if (rows.length !== parts) throw new Error(`The document ${document.id} has expired.`);
    return { ...document, body: JSON.parse(rows.join('')) as unknown };
  };

  const clear = async (id: string): Promise<void> => {
    const client = await table();
    const filter = `PartitionKey eq ${quoted(id)}`;
    for await (const { rowKey } of client.listEntities({ queryOptions: { filter, select: ['RowKey'] } })) {
      if (rowKey !== undefined) await client.deleteEntity(id, rowKey).catch(unlessGone);
    }
  };

  return {
    put: async ({ body, ...document }) => {
      const client = await table();
      const text = body === undefined ? '' : JSON.stringify(body);
      const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
      const parts = Math.ceil(text.length / charactersPerPart);
      for (let index = 0; index < parts; index += 1) {
        const part = text.slice(index * charactersPerPart, (index + 1) * charactersPerPart);
        const rowKey = `${digest}-${String(index).padStart(4, '0')}`;
        await upsertRow(client, { partitionKey: document.id, rowKey }, part);
      }
      const head: Head = { ...document, parts, ...(parts > 0 ? { digest } : {}) };
      await upsertRow(client, headKey(document.id), head, columnsOf(document));
    },
    get: async (id) => {
      const head = await getRow<Head>(await table(), headKey(id));
      return head && complete(head.record);
    },
    find: async (kind, key) => {
      const filter = `PartitionKey eq 'head' and kind eq ${quoted(kind)} and key eq ${quoted(key)}`;
      const heads = await listRows<Head>(await table(), filter);
      const [latest] = heads.sort((a, b) => b.createdAt.localeCompare(a.createdAt));
      return latest && complete(latest);
    },
    prune: async (now) => {
      const client = await table();
      const expired = await listRows<Head>(client, `PartitionKey eq 'head' and expiresAt lt ${quoted(now)}`);
      for (const { id } of expired) {
        const head = await getRow<Head>(client, headKey(id));
        if (!head || head.record.expiresAt >= now) continue;
        await removeRow(client, headKey(id), head.etag);
        await clear(id);
      }
    },
  };
}

const columnsOf = ({ kind, key, expiresAt }: Omit<DocumentRecord, 'body'>): Columns => ({
  kind,
  expiresAt,
  ...(key === undefined ? {} : { key }),
});

function unlessGone(error: unknown): void {
  if (statusOf(error) !== 404) throw error;
}
