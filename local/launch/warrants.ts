import { expectOk, type Answer } from './http';
import type { System } from './system';

/** A DELETE that the simulated Azure accepted. What Azure takes along by itself is no request. */
export interface Deletion {
  /** Simulated time, ISO 8601. */
  at: string;
  id: string;
  clientRequestId: string;
  /** Ids of what goes along. */
  along: string[];
}

/** Every DELETE that was accepted, in order, but for those that the caller sent as somebody else. */
export async function deletions({ azure, arm }: System): Promise<Deletion[]> {
  const { deletes } = await expectOk<{ deletes: Deletion[] }>(`${azure.adminEndpoint}/deletes`);
  return deletes.filter(({ clientRequestId }) => !arm.sent.has(clientRequestId));
}

/** What the judgement needs of warrants and operations. */
export interface Audit {
  warrants: { operation: string; resourceId: string; requestId: string; issuedAt: string; proof: string[] }[];
  operations: { id: string; startedAt?: string; finishedAt?: string }[];
}

/**
 * Every deletion that has not exactly one warrant on record: by the id that the request bore, for the same resource,
 * issued before it by an operation that was at work then. Each with its details and why.
 */
export function unwarranted(deletions: readonly Deletion[], { warrants, operations }: Audit): string[] {
  return deletions.flatMap((deletion) => {
    const objection = objectionTo(
      deletion,
      warrants.filter(({ requestId }) => requestId === deletion.clientRequestId),
      operations,
    );
    const { at, id, clientRequestId } = deletion;
    return objection === undefined ? [] : [`DELETE ${id} at ${at} (${clientRequestId}): ${objection}`];
  });
}

function objectionTo(
  { id, at }: Deletion,
  warrants: Audit['warrants'],
  operations: Audit['operations'],
): string | undefined {
  const [warrant] = warrants;
  if (!warrant) return 'no warrant on record';
  if (warrants.length > 1) return `${warrants.length} warrants on record`;
  if (warrant.resourceId.toLowerCase() !== id.toLowerCase())
    return `the warrant is for ${warrant.resourceId}`;
  if (warrant.proof.length === 0) return 'the warrant names no proof';
  const sent = Date.parse(at);
  if (Date.parse(warrant.issuedAt) > sent) return `the warrant was issued at ${warrant.issuedAt}`;
  const operation = operations.find((one) => one.id === warrant.operation);
  if (!operation) return `there is no operation ${warrant.operation}`;
  const { startedAt, finishedAt } = operation;
  const atWork =
    startedAt !== undefined &&
    Date.parse(startedAt) <= sent &&
    (finishedAt === undefined || sent <= Date.parse(finishedAt));
  return atWork ? undefined : `operation ${operation.id} worked from ${startedAt} to ${finishedAt}`;
}

type Told = Audit['operations'][number] & { warrants?: Audit['warrants'] };

/** All operations with their warrants, as the app's API tells them. */
export async function toldWarrants({ app }: Pick<System, 'app'>): Promise<Audit> {
  const operations: Told[] = [];
  for (let path: string | undefined = '/operations'; path !== undefined;) {
    const answer: Answer<Told[]> = await app.send<Told[]>('GET', path);
    const { status, body, headers } = answer;
    if (status !== 200) throw new Error(`GET ${path}: ${status} ${JSON.stringify(body)}`);
    for (const { id } of body) operations.push(await app.get<Told>(`/operations/${id}`));
    const link: unknown = headers['link'];
    path = /<\/api\/v1([^>]+)>; ?rel="?next/.exec(typeof link === 'string' ? link : '')?.[1];
  }
  return { operations, warrants: operations.flatMap(({ warrants = [] }) => warrants) };
}
