import type { Answer } from '../../../local/launch/http';
import type { System } from '../../../local/launch/system';
import { problemsAt } from '../../../shared/api/openapi/document';
import { endpoints } from '../../../shared/api/openapi/endpoints';
import { routes, type Route, type RouteName } from '../../../shared/api/routes';
import { mistakeIn } from '../documented';
import type { Ask } from './calls';

/** Answers as `operation status` or `operation status problem`. */
export type Seen = Set<string>;

const nameOf = (name: RouteName, status: number, problem?: string): string =>
  [name, status, ...(problem === undefined ? [] : [problem])].join(' ');

/** Every answer that the API document tells of. */
export function documentedAnswers(): Seen {
  const all = Object.entries<Route>(routes).flatMap(([key, route]) => {
    const name = key as RouteName;
    const statuses = Object.keys(endpoints[name].answers).map((status) => nameOf(name, Number(status)));
    const problems = [...problemsAt(endpoints[name], route)].flatMap(([status, slugs]) =>
      slugs.map((slug) => nameOf(name, status, slug)),
    );
    return [...statuses, ...problems];
  });
  return new Set(all);
}

/** Makes calls by the name of their route, and notes every answer that has the shape that the document says. */
export class Caller {
  constructor(
    private readonly system: System,
    private readonly seen: Seen,
    private readonly headers: Record<string, string> = {},
  ) {}

  async ask<T = Record<string, unknown>>(name: RouteName, { path, body, headers }: Ask): Promise<Answer<T>> {
    const { method } = routes[name];
    const answer = await this.system.app.send<T>(method, path, body, { ...this.headers, ...headers });
    expect(mistakeIn(method, path, answer)).toBeUndefined();
    const { status } = answer;
    const type = status >= 400 ? (answer.body as { type: string }).type : undefined;
    this.seen.add(nameOf(name, status, type?.replace('/problems/', '')));
    if (status === 202) expect(answer.headers).toMatchObject({ 'retry-after': '5' });
    if (status === 202) expect(answer.headers['location']).toMatch(/^\/api\/v1\//);
    const kind = type === undefined ? /^(application\/json|text\/)/ : /^application\/problem\+json/;
    expect(answer.headers['content-type']).toMatch(kind);
    return answer;
  }

  /** The same, and fails unless the answer is that one: a status, or the slug of a problem. */
  async expect<T = Record<string, unknown>>(
    wanted: number | string,
    name: RouteName,
    call: Ask,
  ): Promise<Answer<T>> {
    const answer = await this.ask<T>(name, call);
    const { status, body } = answer;
    if (typeof wanted === 'number') expect({ status, body }).toMatchObject({ status: wanted });
    else expect(body).toMatchObject({ type: `/problems/${wanted}` });
    return answer;
  }
}
