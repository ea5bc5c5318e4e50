import type { HttpResponseInit } from '@azure/functions';
import type { DurableClient } from 'durable-functions';
import { Problem, type ProblemSlug } from '../../shared/api/problems';
import type { DocumentKind, DocumentRecord } from '../../shared/records/documents';
import { records } from '../app';
import { instanceState, startReading } from '../durable';
import { accepted, ok } from './answer';

/** Most runs that only read are over within seconds; a caller waits this long before being sent to the document. */
const patience = 10_000;
const interval = 200;

export interface Reading {
  /** Name of an orchestration made by `reading` in `orchestrations/steps/reading.ts`. */
  orchestrator: string;
  /** `id` is a fresh one: it becomes that of the instance and of the document. */
  input: { id: string };
  /** Where the document is served once it is there. */
  location: string;
}

/** Runs an orchestration that only reads: 200 with what it found, or 202 if that takes longer than a caller waits. */
export async function answerReading(
  client: DurableClient,
  reading: Reading,
  view: (document: DocumentRecord) => unknown = bodyOf,
): Promise<HttpResponseInit> {
  const document = await documentOf(client, reading);
  return document ? ok(view(found(document))) : running(reading);
}

/** Runs an orchestration that only reads; undefined if it is not over when the caller has waited long enough. */
export async function documentOf(
  client: DurableClient,
  { orchestrator, input }: Pick<Reading, 'orchestrator' | 'input'>,
): Promise<DocumentRecord | undefined> {
  await startReading(client, orchestrator, input);
  const deadline = Date.now() + patience;
  for (;;) {
    const document = await records().documents.get(input.id);
    if (document || Date.now() >= deadline) return document;
    await new Promise((resume) => setTimeout(resume, interval));
  }
}

/** What an earlier run found; 202 while it is under way. Ids of other kinds are as unknown as those of nothing. */
export async function answerDocument(
  client: DurableClient,
  kind: DocumentKind,
  { id, location, unknown }: { id: string; location: string; unknown: ProblemSlug },
  view: (document: DocumentRecord) => unknown = bodyOf,
): Promise<HttpResponseInit> {
  const known = new RegExp(`^${kind}-[a-z0-9-]{1,80}$`).test(id);
  const document = known ? await records().documents.get(id) : undefined;
  if (document) return ok(view(found(document)));
  const state = known ? await instanceState(client, id) : undefined;
  if (state === 'running') return running({ input: { id }, location });
  // It may have come, and its run ended, between the two looks.
  const late = known ? await records().documents.get(id) : undefined;
  if (late) return ok(view(found(late)));
  throw new Problem(unknown, 'There is nothing under this id, or no longer: documents are kept for a day.');
}

const running = ({ input, location }: Pick<Reading, 'input' | 'location'>) =>
  accepted(location, { id: input.id, status: 'running' });

const bodyOf = ({ body }: DocumentRecord): unknown => body;

function found(document: DocumentRecord): DocumentRecord {
  const { failure } = document;
  if (failure) throw new Problem('reading-failed', `${failure.code}: ${failure.message}`);
  return document;
}
