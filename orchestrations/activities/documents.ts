import type { DocumentKind, DocumentRecord } from '../../shared/records/documents';
import type { FailureRecord } from '../../shared/records/types';
import type { Dependencies } from './context';

const keptMs = 24 * 3_600_000;

/** What every activity that writes a document is told. */
export interface DocumentInput {
  id: string;
  /** Time of the orchestration, epoch milliseconds. */
  now: number;
}

/** Keeps for a day what a run found, and makes room for it. */
export async function keepDocument(
  { records }: Dependencies,
  { id, now }: DocumentInput,
  content: Pick<DocumentRecord, 'kind' | 'key' | 'body' | 'failure'>,
): Promise<void> {
  const createdAt = new Date(now).toISOString();
  await records.documents.prune(createdAt);
  await records.documents.put({ id, createdAt, expiresAt: new Date(now + keptMs).toISOString(), ...content });
}

/** Leaves word of a run that could not read what it was to read. */
export async function noteUnread(
  deps: Dependencies,
  input: DocumentInput & { kind: DocumentKind; failure: FailureRecord },
): Promise<void> {
  const { kind, failure } = input;
  await keepDocument(deps, input, { kind, failure });
}
