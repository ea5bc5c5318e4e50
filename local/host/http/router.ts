import { textOption, type AppFunction } from '../appFunction';
import { matchTemplate, parseTemplate, type RouteTemplate } from './template';

export interface Route {
  fn: AppFunction;
  template: RouteTemplate;
  /** Upper case; undefined = every method. */
  methods: string[] | undefined;
}

export interface Match {
  fn: AppFunction;
  params: Record<string, string>;
}

/** The route of an HTTP-triggered function below the prefix; the function's name when it gives none. Throws on a bad template. */
export function toRoute(fn: AppFunction, routePrefix: string): Route {
  const path = [routePrefix, textOption(fn.trigger, 'route') || fn.name].map((part) =>
    part.replace(/^\/|\/$/g, ''),
  );
  const { methods } = fn.trigger;
  return {
    fn,
    template: parseTemplate(path.filter((part) => part !== '').join('/')),
    methods:
      Array.isArray(methods) && methods.length > 0
        ? methods.map((method) => String(method).toUpperCase())
        : undefined,
  };
}

/** More specific templates first (literal, constrained parameter, parameter, catch-all); equal ones by function name. */
export function byPrecedence(a: Route, b: Route): number {
  const length = Math.max(a.template.precedence.length, b.template.precedence.length);
  for (let index = 0; index < length; index += 1) {
    const difference = (a.template.precedence[index] ?? 0) - (b.template.precedence[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.fn.name < b.fn.name ? -1 : 1;
}

/**
 * The function that answers a request. A known path with a method no function takes is as unknown as any other path:
 * Azure Functions answers 404 there, never 405, and a GET route does not take HEAD.
 */
export function match(routes: Route[], method: string, pathname: string): Match | undefined {
  const path = pathname.replace(/^\//, '');
  for (const { fn, template, methods } of routes) {
    if (methods && !methods.includes(method.toUpperCase())) continue;
    const params = matchTemplate(template, path);
    if (params) return { fn, params };
  }
  return undefined;
}
