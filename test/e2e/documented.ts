import type { Answer } from '../../local/launch/http';
import type { System } from '../../local/launch/system';
import { answerHeaders, problemsAt } from '../../shared/api/openapi/document';
import { endpoints, type Endpoint } from '../../shared/api/openapi/endpoints';
import { routes, type Route, type RouteName } from '../../shared/api/routes';
import { problem } from '../../shared/api/shapes';

/** Says what is wrong with an answer that the API document does not tell of; `path` is below `/api/v1`. */
export function mistakeIn(
  method: string,
  path: string,
  { status, headers, body }: Answer,
): string | undefined {
  const found = routeOf(method, path);
  if (!found) return status === 404 ? undefined : `${method} ${path} is no route, and answers ${status}.`;
  // The host itself, which asks for the key and says that no app runs, answers without a body.
  if ((status === 401 || status === 503) && body === undefined) return undefined;
  const [name, route] = found;
  const endpoint = endpoints[name];
  const problems = problemsAt(endpoint, route).get(status);
  const shape = status >= 400 ? problems && problem : endpoint.answers[status];
  if (shape === undefined) return `${method} ${path}: ${status} is not told of. ${JSON.stringify(body)}`;
  if (typeof shape === 'string') return undefined;
  const missing = missingHeaders(endpoint, status, headers);
  if (missing.length > 0) return `${method} ${path}: ${status} lacks ${missing.join(', ')}.`;
  if (endpoint.sheet && /^text\/csv/.test(String(headers['content-type']))) return undefined;
  const { error } = shape.safeParse(body);
  if (error) return `${method} ${path}: ${status} has another shape. ${JSON.stringify(error.issues)}`;
  const slug = status >= 400 ? (body as { type: string }).type.replace('/problems/', '') : '';
  return status >= 400 && !problems?.some((one) => one === slug)
    ? `${method} ${path}: ${status} ${slug} is not told of.`
    : undefined;
}

function missingHeaders(endpoint: Endpoint, status: number, headers: Answer['headers']): string[] {
  // Where only the body was read.
  if (Object.keys(headers).length === 0) return [];
  return Object.entries(answerHeaders(endpoint, status))
    .filter(([name, always]) => always && headers[name.toLowerCase()] === undefined)
    .map(([name]) => name);
}

/** Fails if the API document does not tell of such an answer to such a call. */
export function expectDocumented(method: string, path: string, answer: Answer): void {
  expect(mistakeIn(method, path, answer)).toBeUndefined();
}

/** Holds every answer of the app against its document from now on; gives the list in which mistakes are noted. */
export function watchAnswers({ app }: System): string[] {
  const mistakes: string[] = [];
  const note = (method: string, path: string, answer: Answer): void => {
    const mistake = mistakeIn(method, path, answer);
    if (mistake !== undefined) mistakes.push(mistake);
  };
  const send = app.send.bind(app);
  const get = app.get.bind(app);
  app.send = async (...call: Parameters<typeof send>) => {
    const answer = await send(...call);
    note(call[0], call[1], answer);
    return answer as never;
  };
  app.get = async (...call: Parameters<typeof get>) => {
    const body = await get(...call);
    note('GET', call[0], { status: 200, headers: {}, body });
    return body as never;
  };
  return mistakes;
}

export function routeOf(method: string, path: string): [RouteName, Route] | undefined {
  const plain = path.replace(/\?.*$/, '');
  return Object.entries<Route>(routes).find(
    ([, route]) =>
      route.method === method &&
      new RegExp(`^${route.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(plain),
  ) as [RouteName, Route] | undefined;
}
