import { toAppFunction } from '../../../local/host/appFunction';
import { byPrecedence, match, toRoute } from '../../../local/host/http/router';

function http(name: string, route: string | undefined, methods?: string[]) {
  const trigger = {
    type: 'httpTrigger',
    direction: 'in',
    ...(route ? { route } : {}),
    ...(methods ? { methods } : {}),
  };
  return toAppFunction({ name, bindings: { req: trigger, $return: { type: 'http', direction: 'out' } } });
}

const routes = [
  http('zCatchAll', '{*rest}'),
  http('byName', 'hosts/{name}', ['GET']),
  http('byNumber', 'hosts/{id:int}', ['GET']),
  http('list', 'hosts/list', ['GET']),
  http('remove', 'hosts/{name}', ['DELETE']),
  http('Plain', undefined, ['post']),
]
  .map((fn) => toRoute(fn, '/api/'))
  .sort(byPrecedence);

describe('routing', () => {
  it.each<[method: string, path: string, fn: string | undefined]>([
    ['GET', '/api/hosts/list', 'list'],
    ['GET', '/API/hosts/7', 'byNumber'],
    ['GET', '/api/hosts/hv-01', 'byName'],
    ['DELETE', '/api/hosts/list', 'remove'],
    ['POST', '/api/plain', 'Plain'],
    ['GET', '/api/anything/else', 'zCatchAll'],
    ['GET', '/hosts/list', undefined],
  ])('%s %s -> %s', (method, path, fn) => {
    expect(match(routes, method, path)?.fn.name).toBe(fn);
  });

  it('answers a method that no function takes as an unknown path, HEAD included', () => {
    const only = [toRoute(http('list', 'hosts', ['GET']), 'api')];
    expect(match(only, 'GET', '/api/hosts')).toBeDefined();
    expect(match(only, 'HEAD', '/api/hosts')).toBeUndefined();
    expect(match(only, 'PATCH', '/api/hosts')).toBeUndefined();
  });

  it('serves at the root when the prefix is empty', () => {
    expect(match([toRoute(http('list', 'hosts'), '')], 'PUT', '/hosts')).toBeDefined();
  });

  it('refuses a function without a trigger, and one with two', () => {
    const timer = { type: 'timerTrigger', direction: 'in' };
    expect(() => toAppFunction({ name: 'none', bindings: {} })).toThrow('exactly one trigger');
    expect(() => toAppFunction({ name: 'two', bindings: { a: timer, b: timer } })).toThrow(
      'exactly one trigger',
    );
  });
});
