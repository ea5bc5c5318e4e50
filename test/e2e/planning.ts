import { isChange } from '../../local/azure/edge/questions';
import { until } from '../../local/launch/until';
import type { System } from '../../local/launch/system';
import type { LoggedRequest } from '../../local/launch/adminClient';
import { operationPlaceholder, type PlanDocument } from '../../shared/azure/plan/types';
import { decodeParameters } from '../../shared/guest';

/** The plan of a host on `nested-fun`; follows the answer if it takes longer than a caller waits. */
export async function dryRun(
  { app }: System,
  name: string,
  more: Record<string, unknown> = {},
): Promise<PlanDocument> {
  const body = { network: 'nested-fun', name, ...more };
  const answer = await app.send<PlanDocument & { id: string }>('POST', '/hosts?dryRun=true', body);
  if (answer.status === 200) return answer.body;
  expect(answer).toMatchObject({ status: 202, headers: { location: `/api/v1/plans/${answer.body.id}` } });
  return await until(
    async () => {
      const later = await app.send<PlanDocument>('GET', `/plans/${answer.body.id}`);
      return later.status === 200 ? later.body : undefined;
    },
    { what: answer.body.id, limit: 30_000 },
  );
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
