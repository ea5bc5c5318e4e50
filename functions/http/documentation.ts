import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { HttpResponseInit } from '@azure/functions';
import { Problem } from '../../shared/api/problems';
import { ok, securityHeaders } from './answer';
import { endpoint } from './endpoint';

/** Loaded at the first call: nothing else needs the parts that describe the API. */
endpoint('getOpenApi', async () => {
  const { openApiDocument } = await import('../../shared/api/openapi/document');
  document ??= openApiDocument();
  return ok(document);
});

let document: object | undefined;

/** The browser itself sees to it that the page asks nobody else for anything. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>nested-hosts</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="docs/swagger-ui.css" />
  </head>
  <body>
    <div id="api"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

const script = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#api',
  validatorUrl: null,
  supportedSubmitMethods: [],
});
`;

endpoint('getDocs', () => Promise.resolve(asset('text/html; charset=utf-8', page)));

/** How the app stands, for people. The page holds nothing: its script reads the API as whoever looks at it. */
endpoint('getDashboard', async () => asset('text/html; charset=utf-8', await built('dashboard.html')));

/** Files of Swagger UI and of the dashboard, which the build puts beside the app. */
const files: Record<string, string> = {
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'swagger-ui.css': 'text/css; charset=utf-8',
  'dashboard.js': 'text/javascript; charset=utf-8',
};
const built = (name: string): Promise<string> => readFile(path.join(__dirname, 'docs', name), 'utf8');

endpoint('getDocsAsset', async (request) => {
  const name = request.params['asset'] ?? '';
  if (name === 'start.js') return asset('text/javascript; charset=utf-8', script);
  const type = Object.hasOwn(files, name) ? files[name] : undefined;
  if (type === undefined) throw new Problem('unknown-asset', 'The rendered document has no such part.');
  return asset(type, await built(name));
});

function asset(type: string, body: string): HttpResponseInit {
  return {
    status: 200,
    body,
    headers: {
      ...securityHeaders,
      'content-security-policy': contentSecurityPolicy,
      'content-type': type,
    },
  };
}
