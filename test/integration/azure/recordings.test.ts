import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { TestCloud, subscriptionId, text } from '../../unit/azure/support';
import type { Answer } from '../../unit/azure/support';

/** Traffic of real Azure, kept outside of the repository; see the comparison below for what must agree. */
const folder = join(process.cwd(), '..', 'shared', 'recordings');

interface Interaction {
  request: { method: string; url: string; headers: Record<string, string[]>; body: string };
  response: { code: number; headers: Record<string, string[]>; body: string };
}

/** Removed by the recorder, or added by the transport and not by Azure. */
const uncompared = [
  'retry-after',
  'date',
  'content-length',
  'x-ms-request-id',
  'x-ms-correlation-request-id',
  'x-ms-routing-request-id',
  'x-ms-arm-service-request-id',
  // Newer recordings have it, older ones do not.
  'x-ms-operation-identifier',
  // Only on lists of machines, where it says nothing.
  'x-ms-original-request-ids',
];

function headerNames(headers: Record<string, unknown>): string[] {
  return Object.keys(headers)
    .map((name) => name.toLowerCase())
    .filter((name) => !uncompared.includes(name) && !/^x-ms-ratelimit-remaining-/.test(name))
    .sort();
}

/** Every path of names in a body; entries of a list count as one. Tags are the subscription's own affair. */
function shape(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((entry) => shape(entry, `${path}[]`)))].sort();
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value)
    .filter(([name]) => path !== '' || name !== 'tags')
    .flatMap(([name, inner]) => [`${path}.${name}`, ...shape(inner, `${path}.${name}`)])
    .filter((entry, index, all) => all.indexOf(entry) === index)
    .sort();
}

/** Values that Azure chooses from a fixed set. */
function words(body: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(body, (name, value: unknown) => {
    if (
      /State$|^status$|^code$|Method$|Policies$|Option$|^type$|^kind$|Version$/.test(name) &&
      typeof value === 'string'
    ) {
      if (name !== 'exactVersion') found.push(`${name}=${value}`);
    }
    return value;
  });
  return found.sort();
}

/** Replays a recording; operation URLs are those that this cloud gave, time passes before each poll. */
function replay(interactions: Interaction[]): { recorded: Interaction; answer: Answer }[] {
  const test = new TestCloud();
  let last: Answer | undefined;
  return interactions.map((recorded) => {
    const { method, url, headers, body } = recorded.request;
    const target = new URL(url.replaceAll('00000000-0000-0000-0000-000000000000', subscriptionId));
    const operation = /\/operations\/|\/operationresults\//i.test(target.pathname);
    test.pass(600);
    const match = headers['If-Match']?.[0];
    const answer = test.send(
      method,
      operation
        ? (last?.headers['Azure-AsyncOperation'] ?? last?.headers.Location ?? '')
        : `${target.pathname}${target.search}`,
      body === ''
        ? undefined
        : JSON.parse(body.replaceAll('00000000-0000-0000-0000-000000000000', subscriptionId)),
      match === undefined ? {} : { headers: { 'if-match': match } },
    );
    if (!operation) last = answer;
    return { recorded, answer };
  });
}

const names = ['subnets', 'networkInterfaces', 'virtualMachines'];
const present = names.every((name) => existsSync(join(folder, `${name}.yaml`)));
const whenPresent = present ? it : it.skip;

/** Real Azure answered these differently at other times; the recording is one of several truths. */
function varies({ request, response }: Interaction): boolean {
  // A deletion of an interface was once answered 200 instead of 202.
  return request.method === 'DELETE' && request.url.includes('/networkInterfaces/') && response.code === 200;
}

describe(`recordings of real Azure${present ? '' : ' (not here: skipped)'}`, () => {
  whenPresent.each(names)('%s: status, header names, body names and enumerations agree', (name) => {
    const file = parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')) as { interactions: Interaction[] };
    for (const { recorded, answer } of replay(file.interactions)) {
      const { request, response } = recorded;
      const body: unknown = response.body === '' ? {} : JSON.parse(response.body);
      const what = `${request.method} ${new URL(request.url).pathname.split('/').slice(4).join('/')}`;
      expect({
        what,
        status: varies(recorded) ? response.code : answer.status,
        headers: headerNames(answer.headers),
        shape: shape(answer.body),
        words: words(answer.body),
      }).toEqual({
        what,
        status: response.code,
        headers: headerNames(response.headers),
        shape: shape(body),
        words: words(body),
      });
      if (response.code >= 400) expect(text(answer.body.error?.message)).toBe(messageOf(body));
    }
  });
});

function messageOf(body: unknown): string {
  const { error } = body as { error: { message: string } };
  return error.message.replaceAll('00000000-0000-0000-0000-000000000000', subscriptionId);
}
