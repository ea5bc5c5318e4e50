import type { Command } from 'commander';
import { randomUUID } from 'node:crypto';
import type { OperationView } from '../shared/api/views';
import { Client, type Call } from './client';
import { CliError, exitCodes } from './errors';
import { Output } from './output';
import { readSettings, type Flags } from './settings';
import { endLines, watchOperation, type Patience } from './watch';

/** What every command works with. */
export interface Session {
  client: Client;
  output: Output;
  patience: Patience;
}

interface GlobalFlags extends Flags {
  json?: boolean;
  every: number;
  timeout: number;
}

export function open(command: Command): Session {
  const flags = command.optsWithGlobals<GlobalFlags>();
  return {
    client: new Client(readSettings(flags, process.env)),
    output: new Output(flags.json === true),
    patience: { every: flags.every, timeout: flags.timeout },
  };
}

/** Header that makes a call harmless to repeat; a key of one's own makes the whole command so. */
export const once = (key?: string): Record<string, string> => ({ 'idempotency-key': key ?? randomUUID() });

export interface Order extends Call {
  path: string;
  /** Wait for the end of the operation. */
  wait: boolean;
}

/** Orders something and, if asked to, follows it to its end. Throws the CliError if it did not succeed. */
export async function order(
  { client, output, patience }: Session,
  { path, wait, ...call }: Order,
): Promise<void> {
  const { status, body } = await client.call<OperationView & { unchanged?: true }>(path, call);
  if (status !== 202) {
    output.result(body, () => [body.unchanged ? 'unchanged: it is as asked' : 'done']);
    return;
  }
  if (!wait) {
    output.result(body, () => [
      `operation ${body.id}`,
      `  follow it with: nested-hosts operation watch ${body.id}`,
    ]);
    return;
  }
  tell(output, await watchOperation(client, output, body.id, patience));
}

/** Tells how an operation ended. Throws the CliError if it did not succeed. */
export function tell(output: Output, operation: OperationView): void {
  if (operation.status !== 'succeeded') {
    throw new CliError(endLines(operation).join('\n'), exitCodes.failed, operation);
  }
  output.result(operation, () => endLines(operation));
}

/** Answers that are ready at once, or a place where they will be: 202 with `Location` is followed. */
export async function read<T>({ client, patience }: Session, path: string, call: Call = {}): Promise<T> {
  let answer = await client.call<T>(path, call);
  const end = performance.now() + patience.timeout * 1000;
  while (answer.status === 202) {
    if (performance.now() > end)
      throw new CliError(`Waited ${patience.timeout} s; it goes on.`, exitCodes.timeout);
    await new Promise((resume) => setTimeout(resume, patience.every * 1000));
    const location = answer.headers.get('location') ?? path;
    answer = await client.call<T>(location.replace(/^\/api\/v1/, ''));
  }
  return answer.body;
}

/** All pages of a list. */
export async function readAll<T>({ client }: Session, path: string, query: Call['query'] = {}): Promise<T[]> {
  const items: T[] = [];
  for (let next: string | undefined = path, first = true; next !== undefined; first = false) {
    const { body, headers }: { body: T[]; headers: Headers } = await client.call<T[]>(
      next,
      first ? { query } : {},
    );
    items.push(...body);
    next = /<([^>]+)>;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1]?.replace(/^.*\/api\/v1/, '');
  }
  return items;
}
