import { TableClient, TableServiceClient } from '@azure/data-tables';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { System } from '../../local/launch/system';

/** Everything that somebody could read afterwards, as text, by where it is. */
export type Traces = Record<string, string>;

/** Keeps every answer of the app from now on, headers and body. */
export function recordAnswers({ app }: System): string[] {
  const seen: string[] = [];
  const send = app.send.bind(app);
  const get = app.get.bind(app);
  app.send = async (...call: Parameters<typeof send>) => {
    const answer = await send(...call);
    seen.push(JSON.stringify(answer));
    return answer as never;
  };
  app.get = async (...call: Parameters<typeof get>) => {
    const body = await get(...call);
    seen.push(JSON.stringify(body));
    return body as never;
  };
  return seen;
}

/**
 * Log lines of the app and its host, rows of all tables, the durable store with histories and custom statuses, and what Azure
 * shows of its resources, knows of the Windows inside and was sent. A VM's `osProfile.adminPassword`, which Azure keeps and never
 * shows, is left out of its resources and of the log of requests, and nothing else is.
 */
export async function traces(system: System, folder: string): Promise<Traces> {
  const found: Traces = {};
  const keep = (name: string, path: string): void => {
    // What is said of bytes here is said of ASCII text, which secrets are.
    found[name] = readFileSync(path, 'latin1');
  };
  const log = join(folder, 'logs', 'func.log');
  // The host tells the key to whoever starts it; that line is not the app's.
  found['log'] = readFileSync(log, 'latin1').replaceAll(/^\{"ready".*$/gm, '');
  const store = join(folder, 'func');
  for (const name of readdirSync(store, { recursive: true, encoding: 'utf8' })) {
    if (/\.(db|sqlite)(-wal)?$|\.db/.test(name)) keep(`durable store ${name}`, join(store, name));
  }
  const { storageConnection } = system;
  const insecure = { allowInsecureConnection: true };
  for await (const { name = '' } of TableServiceClient.fromConnectionString(
    storageConnection,
    insecure,
  ).listTables()) {
    const rows: unknown[] = [];
    const table = TableClient.fromConnectionString(storageConnection, name, insecure);
    for await (const row of table.listEntities()) rows.push(row);
    found[`table ${name}`] = JSON.stringify(rows);
  }
  const { resources, guests } = await system.admin.state();
  found['Azure tags'] = JSON.stringify(resources.map(({ id, tags = {} }) => ({ id, tags })));
  found['Azure resources'] = JSON.stringify(resources);
  found['Azure guests'] = JSON.stringify(guests);
  const { requests } = await system.admin.requests(0, true);
  found['Azure requests'] = JSON.stringify(requests);
  return found;
}

/** `what in where` for every secret that is found, in any of the ways in which it might be written. */
export function leaks(secrets: Record<string, string>, where: Traces): string[] {
  return Object.entries(where).flatMap(([place, text]) =>
    Object.entries(secrets)
      .filter(([, secret]) => forms(secret).some((form) => text.includes(form)))
      .map(([name]) => `${name} in ${place}`),
  );
}

const forms = (secret: string): string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
];
