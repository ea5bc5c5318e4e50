import type { ReportRecord } from './reconciliation';
import { firstRows, getRow, listRows, quoted, removeRow, upsertRow } from './rows';
import type { Records } from './store';
import type { Tables } from './tables';

const lastInstant = 9_999_999_999_999;

/** Place in the timeline: the newest report comes first. */
const placeOf = ({ startedAt, id }: Pick<ReportRecord, 'startedAt' | 'id'>): string =>
  `${String(lastInstant - Date.parse(startedAt)).padStart(13, '0')}-${id}`;

interface Entry {
  place: string;
  id: string;
}

/**
 * Reports by id, and a timeline that names them, newest first. An entry is written before its report and removed after it, so
 * it may name one that is not there, never the other way round.
 */
export function reportsOf(tables: Tables): Records['reports'] {
  const table = () => tables('reports');
  const key = (id: string) => ({ partitionKey: 'report', rowKey: id });
  const entryKey = (place: string) => ({ partitionKey: 'timeline', rowKey: place });
  const get = async (id: string) => (await getRow<ReportRecord>(await table(), key(id)))?.record;
  return {
    get,
    put: async (report) => {
      const client = await table();
      const { id, network } = report;
      const entry: Entry = { place: placeOf(report), id };
      await upsertRow(client, entryKey(entry.place), entry, { network });
      await upsertRow(client, key(id), report, { network });
    },
    list: async () => listRows<ReportRecord>(await table(), `PartitionKey eq 'report'`),
    page: async (network, limit, after) => {
      const terms = [
        `PartitionKey eq 'timeline'`,
        ...(network === undefined ? [] : [`network eq ${quoted(network)}`]),
        ...(after === undefined ? [] : [`RowKey gt ${quoted(after)}`]),
      ];
      const entries = await firstRows<Entry>(await table(), limit + 1, terms.join(' and '));
      const here = entries.slice(0, limit);
      const reports = await Promise.all(here.map(({ id }) => get(id)));
      const last = entries.length > limit ? here.at(-1) : undefined;
      return {
        reports: reports.filter((report) => report !== undefined),
        ...(last ? { next: last.place } : {}),
      };
    },
    prune: async (before, most) => {
      const client = await table();
      // Behind every id of that very instant.
      const oldest = placeOf({ startedAt: before, id: '~' });
      const filter = `PartitionKey eq 'timeline' and RowKey gt ${quoted(oldest)}`;
      const old = await firstRows<Entry>(client, most, filter);
      for (const { place, id } of old) {
        await removeRow(client, key(id), '*');
        await removeRow(client, entryKey(place), '*');
      }
      return old.length;
    },
  };
}
