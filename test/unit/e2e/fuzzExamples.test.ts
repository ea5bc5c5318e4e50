import { endpoints } from '../../../shared/api/openapi/endpoints';
import { routes, type Route } from '../../../shared/api/routes';
import { queueMessage } from '../../../shared/api/schemas';
import { bodies, messages } from '../../e2e/fuzz/examples';
import { branchOf, shapeOf, type Shape } from '../../e2e/fuzz/shapes';

/** Fields of which an example can have only one of two. */
const instead = ['/virtualNetwork/id', '/routedSubnets/0/id'];

/** Fields that the schema knows and the example lacks. */
function missing(union: Shape | undefined, value: unknown, at = ''): string[] {
  const shape = branchOf(union, value);
  if (Array.isArray(value)) return value[0] === undefined ? [] : missing(shape?.items, value[0], `${at}/0`);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(shape?.properties ?? {}).flatMap(([name, inner]) => {
    const one = (value as Record<string, unknown>)[name];
    return one === undefined ? [`${at}/${name}`] : missing(inner, one, `${at}/${name}`);
  });
}

it.each(bodies.map((body) => [`${body.method} ${body.path}`, body] as const))(
  'the example of %s is right, and has every field that there is',
  (_call, { schema, example }) => {
    expect(schema.safeParse(example).error).toBeUndefined();
    expect(missing(shapeOf(schema), example).filter((field) => !instead.includes(field))).toEqual([]);
  },
);

it.each(messages)('the example %# of a message is right, and has every field that there is', (message) => {
  expect(queueMessage.safeParse(message).error).toBeUndefined();
  expect(missing(shapeOf(queueMessage), message)).toEqual([]);
});

it('there is an example for every route that takes a body, and for every kind of message', () => {
  const wanted = Object.entries<Route>(routes)
    .filter(([name]) => endpoints[name as keyof typeof endpoints].body)
    .map(([, { method, path }]) => new RegExp(`^${method} ${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`));
  const calls = bodies.map(({ method, path }) => `${method} ${path}`);
  expect(wanted.filter((call) => !calls.some((one) => call.test(one)))).toEqual([]);
  const kinds = queueMessage.options.map(({ shape }) => shape.kind.value).sort();
  expect(messages.map((message) => (message as { kind: string }).kind).sort()).toEqual(kinds);
});
