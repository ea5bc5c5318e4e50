import type { System } from '../../local/launch/system';
import { until } from '../../local/launch/until';

export interface BatchRow {
  row: number;
  name: string;
  status: string;
  operation?: string;
  failure?: { code: string; message: string };
}
export interface Batch {
  id: string;
  state: string;
  counts: Record<string, number>;
  paused?: { network: string; reason: string }[];
  rows: BatchRow[];
  next?: string;
}

export const names = (count: number, prefix: string): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${String(index + 1).padStart(3, '0')}`);

export const csv = (hosts: readonly string[]): string =>
  `name,ticket\r\n${hosts.map((name) => `${name},T-${name}\r\n`).join('')}`;

export async function sendCsv(
  { app }: System,
  text: string,
  key: string,
  query: Record<string, string> = {},
): Promise<{ status: number; body: Batch & { errors?: object[] } }> {
  const search = new URLSearchParams({ network: 'nested-fun', ...query }).toString();
  const headers = { 'content-type': 'text/csv', 'idempotency-key': key };
  return await app.send<Batch>('POST', `/batches?${search}`, text, headers);
}

/** All rows, page by page; undefined while the app is down. */
export async function readBatch({ app }: System, id: string): Promise<Batch | undefined> {
  try {
    let page = await app.get<Batch>(`/batches/${id}?limit=1000`);
    const rows = [...page.rows];
    while (page.next !== undefined) {
      page = await app.get<Batch>(page.next.replace('/api/v1', ''));
      rows.push(...page.rows);
    }
    return { ...page, rows };
  } catch {
    return undefined;
  }
}

/** The batch as soon as it is in that state; `limit` in ms. */
export async function batchIn(system: System, id: string, state: string, limit: number): Promise<Batch> {
  return await until(
    async () => {
      const batch = await readBatch(system, id);
      return batch?.state === state ? batch : undefined;
    },
    { what: `batch ${id} to be ${state}`, limit, every: 500 },
  );
}
