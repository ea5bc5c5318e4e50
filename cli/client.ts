import { setTimeout as delay } from 'node:timers/promises';
import { CliError, exitCodeOf, exitCodes } from './errors';
import type { Settings } from './settings';

export interface Call {
  method?: 'GET' | 'PUT' | 'POST' | 'DELETE';
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** A text that is not JSON. */
  text?: { type: string; content: string };
  headers?: Record<string, string>;
}

export interface Answer<T> {
  status: number;
  body: T;
  headers: Headers;
}

interface ProblemDocument {
  type: string;
  title: string;
  detail: string;
  errors?: { pointer: string; row?: number; column?: string; detail: string }[];
  operation?: string;
  traceId?: string;
}

const tries = 4;

/** The HTTP API. A call that got no answer is sent again; every call that changes something bears a key that makes this harmless. */
export class Client {
  constructor(private readonly settings: Settings) {}

  async call<T>(path: string, call: Call = {}): Promise<Answer<T>> {
    const answer = await this.#send(path, call);
    const text = await answer.text();
    const body = parsed(text);
    if (!answer.ok) throw refusal(answer.status, body, text);
    return { status: answer.status, body: body as T, headers: answer.headers };
  }

  async get<T>(path: string, query: Call['query'] = {}): Promise<T> {
    return (await this.call<T>(path, { query })).body;
  }

  async #send(
    path: string,
    { method = 'GET', query = {}, body, text, headers = {} }: Call,
  ): Promise<Response> {
    const url = new URL(`${this.settings.url}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { key, token } = this.settings;
    const content =
      text ?? (body === undefined ? undefined : { type: 'application/json', content: JSON.stringify(body) });
    const request: RequestInit = {
      method,
      headers: {
        ...(key === undefined ? {} : { 'x-functions-key': key }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(content ? { 'content-type': content.type } : {}),
        ...headers,
      },
      ...(content ? { body: content.content } : {}),
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await fetch(url, request);
        if (![502, 503, 504].includes(answer.status) || attempt === tries) return answer;
      } catch (error) {
        if (attempt === tries) {
          const { cause } = error as Error & { cause?: { code?: string } };
          throw new CliError(
            `${url.origin} cannot be reached (${cause?.code ?? String(error)}).`,
            exitCodes.unavailable,
          );
        }
      }
      await delay(500 * 2 ** attempt);
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function refusal(status: number, body: unknown, text: string): CliError {
  if (typeof body !== 'object' || body === null || !('title' in body)) {
    const hint = status === 401 ? ' Is the function key right? (--key, NESTED_HOSTS_KEY)' : '';
    return new CliError(
      `The app answered ${status}.${hint} ${text.slice(0, 200)}`.trim(),
      exitCodeOf(status),
    );
  }
  const problem = body as ProblemDocument;
  const lines = [
    `${problem.title} (${status}). ${problem.detail}`,
    ...(problem.errors ?? []).map((error) => `  ${placeOf(error)}${error.detail}`),
    ...(problem.operation === undefined ? [] : [`  operation ${problem.operation}`]),
    ...(problem.traceId === undefined ? [] : [`  trace ${problem.traceId}`]),
  ];
  return new CliError(lines.join('\n'), exitCodeOf(status), problem);
}

function placeOf({ pointer, row, column }: { pointer: string; row?: number; column?: string }): string {
  if (row === undefined) return pointer === '' ? '' : `${pointer}: `;
  const where = row === 0 ? 'header' : `row ${row}`;
  return `${column === undefined ? where : `${where}, ${column}`}: `;
}
