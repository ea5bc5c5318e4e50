import { execFileSync } from 'node:child_process';
import { openApiDocument, problemsAt } from '../../../shared/api/openapi/document';
import { endpoints } from '../../../shared/api/openapi/endpoints';
import { catalogue, type ProblemSlug } from '../../../shared/api/problems';
import { routes, type Route } from '../../../shared/api/routes';

interface Operation {
  operationId: string;
  /** Empty: anybody. */
  security?: object[];
  parameters?: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: object; example?: unknown }> };
  responses: Record<string, { content: Record<string, unknown> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

// As it is sent: whatever JSON does not know is lost on the way.
const document = JSON.parse(JSON.stringify(openApiDocument())) as Document;
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
);

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', () => {
    // The validator is an ES module, which the test runner does not load.
    const script = `
      import { Validator } from '@seriousme/openapi-schema-validator';
      import { text } from 'node:stream/consumers';
      const { valid, errors } = await new Validator().validate(JSON.parse(await text(process.stdin)));
      console.log(JSON.stringify({ valid, errors }));`;
    const validate = (input: object): unknown =>
      JSON.parse(
        execFileSync(process.execPath, ['--input-type=module', '-e', script], {
          input: JSON.stringify(input),
          encoding: 'utf8',
        }),
      );
    expect(validate(document)).toEqual({ valid: true });
    expect(validate({ ...document, paths: { nowhere: 1 } })).toMatchObject({ valid: false });
    expect(document.openapi).toBe('3.1.0');
  });

  it('has every route, and nothing else', () => {
    const told = operations.map(({ path, method, operation }) => [
      operation.operationId,
      `${method.toUpperCase()} ${path}`,
    ]);
    const wanted = Object.entries<Route>(routes).map(([name, { method, path }]) => [
      name,
      `${method} /api/v1${path}`,
    ]);
    expect(told.sort()).toEqual(wanted.sort());
  });

  it.each(operations.map(({ path, method, operation }) => [`${method} ${path}`, path, operation] as const))(
    '%s: names every parameter of its path, and problems for every way to fail',
    (_call, path, operation) => {
      const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const [status, { content }] of Object.entries(operation.responses)) {
        if (Number(status) >= 400) expect(Object.keys(content)).toEqual(['application/problem+json']);
      }
      if (operation.security === undefined) expect(operation.responses).toHaveProperty('500');
    },
  );

  it('has examples that the schemas accept', () => {
    for (const { body } of Object.values(endpoints)) {
      if (body?.example !== undefined) expect(body.schema.safeParse(body.example).error).toBeUndefined();
    }
    const bodies = operations.filter(({ operation }) => operation.requestBody);
    expect(bodies.length).toBeGreaterThan(5);
  });

  it('tells what the schemas accept: unknown fields are refused, patterns and limits are there', () => {
    const body = operations.find(({ operation }) => operation.operationId === 'createHost')?.operation;
    const schema = JSON.stringify(body?.requestBody?.content['application/json']?.schema);
    expect(schema).toMatch(/"additionalProperties":false/);
    expect(schema).toMatch(/"osDiskSizeGb":\{[^}]*"minimum":127/);
    expect(schema).toMatch(/"required":\["network","name"\]/);
  });

  it('uses every problem of the catalogue for some call', () => {
    const used = new Set<ProblemSlug>();
    for (const [name, route] of Object.entries<Route>(routes)) {
      const endpoint = endpoints[name as keyof typeof endpoints];
      for (const slugs of problemsAt(endpoint, route).values()) for (const slug of slugs) used.add(slug);
    }
    expect([...used].sort()).toEqual(Object.keys(catalogue).sort());
  });

  it('holds nothing of this installation', () => {
    expect(JSON.stringify(document)).not.toMatch(/localhost|127\.0\.0\.1|azurewebsites/);
  });
});
