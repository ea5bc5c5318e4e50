import { isChange } from '../../local/azure/edge/questions';
import type { Answer } from '../../local/launch/http';
import { until } from '../../local/launch/until';
import type { System } from '../../local/launch/system';
import type { LoggedRequest } from '../../local/launch/adminClient';
import { operationPlaceholder, type PlanDocument } from '../../shared/azure/plan/types';
import { decodeParameters } from '../../shared/guest';

/** The answer to a call that only reads; it is followed if that takes longer than a caller waits. */
export async function readingOf<T>(
  { app }: System,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer<T>> {
  const answer = await app.send<T>(method, path, body);
  if (answer.status !== 202) return answer;
  const { id } = answer.body as { id: string };
  expect(answer.headers['location']).toMatch(new RegExp(`^/api/v1/(plans|paths)/${id}$`));
  return await until(
    async () => {
      const later = await app.send<T>('GET', String(answer.headers['location']).replace('/api/v1', ''));
      return later.status === 202 ? undefined : later;
    },
    { what: id },
  );
}

/** The plan of a host on `nested-fun`. */
export async function dryRun(
  system: System,
  name: string,
  more: Record<string, unknown> = {},
): Promise<PlanDocument> {
  const wish = { network: 'nested-fun', name, ...more };
  const answer = await readingOf<PlanDocument>(system, 'POST', '/hosts?dryRun=true', wish);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
}

/** Everything that was asked of Azure since a request, beside reads and questions. */
export async function writesSince({ admin }: System, seq: number) {
  const { requests } = await admin.requests(seq, true);
  return requests.filter(isChange);
}

export async function lastRequest({ admin }: System): Promise<number> {
  return (await admin.requests()).requests.at(-1)?.seq ?? 0;
}

/** What reached Azure is what was planned: the same resources in the same order, with the same bodies. */
export function expectAsPlanned(plan: PlanDocument, operation: string, sent: LoggedRequest[]): void {
  const puts = sent.filter(({ method }) => method === 'PUT');
  const resources = puts.filter(({ path }) => !/\/runCommands\//i.test(path));
  const planned = plan.resources.filter(({ change }) => change !== 'unchanged');
  expect(resources.map(({ path }) => path.toLowerCase())).toEqual(planned.map(({ id }) => id.toLowerCase()));
  planned.forEach(({ body, partial }, index) => {
    const now = JSON.parse(JSON.stringify(body).replaceAll(operationPlaceholder, operation)) as object;
    if (partial) expect(resources[index]?.body).toMatchObject(now);
    else expect(resources[index]?.body).toEqual(now);
  });
  const phases = puts.filter(({ path }) => /\/runCommands\//i.test(path)).map(parametersOf);
  expect(phases).toMatchObject(plan.guest.map(({ parameters }) => ({ ...parameters, operation })));
}

/** Of a run command; the scripts themselves are the app's own. */
function parametersOf({ body }: LoggedRequest) {
  const { properties } = body as { properties: { parameters: { value: string }[] } };
  return decodeParameters(properties.parameters[0]?.value ?? '');
}
