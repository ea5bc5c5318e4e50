import type { Answer } from '../../local/launch/http';
import { endpoints } from '../../shared/api/openapi/endpoints';
import { problem } from '../../shared/api/openapi/answers';
import { problemsAt } from '../../shared/api/openapi/document';
import { routes, type Route, type RouteName } from '../../shared/api/routes';

/** Fails if the API document does not tell of such an answer to such a call; `path` is below `/api/v1`. */
export function expectDocumented(method: string, path: string, { status, body }: Answer<unknown>): void {
  const [name, route] = routeOf(method, path);
  const endpoint = endpoints[name];
  const shape = status >= 400 ? problem : endpoint.answers[status];
  const problems = problemsAt(endpoint, route.role !== undefined);
  const known = status >= 400 ? problems.has(status) : shape !== undefined;
  expect({ call: `${method} ${path}`, status, known }).toMatchObject({ known: true });
  if (shape === undefined || typeof shape === 'string') return;
  expect({ call: `${method} ${path}`, status, issues: shape.safeParse(body).error?.issues }).toMatchObject({
    issues: undefined,
  });
}

function routeOf(method: string, path: string): [RouteName, Route] {
  const plain = path.replace(/\?.*$/, '');
  const found = Object.entries<Route>(routes).find(
    ([, route]) =>
      route.method === method &&
      new RegExp(`^${route.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(plain),
  );
  if (!found) throw new Error(`There is no route ${method} ${plain}.`);
  return found as [RouteName, Route];
}
